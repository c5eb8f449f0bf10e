import { sql, type SQL } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { lineageTable } from "../lineage.ts";

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
  /** First step. Default: the first of the runs that it goes on from. */
  readonly from?: number | undefined;
  /** Last step. Default: the run's last. */
  readonly to?: number | undefined;
  readonly points: number;
}

/**
 * Names of all metrics of a run and of those that it goes on from, sorted: one step through the index for each name,
 * whatever the number of steps.
 */
export function metricNames(db: Connection, runId: number): string[] {
  return db
    .all<{ readonly name: string }>(sql`
      WITH RECURSIVE names(run, name) AS (
        SELECT s.run, (SELECT min(m.name) FROM metrics m WHERE m.run_id = s.run) FROM ${lineageTable(db, runId)} s
        UNION ALL
        SELECT run, (SELECT min(m.name) FROM metrics m WHERE m.run_id = names.run AND m.name > names.name) FROM names
        WHERE names.name IS NOT NULL
      )
      SELECT DISTINCT name FROM names WHERE name IS NOT NULL ORDER BY name`)
    .map(({ name }) => name);
}

/**
 * Metrics of a run over steps, in the order of the names; a name without a value in the range has an empty series. Steps
 * before a fork's first are those of the runs that it goes on from.
 */
export function metricSeries(
  db: Connection,
  runId: number,
  names: readonly string[],
  { from, to, points }: SeriesRange,
): MetricSeries[] {
  const lineage = lineageTable(db, runId);
  const [first, last] = stepRange(db, lineage);
  const start = Math.max(from ?? first, first);
  const end = Math.min(to ?? last, last);
  const width = Math.max(1, Math.ceil((end - start + 1) / points));
  const rows = db.all<{ name: string; step: number; mean: number | null; low: number | null; high: number | null }>(sql`
    SELECT m.name, min(m.step) AS step, avg(m.value) AS mean, min(m.value) AS low, max(m.value) AS high
    FROM json_each(${JSON.stringify(names)}) n
    CROSS JOIN ${lineage} s
    CROSS JOIN metrics m ON m.run_id = s.run AND m.name = n.value AND m.step BETWEEN ${start} AND min(${end}, s.last)
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

/** First and last step of a lineage ({@link lineageTable}) that has metrics; 1 and 0 without any. */
export function stepRange(db: Connection, lineage: SQL): readonly [first: number, last: number] {
  const { first, last } = db.get<{ readonly first: number | null; readonly last: number | null }>(sql`
    SELECT min((SELECT min(m.step) FROM metrics m WHERE m.run_id = s.run)) AS first,
           max((SELECT max(m.step) FROM metrics m WHERE m.run_id = s.run AND m.step <= s.last)) AS last
    FROM ${lineage} s`);
  return [first ?? 1, last ?? 0];
}
