import { Command, Option } from "commander";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { defaultEnvironmentFolder } from "../../trainer/environment/environment-folder.ts";
import { makeEnvironment, type TrainerEnvironment } from "../../trainer/environment/make-environment.ts";
import { jsonOption } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { showProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly cpu?: true;
  readonly cuda?: true;
  readonly dir?: string;
  readonly json: boolean;
}

/** `rlvr trainer setup`: the Python environment of the PyTorch trainer. */
export function trainerSetupCommand(): Command {
  return new Command("setup")
    .description("make the Python environment of the PyTorch trainer (recipes with trainer.torch need it)")
    .addOption(new Option("--cpu", "a PyTorch for the CPU (default where there is no NVIDIA driver)").conflicts("cuda"))
    .option("--cuda", "a PyTorch with CUDA: several GB")
    .option("--dir <folder>", "where to make it (default: in your data folder, where every run finds it)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Needs Python 3.11 or newer with venv and pip, and a package index: pip's own settings and proxies count. Safe to give
twice, and after an interruption. Runs without trainer.torch need none of it.

Examples:
  rlvr trainer setup
  rlvr trainer setup --cuda --dir /data/rlvr-trainer    # then in the recipe: trainer.torch.python`,
    )
    .action(setup);
}

async function setup(options: Options): Promise<void> {
  const folder = options.dir === undefined ? defaultEnvironmentFolder() : userPath(options.dir);
  const interrupt = listenForInterrupt();
  let [share, numbers] = [0, ""];
  const hide = showProgress("making the trainer's environment", () => ({ share, numbers }));
  try {
    const environment = await makeEnvironment({
      folder,
      build: options.cpu ? "cpu" : options.cuda && "cuda",
      onProgress: (done, doing) => ([share, numbers] = [done, doing]),
      signal: interrupt.signal,
    });
    hide();
    process.stdout.write(
      options.json ? `${JSON.stringify(environment)}\n` : `${setupText(environment, options.dir !== undefined)}\n`,
    );
  } catch (error) {
    throw interrupt.signal.aborted && !isRlvrError(error) ? interrupted(error) : error;
  } finally {
    hide();
    interrupt.release();
  }
}

/** What was made, and what to do with it. Pure. */
function setupText(
  { folder, python, build, devices, versions, bytes, made }: TrainerEnvironment,
  isElsewhere: boolean,
) {
  const { python: language, ...packages } = versions;
  const list = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    made ? `made ${folder} (${(bytes / 1e9).toFixed(1)} GB)` : `${folder} stands already and works`,
    `Python ${language}, ${list.join(", ")}`,
    `${build} build; ${devices.length === 0 ? "no GPU: it trains on the CPU" : `GPUs: ${devices.join(", ")}`}`,
    isElsewhere
      ? `Runs find it by trainer.torch.python: ${python}`
      : "Every recipe with trainer.torch finds it. Delete the folder to be rid of it.",
  ].join("\n");
}

function interrupted(cause: unknown): RlvrError {
  return new RlvrError("interrupted", "the environment was not finished", {
    advice: "Give the same command again; what was downloaded is kept in pip's cache.",
    cause,
  });
}
