import { and, eq, like, sql, sum } from "drizzle-orm";
import { metrics } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";

/** Rows of one INSERT: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 2000;

/** Writes numbers of a step by name; one that stands already is replaced. */
export function storeMetrics(
  db: Connection,
  runId: number,
  step: number,
  values: Readonly<Record<string, number>>,
): void {
  const rows = Object.entries(values).map(([name, value]) => ({ runId, step, name, value }));
  for (let at = 0; at < rows.length; at += CHUNK)
    db.insert(metrics)
      .values(rows.slice(at, at + CHUNK))
      .onConflictDoUpdate({ target: [metrics.runId, metrics.step, metrics.name], set: { value: sql`excluded.value` } })
      .run();
}

/** Completion tokens that a run's finished steps sampled for practice, searches for hints included. */
export function sampledTokens(db: Connection, runId: number): number {
  const row = db
    .select({ tokens: sum(metrics.value) })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), eq(metrics.name, "tokens.sampled")))
    .get();
  return Number(row?.tokens ?? 0);
}

/** The numbers of a step whose names begin with a prefix, without it. */
export function metricsOfStep(db: Connection, runId: number, step: number, prefix: string): Record<string, number> {
  const rows = db
    .select({ name: metrics.name, value: metrics.value })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), eq(metrics.step, step), like(metrics.name, `${prefix}%`)))
    .all();
  return Object.fromEntries(rows.map(({ name, value }) => [name.slice(prefix.length), value]));
}
