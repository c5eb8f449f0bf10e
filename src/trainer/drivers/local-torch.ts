import { spawn } from "node:child_process";
import { killGroup } from "../../core/kill-group.ts";
import { packagePath } from "../../core/package-files.ts";
import type { TrainerDriver } from "./driver.ts";
import { watchChild } from "./watch-child.ts";

const MODULE = "rlvr_trainer";

/** Variables that Python, PyTorch and the libraries of GPUs read. No other: the environment may hold keys. */
const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|(?:CUDA|NVIDIA|NCCL|GLOO|TORCH|TORCHINDUCTOR|PYTORCH|TRITON|OMP|MKL|OPENBLAS|KMP|GOMP|ROCR|HIP|HSA|RCCL|MALLOC|XDG)_\w+)$/;

/**
 * Starts the PyTorch trainer as child processes of this machine, which watch this process and end when it does, however
 * it ends.
 * @param options.python interpreter with the packages of python/requirements-trainer.txt: a path, or a name on PATH.
 * @param options.ranks processes that share the work; more than one are started by torchrun.
 */
export function localTorchDriver(options: { readonly python: string; readonly ranks: number }): TrainerDriver {
  const { python, ranks } = options;
  const launcher =
    ranks === 1 ? [] : ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", String(ranks)];
  return (epochDirectory) =>
    watchChild(
      epochDirectory,
      (output) =>
        spawn(python, [...launcher, "-m", MODULE, epochDirectory], {
          cwd: epochDirectory,
          // A process group of its own: killed as a whole, and deaf to the terminal's Ctrl-C.
          detached: true,
          stdio: ["ignore", output, output],
          env: trainerEnvironment(process.env),
        }),
      ({ pid }) => pid !== undefined && killGroup(pid),
    );
}

/** What of this process's environment a PyTorch trainer gets, and what is set for it. Pure. */
export function trainerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED.test(name))),
    PYTHONPATH: packagePath("python"),
    PYTHONUNBUFFERED: "1",
    // Everything it needs lies on the disk: a missing file is an error rather than a download.
    HF_HUB_OFFLINE: "1",
    // A trainer whose orchestrator is killed before it can look for it would else wait for ever.
    RLVR_STARTED_BY: String(process.pid),
  };
}
