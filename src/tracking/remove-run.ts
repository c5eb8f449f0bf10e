import { rmSync } from "node:fs";
import { eq, sql, type SQL } from "drizzle-orm";
import { runs } from "../../db/schema/runs.ts";
import { RlvrError } from "../core/errors.ts";
import type { Connection, Database } from "./database.ts";
import { checkedRunFolder } from "./run-folder.ts";
import { lockRun } from "./run-lock.ts";
import { runStateNow } from "./run-state.ts";
import { forksOf, isWhole } from "./runs.ts";
import { transact, transactDurably } from "./transaction.ts";

/** Rollouts of one transaction, each with its tokens and some verdicts: others wait for the database no longer than that. */
const ROLLOUTS = 500;
/** Rows of one transaction of the tables whose rows are small. */
const ROWS = 5000;

/** How far a removal is: steps that are gone, of how many. What belongs to no step comes after them. */
export interface RemovalProgress {
  readonly gone: number;
  readonly steps: number;
}

/**
 * Deletes a run: its rows in short transactions, then its files, then the row of the run itself. The first transaction
 * sets its state to `removing`, by which no command takes what is left of it for a run; a removal that was killed goes on
 * when it is asked for again. Problems, prompts and a teacher's answers stay: they are stored once for all runs.
 * @yields after each transaction; a caller that stops leaves the run half removed.
 * @throws RlvrError `unknown_name` when there is no such run; `run_locked` when it is running; `bad_usage` when runs were
 * forked from it; `unsafe_path` where its folder is another user's.
 */
export function* removeRun(db: Database, runId: number): Generator<RemovalProgress, void> {
  refuseRunning(db, runId);
  const folder = checkedRunFolder(db.$client.name, runId);
  const lock = lockRun(folder, runId);
  try {
    markRemoving(db, runId);
    const { steps } = db.get<{ steps: number }>(
      sql`SELECT coalesce(max(number), 0) AS steps FROM steps WHERE run_id = ${runId}`,
    );
    for (const gone of removeSteps(db, runId)) yield { gone, steps };
    for (const _ of removeRest(db, runId)) yield { gone: steps, steps };
    rmSync(folder, { recursive: true, force: true });
    transact(db, (tx) => {
      tx.update(runs).set({ supersededBy: null }).where(eq(runs.supersededBy, runId)).run();
      tx.delete(runs).where(eq(runs.id, runId)).run();
    });
  } finally {
    lock.release();
  }
}

/** Tables whose rows name their run; one that refers to another stands before it. */
const TABLES_OF_A_RUN = [
  "checkpoints",
  "trainer_jobs",
  "curriculum_states",
  "arms",
  "metrics",
  "events",
  "recipe_changes",
  "run_tags",
] as const;

function refuseRunning(db: Database, runId: number): void {
  const run = db.select().from(runs).where(eq(runs.id, runId)).get();
  if (run === undefined) {
    throw new RlvrError("unknown_name", `there is no run ${runId}`, { advice: "See what there is with: rlvr runs" });
  }
  if (isWhole(run) && runStateNow(db, run) === "running") throw stillRunning(runId);
}

/** The error of a run that a process works on. */
export function stillRunning(runId: number): RlvrError {
  return new RlvrError("run_locked", `run ${runId} is running`, {
    advice: "Wait for its end, or end it with Ctrl-C where it runs; then remove it.",
  });
}

/** From here on it is no run for anybody. On the disk before the first file is deleted. */
function markRemoving(db: Database, runId: number): void {
  transactDurably(db, (tx) => {
    const forks = forksOf(tx, runId);
    if (forks.length > 0) throw neededByForks(runId, forks, [runId, ...descendantsOf(tx, runId)]);
    tx.update(runs).set({ state: "removing" }).where(eq(runs.id, runId)).run();
  });
}

