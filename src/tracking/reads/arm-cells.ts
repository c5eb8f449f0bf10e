import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { lineageTable } from "../lineage.ts";

/** An arm in a bucket of steps. */
export interface ArmCell {
  /** First step of the bucket. */
  readonly step: number;
  readonly arm: string;
  /** Probability of being drawn, and what the curriculum derives it from, as they stood at that step. */
  readonly probability: number;
  readonly value: number | null;
  /** Mean of the pass rates without hints of the bucket's steps that drew it; null when none did. */
  readonly passRate: number | null;
}

/**
 * Every arm of a run, and of those that it goes on from, in buckets of equal numbers of steps. Standings are states, so each bucket shows the one it begins
 * with; pass rates are noise step by step, so they are averaged.
 */
export function armCells(db: Connection, runId: number, points: number): ArmCell[] {
  const lineage = lineageTable(db, runId);
  const last = db.get<{ readonly step: number | null }>(
    sql`SELECT max(step) AS step FROM arms WHERE run_id = ${runId}`,
  ).step;
  const width = Math.max(1, Math.ceil((last ?? 0) / points));
  return db.all<ArmCell>(sql`
    WITH RECURSIVE starts(step) AS (SELECT 1 UNION ALL SELECT step + ${width} FROM starts WHERE step + ${width} <= ${last ?? 0})
    SELECT a.step, a.arm, a.probability, a.metrics ->> 'value' AS value,
           (SELECT avg(m.value) FROM ${lineage} o CROSS JOIN metrics m ON m.run_id = o.run AND m.name = 'pass_rate.' || a.arm
              AND m.step BETWEEN a.step AND min(a.step + ${width - 1}, o.last)) AS passRate
    FROM starts CROSS JOIN ${lineage} s CROSS JOIN arms a ON a.run_id = s.run AND a.step = starts.step AND a.step <= s.last
    ORDER BY a.step, a.rowid`);
}
