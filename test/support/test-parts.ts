import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../../src/core/files/cache-folder.ts";
import { defaultEnvironmentFolder, interpreterOf, readEnvironment } from "../../src/core/python/environment-folder.ts";
import type { EnvironmentKind } from "../../src/core/python/environment-kind.ts";
import { makeEnvironment, type EnvironmentProgress } from "../../src/core/python/make-environment.ts";

/**
 * Where tests keep the large parts that they install: `$RLVR_TEST_PARTS`, or `test-parts` in rlvr's cache folder. A data
 * folder by its layout: with it as XDG_DATA_HOME a run finds the environments there.
 */
export const PARTS = resolve(process.env["RLVR_TEST_PARTS"] || join(cacheFolder(), "test-parts"));

/** How long {@link partPython} may take where there is no such environment yet, in milliseconds. */
export const INSTALLING = 15 * 60_000;

/** The interpreter of an environment for the CPU, made as rlvr's own command does by the first test that asks for it. */
export async function partPython(
  kind: EnvironmentKind,
  onProgress: EnvironmentProgress = () => undefined,
): Promise<string> {
  const folder = defaultEnvironmentFolder(kind, { XDG_DATA_HOME: PARTS });
  while (readEnvironment(kind, folder) === undefined)
    try {
      await makeEnvironment({ kind, folder, build: "cpu", onProgress, signal: AbortSignal.timeout(INSTALLING) });
    } catch (error) {
      // Another test's process is making it.
      if ((error as { code?: string }).code !== "bad_usage") throw error;
      await sleep(1000);
    }
  return interpreterOf(folder);
}
