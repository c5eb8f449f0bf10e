import { and, asc, eq, getTableColumns, isNull, sql, type SQLWrapper } from "drizzle-orm";
import { evals } from "../../db/schema/evals.ts";
import { runs, steps } from "../../db/schema/runs.ts";
import { batches, checkpoints } from "../../db/schema/training.ts";
import type { Connection, Database } from "./database.ts";
import { now } from "./now.ts";
import type { RunRow } from "./runs.ts";
import { finishedSteps, openSteps } from "./steps.ts";
import { checkpointAfter, type CheckpointRow } from "./training.ts";
import { transactDurably } from "./transaction.ts";

/** A version that is not removed, with its step and how it did on the development set. */
export interface StandingCheckpoint extends CheckpointRow {
  readonly step: number;
  /** Share of its judged completions that passed; null where it was not evaluated. */
  readonly accuracy: number | null;
}

/** The versions of a run whose files were not removed, in order. */
export function keptCheckpoints(db: Connection, runId: number): StandingCheckpoint[] {
  const accuracyIn = (evaluated: SQLWrapper) => sql`(
    SELECT 1.0 * sum(a.passed) / nullif(sum(a.judged), 0) FROM evals e JOIN eval_arms a ON a.eval_id = e.id
    WHERE e.run_id = ${evaluated} AND e.suite = 'development' AND e.step = ${steps.number} AND e.finished_at IS NOT NULL)`;
  // The version that a fork begins with was trained, and may have been evaluated, by its parent.
  const accuracy = sql<number | null>`coalesce(${accuracyIn(sql`${runId}`)}, ${accuracyIn(steps.runId)})`;
  // Its first version is known by the step after which it was forked, also where its parent made none of that step.
  const step = sql<number>`max(${steps.number}, coalesce(${runs.parentStep}, 0))`;
  return db
    .select({ ...getTableColumns(checkpoints), step, accuracy })
    .from(checkpoints)
    .innerJoin(batches, eq(batches.id, checkpoints.batchId))
    .innerJoin(steps, eq(steps.id, batches.stepId))
    .innerJoin(runs, eq(runs.id, checkpoints.runId))
    .where(and(eq(checkpoints.runId, runId), isNull(checkpoints.removedAt)))
    .orderBy(asc(checkpoints.policyVersion))
    .all();
}

/**
 * The versions that a run may still sample from: those of steps and evaluations that are not done, and the one with which it
 * chooses what is next.
 */
export function versionsInUse(db: Connection, run: Pick<RunRow, "id" | "parentStep">): Set<number> {
  const unfinished = db
    .select({ policyVersion: evals.policyVersion })
    .from(evals)
    .where(and(eq(evals.runId, run.id), isNull(evals.finishedAt)))
    .all();
  const chosenWith = checkpointAfter(db, run.id, finishedSteps(db, run))?.policyVersion ?? 0;
  return new Set([chosenWith, ...[...openSteps(db, run.id), ...unfinished].map(({ policyVersion }) => policyVersion)]);
}

/** Notes that the files of versions are no longer kept. */
export function markRemoved(db: Database, ids: readonly number[]): void {
  if (ids.length === 0) return;
  const removedAt = now();
  transactDurably(db, (tx) => {
    for (const id of ids) tx.update(checkpoints).set({ removedAt }).where(eq(checkpoints.id, id)).run();
  });
}
