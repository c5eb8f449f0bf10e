import { sizeText } from "../core/texts/size-text.ts";
import { Command, Option } from "commander";
import { isRlvrError, RlvrError } from "../core/errors.ts";
import { defaultEnvironmentFolder } from "../core/python/environment-folder.ts";
import type { EnvironmentKind } from "../core/python/environment-kind.ts";
import { makeEnvironment, type PythonEnvironment } from "../core/python/make-environment.ts";
import { jsonOption } from "./common-options.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { showProgress } from "./progress-line.ts";
import { userPath } from "./user-path.ts";

/** What the command that makes one kind of environment says. */
export interface SetupTexts {
  /** What the command does. */
  readonly description: string;
  /** What is installed in either build, such as `PyTorch`. */
  readonly package: string;
  /** Who does without it, and examples. */
  readonly help: string;
  /** What the environment does, as `it trains`. */
  readonly does: string;
  /** The part of a recipe that it is for, such as `trainer.torch`; its `python` names another. */
  readonly option: string;
}

interface Options {
  readonly cpu?: true;
  readonly cuda?: true;
  readonly dir?: string;
  readonly json: boolean;
}

/** The command `setup` that makes a Python environment. */
export function setupCommand(kind: EnvironmentKind, texts: SetupTexts): Command {
  return new Command("setup")
    .description(texts.description)
    .addOption(
      new Option("--cpu", `${texts.package} for the CPU (default where there is no NVIDIA driver)`).conflicts("cuda"),
    )
    .option("--cuda", `${texts.package} with CUDA: several GB`)
    .option("--dir <folder>", "where to make it (default: in your data folder, where every run finds it)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Needs Python 3.11 or newer with venv and pip, and a package index: pip's own settings and proxies count. Safe to give
twice, and after an interruption.
${texts.help}`,
    )
    .action((options: Options) => setup(kind, texts, options));
}

async function setup(kind: EnvironmentKind, texts: SetupTexts, options: Options): Promise<void> {
  const folder = options.dir === undefined ? defaultEnvironmentFolder(kind) : userPath(options.dir);
  const interrupt = listenForInterrupt();
  let [share, numbers] = [0, ""];
  const hide = showProgress(`making ${kind.title}`, () => ({ share, numbers }));
  try {
    const environment = await makeEnvironment({
      kind,
      folder,
      build: options.cpu ? "cpu" : options.cuda && "cuda",
      onProgress: (done, doing) => ([share, numbers] = [done, doing]),
      signal: interrupt.signal,
    });
    hide();
    const text = (): string => setupText(texts, environment, options.dir !== undefined);
    process.stdout.write(`${options.json ? JSON.stringify(environment) : text()}\n`);
  } catch (error) {
    throw interrupt.signal.aborted && !isRlvrError(error) ? interrupted(error) : error;
  } finally {
    hide();
    interrupt.release();
  }
}

/** What was made, and what to do with it. Pure. */
function setupText(
  { does, option }: SetupTexts,
  { folder, python, build, devices, versions, bytes, made }: PythonEnvironment,
  isElsewhere: boolean,
): string {
  const { python: language, ...packages } = versions;
  const list = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    made ? `made ${folder} (${sizeText(bytes)})` : `${folder} stands already and works`,
    `Python ${language}, ${list.join(", ")}`,
    `${build} build; ${devices.length === 0 ? `no GPU: ${does} on the CPU` : `GPUs: ${devices.join(", ")}`}`,
    isElsewhere
      ? `Runs find it by ${option}.python: ${python}`
      : `Every recipe with ${option} finds it. Delete the folder to be rid of it.`,
  ].join("\n");
}

function interrupted(cause: unknown): RlvrError {
  return new RlvrError("interrupted", "the environment was not finished", {
    advice: "Give the same command again; what was downloaded is kept in pip's cache.",
    cause,
  });
}
