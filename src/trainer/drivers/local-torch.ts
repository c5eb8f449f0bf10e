import { spawn } from "node:child_process";
import { join } from "node:path";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { killGroup } from "../../core/process/kill-group.ts";
import { packagePath } from "../../core/package-files.ts";
import type { TrainerDriver } from "./driver.ts";
import { watchChild } from "./watch-child.ts";

const MODULE = "rlvr_trainer";

/**
 * Starts the PyTorch trainer as child processes of this machine, which watch this process and end when it does, however
 * it ends.
 * @param options.python interpreter with the packages of python/requirements-trainer.txt: a path, or a name on PATH.
 * @param options.ranks processes that share the work; more than one are started by torchrun.
 */
export function localTorchDriver(options: { readonly python: string; readonly ranks: number }): TrainerDriver {
  const { python, ranks } = options;
  return (epochDirectory) =>
    watchChild(
      epochDirectory,
      (output) =>
        spawn(python, [...launcher(ranks, epochDirectory), "-m", MODULE, epochDirectory], {
          cwd: epochDirectory,
          // A process group of its own: killed as a whole, and deaf to the terminal's Ctrl-C.
          detached: true,
          stdio: ["ignore", output, output],
          env: { ...privatePlaces(epochDirectory), ...trainerEnvironment(process.env) },
        }),
      ({ pid }) => pid !== undefined && killGroup(pid),
    );
}

/** Where processes of a trainer find each other, and code that they compiled: out of reach of the machine's other users. */
function privatePlaces(epochDirectory: string): NodeJS.ProcessEnv {
  return {
    // Its default is a place in the temporary folder that any user can foretell and make.
    TORCHINDUCTOR_CACHE_DIR: join(epochDirectory, "torchinductor"),
    RLVR_RANKS_STORE: join(epochDirectory, "ranks"),
    // Else torchrun opens a store for ranks on a port, which these do not use.
    TORCH_DISABLE_SHARE_RDZV_TCP_STORE: "1",
    // Ranks are all on this machine.
    GLOO_SOCKET_IFNAME: process.platform === "darwin" ? "lo0" : "lo",
  };
}

/**
 * What starts more ranks than one. torchrun and its ranks meet in files of the run's own folder: it unpickles what it finds
 * at the meeting place, and its default is a port that every user of the machine, and often of the network, reaches.
 */
function launcher(ranks: number, epochDirectory: string): string[] {
  if (ranks === 1) return [];
  const meeting = ["--rdzv-backend", "c10d", "--rdzv-conf", "store_type=file"];
  const place = ["--rdzv-endpoint", join(epochDirectory, "rendezvous")];
  return ["-m", "torch.distributed.run", ...meeting, ...place, "--nproc-per-node", String(ranks)];
}

/** What of this process's environment a PyTorch trainer gets, and what is set for it. Pure. */
export function trainerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...childEnvironment("trainer", environment),
    PYTHONPATH: packagePath("python"),
    PYTHONUNBUFFERED: "1",
    // Everything it needs lies on the disk: a missing file is an error rather than a download.
    HF_HUB_OFFLINE: "1",
    // A trainer whose orchestrator is killed before it can look for it would else wait for ever.
    RLVR_STARTED_BY: String(process.pid),
  };
}