/** The forks of a run, the forks of those, and so on. */
export function descendantsOf(db: Connection, runId: number): number[] {
  return forksOf(db, runId).flatMap((fork) => [fork, ...descendantsOf(db, fork)]);
}

/**
 * The error of a run that others were forked from.
 * @param all what has to go with it to remove it: these, their forks, and the run itself.
 */
export function neededByForks(runId: number, forks: readonly number[], all: readonly number[]): RlvrError {
  const names = forks.map((id) => `run ${id}`).join(", ");
  return new RlvrError("bad_usage", `${names} ${forks.length === 1 ? "was" : "were"} forked from run ${runId}`, {
    advice: `Remove ${all.length === 2 ? "both" : `all ${all.length}`}: rlvr runs rm ${all.toSorted((a, b) => a - b).join(" ")}`,
  });
}

/** Deletes a run's steps one after the other. Yields after each transaction the number of the last step that is gone. */
function* removeSteps(db: Database, runId: number): Generator<number, void> {
  for (;;) {
    const step = db.get<{ id: number; number: number } | undefined>(
      sql`SELECT id, number FROM steps WHERE run_id = ${runId} ORDER BY number LIMIT 1`,
    );
    if (step === undefined) return;
    while (removeRollouts(db, step.id) > 0) yield step.number - 1;
    transact(db, (tx) => {
      tx.run(sql`DELETE FROM rollout_spans WHERE group_id IN (SELECT id FROM groups WHERE step_id = ${step.id})`);
      tx.run(sql`DELETE FROM hints WHERE group_id IN (SELECT id FROM groups WHERE step_id = ${step.id})`);
      tx.run(sql`DELETE FROM groups WHERE step_id = ${step.id}`);
      tx.run(sql`DELETE FROM checkpoints WHERE batch_id IN (SELECT id FROM batches WHERE step_id = ${step.id})`);
      tx.run(sql`DELETE FROM batches WHERE step_id = ${step.id}`);
      tx.run(sql`DELETE FROM steps WHERE id = ${step.id}`);
    });
    yield step.number;
  }
}

/** Deletes rollouts of a step with all that is about them, and returns how many. */
function removeRollouts(db: Database, stepId: number): number {
  return transact(db, (tx) => {
    const ids = tx
      .all<{ readonly id: number }>(
        sql`SELECT o.id FROM groups g CROSS JOIN rollouts o ON o.group_id = g.id WHERE g.step_id = ${stepId} LIMIT ${ROLLOUTS}`,
      )
      .map(({ id }) => id);
    const chosen = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
    for (const table of ["credits", "outcomes", "verdicts", "token_stats", "rollout_payloads"])
      tx.run(sql`DELETE FROM ${sql.identifier(table)} WHERE rollout_id IN ${chosen}`);
    tx.run(sql`DELETE FROM rollouts WHERE id IN ${chosen}`);
    return ids.length;
  });
}

/** Deletes a run's evaluations and all else that belongs to no step. Yields after each transaction. */
function* removeRest(db: Database, runId: number): Generator<void, void> {
  const evaluations = db.all<{ readonly id: number }>(sql`SELECT id FROM evals WHERE run_id = ${runId}`);
  for (const { id } of evaluations) {
    yield* removeRows(db, "eval_results", sql`eval_id = ${id}`);
    yield* removeRows(db, "eval_arms", sql`eval_id = ${id}`);
    yield* removeRows(db, "evals", sql`id = ${id}`);
  }
  for (const table of TABLES_OF_A_RUN) yield* removeRows(db, table, sql`run_id = ${runId}`);
}

function* removeRows(db: Connection, table: string, condition: SQL): Generator<void, void> {
  const rows = sql.identifier(table);
  for (;;) {
    const { changes } = transact(db, (tx) =>
      tx.run(sql`DELETE FROM ${rows} WHERE rowid IN (SELECT rowid FROM ${rows} WHERE ${condition} LIMIT ${ROWS})`),
    );
    if (changes === 0) return;
    yield;
  }
}
