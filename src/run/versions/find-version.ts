import { join } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";
import type { RunVersion } from "../../core/run-version.ts";
import type { Database } from "../../tracking/database.ts";
import { keptCheckpoints, type StandingCheckpoint } from "../../tracking/kept-checkpoints.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { checkpointAfter, latestCheckpoint, stepNumberOf, type CheckpointRow } from "../../tracking/training.ts";
import { versionsToKeep } from "../learner/versions-to-keep.ts";

/** A version of a run whose weights are on the disk. */
export interface FoundVersion {
  /** The step after which the run stood at it, 0 for the base. */
  readonly step: number;
  /** Undefined is the base. */
  readonly checkpoint: CheckpointRow | undefined;
}

/**
 * Finds a version of a run.
 * @param directory the run's own.
 * @throws RlvrError `missing_file` when its files are not kept, `bad_usage` for the best of a run that was not evaluated, and
 * for a version from before it was forked.
 */
export function findVersion(db: Database, directory: string, { runId, at }: RunVersion): FoundVersion {
  const run = findRun(db, runId);
  if (typeof at === "number") requireOwn(run, at);
  const checkpoint = at === "best" ? bestOf(db, directory, runId) : versionAt(db, runId, at);
  if (checkpoint === undefined) return { step: 0, checkpoint };
  if (checkpoint.removedAt !== null || !isPresent(join(directory, checkpoint.exportDirectory)))
    throw notKept(db, directory, runId, checkpoint);
  if (typeof at === "number") return { step: at, checkpoint };
  return { step: Math.max(stepNumberOf(db, checkpoint.batchId) ?? 0, run.parentStep ?? 0), checkpoint };
}

/** The versions of a run whose files are on the disk, in order. */
export function versionsOnDisk(db: Database, directory: string, runId: number): StandingCheckpoint[] {
  return keptCheckpoints(db, runId).filter((row) => isPresent(join(directory, row.exportDirectory)));
}

/** Refuses a step that led to a fork, and so is its parent's; the base is the same for both. */
export function requireOwn({ id, parentRun, parentStep }: RunRow, step: number): void {
  if (parentRun === null || parentStep === null || step >= parentStep || step === 0) return;
  throw new RlvrError("bad_usage", `run ${id} was forked from run ${parentRun} after step ${parentStep}`, {
    advice: `Its version after step ${step} is that run's: ${parentRun}:${step}. See: rlvr checkpoints ${parentRun}`,
  });
}

function versionAt(db: Database, runId: number, step: number | undefined): CheckpointRow | undefined {
  return step === undefined ? latestCheckpoint(db, runId) : checkpointAfter(db, runId, step);
}

function bestOf(db: Database, directory: string, runId: number): CheckpointRow {
  const rows = versionsOnDisk(db, directory, runId);
  const [best] = versionsToKeep(rows, { keep_last: 0, keep_best: 1 }).keys();
  const found = rows.find(({ policyVersion }) => policyVersion === best);
  if (found !== undefined) return found;
  throw new RlvrError("bad_usage", `no version of run ${runId} that is kept was evaluated on a development set`, {
    advice: `Name one by its step. See: rlvr checkpoints ${runId}`,
  });
}

function notKept(db: Database, directory: string, runId: number, { policyVersion }: CheckpointRow): RlvrError {
  const steps = versionsOnDisk(db, directory, runId).map(({ step }) => `${runId}:${step}`);
  return new RlvrError("missing_file", `the weights of version ${policyVersion} of run ${runId} are not kept`, {
    advice:
      `On the disk are: ${[`${runId}:0`, ...steps].join(", ")}. The recipe says which ` +
      "are kept: checkpoints.keep_last, keep_every and keep_best.",
  });
}
