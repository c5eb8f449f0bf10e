import { join } from "node:path";
import { isRlvrError } from "../../core/errors.ts";
import type { Database } from "../../tracking/database.ts";
import { latestSavedCheckpoint, optimizerStepsTo } from "../../tracking/training.ts";
import { checkpointFault, checkpointManifestFault } from "../../trainer/protocol/checkpoint.ts";

/** A version that has a checkpoint. */
export type SavedVersion = NonNullable<ReturnType<typeof latestSavedCheckpoint>>;

/** Checkpoints that a start does not use. */
export interface PassedOver {
  /** The newest of them, its directory and what is wrong with it. */
  readonly policyVersion: number;
  readonly path: string;
  readonly reason: string;
  /** How many older ones are not usable either. */
  readonly older: number;
  /** Version that training goes on from, 0 for the base. */
  readonly startsFrom: number;
}

/**
 * Launches a trainer from the newest checkpoint of a run that verifies, or from the base. The manifests are looked at
 * first; the files, which can be large, by the trainer, and here only when it refuses them.
 * @param launch starts a trainer from a version; undefined is the base.
 * @throws what `launch` throws for any other reason.
 */
export async function fromNewestCheckpoint<T>(
  {
    db,
    runId,
    runDirectory,
    onPassedOver,
  }: {
    readonly db: Database;
    readonly runId: number;
    readonly runDirectory: string;
    readonly onPassedOver: (passed: PassedOver) => void;
  },
  launch: (from: SavedVersion | undefined) => Promise<T>,
): Promise<T> {
  let passed: Omit<PassedOver, "startsFrom"> | undefined;
  let from = latestSavedCheckpoint(db, runId);
  while (from !== undefined) {
    const path = join(runDirectory, from.directory);
    const { sha256, policyVersion } = from;
    // Counted only for a manifest that is there: thousands can be gone.
    const optimizerStep = (): number | undefined => optimizerStepsTo(db, runId, policyVersion);
    const known = { sha256, policyVersion, optimizerStep };
    let reason = checkpointManifestFault(path, known);
    if (reason === undefined)
      try {
        if (passed !== undefined) onPassedOver({ ...passed, startsFrom: policyVersion });
        return await launch(from);
      } catch (error) {
        if (!isRlvrError(error) || (error.code !== "bad_checkpoint" && error.code !== "missing_file")) throw error;
        reason = await checkpointFault(path, known);
        // Its files are as they were written: something else is wrong, such as another policy.
        if (reason === undefined) throw error;
      }
    passed = passed === undefined ? { policyVersion, path, reason, older: 0 } : { ...passed, older: passed.older + 1 };
    from = latestSavedCheckpoint(db, runId, policyVersion);
  }
  if (passed !== undefined) onPassedOver({ ...passed, startsFrom: 0 });
  return launch(undefined);
}
