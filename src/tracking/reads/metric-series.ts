import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** One metric over steps, in buckets of equal numbers of steps: each with its first step that has a value. */
export interface MetricSeries {
  readonly name: string;
  readonly steps: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** Which steps, and in how many buckets at the most. */
export interface SeriesRange {
  /** First step. Default: the run's first. */
  readonly from?: number | undefined;
  /** Last step. Default: the run's last. */
  readonly to?: number | undefined;
  readonly points: number;
}

/** Names of all metrics of a run, sorted: one step through the index for each name, whatever the number of steps. */
export function metricNames(db: Connection, runId: number): string[] {
  return db
    .all<{ readonly name: string }>(sql`
      WITH RECURSIVE names(name) AS (
        SELECT min(name) FROM metrics WHERE run_id = ${runId}
        UNION ALL
        SELECT (SELECT min(m.name) FROM metrics m WHERE m.run_id = ${runId} AND m.name > names.name) FROM names
        WHERE names.name IS NOT NULL
      )
      SELECT name FROM names WHERE name IS NOT NULL`)
    .map(({ name }) => name);
}

/** Metrics of a run over steps, in the order of the names; a name without a value in the range has an empty series. */
export function metricSeries(
  db: Connection,
  runId: number,
  names: readonly string[],
  { from, to, points }: SeriesRange,
): MetricSeries[] {
  const [first, last] = stepRange(db, runId);
  const start = Math.max(from ?? first, first);
  const end = Math.min(to ?? last, last);
  const width = Math.max(1, Math.ceil((end - start + 1) / points));
  const rows = db.all<{ name: string; step: number; mean: number | null; low: number | null; high: number | null }>(sql`
    SELECT m.name, min(m.step) AS step, avg(m.value) AS mean, min(m.value) AS low, max(m.value) AS high
    FROM json_each(${JSON.stringify(names)}) n
    CROSS JOIN metrics m ON m.run_id = ${runId} AND m.name = n.value AND m.step BETWEEN ${start} AND ${end}
    GROUP BY m.name, CAST((m.step - ${start}) / ${width} AS INTEGER)
    ORDER BY m.name, 2`);
  const found = Map.groupBy(rows, ({ name }) => name);
  return names.map((name) => {
    const buckets = found.get(name) ?? [];
    return {
      name,
      steps: buckets.map(({ step }) => step),
      mean: buckets.map(({ mean }) => mean),
      low: buckets.map(({ low }) => low),
      high: buckets.map(({ high }) => high),
    };
  });
}

/** First and last step of a run that has metrics; 1 and 0 without any. */
export function stepRange(db: Connection, runId: number): readonly [first: number, last: number] {
  const { first, last } = db.get<{ readonly first: number | null; readonly last: number | null }>(sql`
    SELECT (SELECT min(step) FROM metrics WHERE run_id = ${runId}) AS first,
           (SELECT max(step) FROM metrics WHERE run_id = ${runId}) AS last`);
  return [first ?? 1, last ?? 0];
}
