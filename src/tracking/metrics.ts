import { and, asc, between, eq, like, lte, or, sql, sum } from "drizzle-orm";
import { metrics } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";
import { inStretches, lineageOf } from "./lineage.ts";

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

/**
 * Completion tokens that a run's finished steps sampled for practice, searches for hints included, and so the steps that it was
 * forked after.
 * @param upTo the last step that counts. Default: all.
 */
export function sampledTokens(db: Connection, runId: number, upTo = Number.MAX_SAFE_INTEGER): number {
  const row = db
    .select({ tokens: sum(metrics.value) })
    .from(metrics)
    .where(
      and(
        inStretches(lineageOf(db, runId), metrics.runId, metrics.step),
        eq(metrics.name, "tokens.sampled"),
        lte(metrics.step, upTo),
      ),
    )
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

/**
 * The numbers of a range of steps, by step; steps that have none of them are left out.
 * @param patterns names, as of SQLite's GLOB: `pass_rate.*` is all that begin so.
 */
export function metricsOfSteps(
  db: Connection,
  runId: number,
  { from, to }: { readonly from: number; readonly to: number },
  patterns: readonly string[],
): { readonly step: number; readonly numbers: Readonly<Record<string, number>> }[] {
  const rows = db
    .select({ step: metrics.step, name: metrics.name, value: metrics.value })
    .from(metrics)
    .where(
      and(
        eq(metrics.runId, runId),
        between(metrics.step, from, to),
        or(...patterns.map((pattern) => sql`${metrics.name} GLOB ${pattern}`)),
      ),
    )
    .orderBy(asc(metrics.step))
    .all();
  const steps = new Map<number, [string, number][]>();
  for (const { step, name, value } of rows) {
    const numbers = steps.get(step);
    if (numbers === undefined) steps.set(step, [[name, value]]);
    else numbers.push([name, value]);
  }
  return [...steps].map(([step, numbers]) => ({ step, numbers: Object.fromEntries(numbers) }));
}
