import { setTimeout as sleep } from "node:timers/promises";
import { packagePath } from "../../src/core/package-files.ts";
import { interpreterOf, readEnvironment, requirementsHash } from "../../src/trainer/environment/environment-folder.ts";
import { makeEnvironment } from "../../src/trainer/environment/make-environment.ts";

/** How long {@link torchPython} may take on a machine that has no such environment yet, in milliseconds. */
export const INSTALLING = 15 * 60_000;

/**
 * The interpreter of the PyTorch trainer's environment, for the CPU: made as `rlvr trainer setup` does by the first test
 * that asks for it, and kept below node_modules.
 */
export async function torchPython(): Promise<string> {
  const folder = packagePath(`node_modules/.cache/rlvr-trainer-${requirementsHash().slice(0, 12)}`);
  while (readEnvironment(folder) === undefined)
    try {
      const signal = AbortSignal.timeout(INSTALLING);
      await makeEnvironment({ folder, build: "cpu", onProgress: () => undefined, signal });
    } catch (error) {
      // Another test's process is making it.
      if ((error as { code?: string }).code !== "bad_usage") throw error;
      await sleep(1000);
    }
  return interpreterOf(folder);
}
