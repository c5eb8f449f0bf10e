import { and, eq, lte, or, sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { Connection } from "./database.ts";
import { findRun, type RunRow } from "./runs.ts";

/** Steps of one run, as far as they led to a policy. */
export interface RunStretch {
  readonly run: RunRow;
  /** The last of them; no end for the run that is asked about. */
  readonly to: number;
}

/** The steps that a run goes on from: its own, then those of the run that it was forked from, and so on; newest first. */
export function lineageOf(db: Connection, runId: number): RunStretch[] {
  const stretches: RunStretch[] = [];
  let to = Number.MAX_SAFE_INTEGER;
  for (let next: number | null = runId; next !== null;) {
    const run = findRun(db, next);
    stretches.push({ run, to });
    to = Math.min(to, run.parentStep ?? 0);
    next = run.parentRun;
  }
  return stretches;
}

/** The same steps as a table for a query that is written by hand: `run`, and its `last` step. */
export function lineageTable(db: Connection, runId: number): SQL {
  const rows = lineageOf(db, runId).map(({ run, to }) => ({ run: run.id, last: to }));
  return sql`(SELECT value ->> 'run' AS run, value ->> 'last' AS last FROM json_each(${JSON.stringify(rows)}))`;
}

/** The condition that a row is of one of these steps. */
export function inStretches(stretches: readonly RunStretch[], runId: AnyColumn, step: AnyColumn): SQL | undefined {
  return or(...stretches.map(({ run, to }) => and(eq(runId, run.id), lte(step, to))));
}
