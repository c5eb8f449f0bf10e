import { join } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";
import type { RunVersion } from "../../core/run-version.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { finishedSteps } from "../../tracking/steps.ts";
import { checkpointAfter, type CheckpointRow } from "../../tracking/training.ts";
import { findVersion, requireOwn, versionsOnDisk } from "../versions/find-version.ts";

/** Where a fork leaves its parent. */
export interface ForkPoint {
  /** The parent's last step that it goes on from. */
  readonly step: number;
  /** The version after that step, which has a whole checkpoint; undefined is the base. */
  readonly checkpoint: (CheckpointRow & { readonly directory: string }) | undefined;
}

/**
 * Finds where to fork a run: after a step, at the best of its versions, or at the newest that has a whole checkpoint.
 * @param directory the run's own.
 * @throws RlvrError `bad_usage` for a step that is not finished, or that is its own parent's; `missing_file` when its
 * version has no whole checkpoint.
 */
export function forkPoint(db: Database, directory: string, run: RunRow, at: RunVersion["at"]): ForkPoint {
  const finished = finishedSteps(db, run);
  const whole = versionsOnDisk(db, directory, run.id)
    .filter(({ step }) => step <= finished)
    .flatMap((row) => wholeOf(directory, row));
  if (at === undefined) {
    const newest = whole.at(-1);
    if (newest === undefined) throw noWhole(run, "no version with a whole checkpoint", whole);
    return { step: newest.step, checkpoint: newest };
  }
  if (at !== "best") requireOwn(run, at);
  const { step, checkpoint } =
    at === "best"
      ? findVersion(db, directory, { runId: run.id, at })
      : { step: at, checkpoint: checkpointAfter(db, run.id, at) };
  if (step > finished) {
    throw new RlvrError("bad_usage", `run ${run.id} has finished ${finished} steps, not ${step}`, {
      advice: `Fork it after one of those. See: rlvr checkpoints ${run.id}`,
    });
  }
  if (checkpoint === undefined) return { step, checkpoint };
  const found = whole.find(({ id }) => id === checkpoint.id);
  if (found === undefined) throw noWhole(run, `no whole checkpoint of its version after step ${step}`, whole);
  return { step, checkpoint: found };
}

function wholeOf<Row extends CheckpointRow>(folder: string, row: Row): (Row & { readonly directory: string })[] {
  const { directory } = row;
  return directory !== null && isPresent(join(folder, directory, "manifest.json")) ? [{ ...row, directory }] : [];
}

function noWhole({ id }: RunRow, what: string, whole: readonly { readonly step: number }[]): RlvrError {
  const names = [`${id}:0 (the base)`, ...whole.map(({ step }) => `${id}:${step}`)].join(", ");
  return new RlvrError("missing_file", `run ${id} has ${what}`, {
    advice:
      `It can be forked at: ${names}. See: rlvr checkpoints ${id}. Its recipe says which ` +
      "are kept: checkpoints.keep_last, keep_every and keep_best.",
  });
}
