import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { lineageTable } from "../lineage.ts";
import { stepRange } from "./metric-series.ts";

/** What a run had cost by the end of some of its steps, those of the runs that it goes on from included. */
export interface RunCourse {
  readonly steps: readonly number[];
  /** Completion tokens sampled from the first step on. */
  readonly tokens: readonly number[];
  /** Seconds that its steps took, one after the other: without starts and pauses, nor evaluations between steps. */
  readonly seconds: readonly number[];
}

const TOKENS = "tokens.sampled";
const WALL = "wall_seconds";
const NAMES = JSON.stringify([TOKENS, WALL, "seconds.collect", "seconds.credit", "seconds.train", "seconds.sync"]);

/**
 * The cost of a run over its steps, at the ends of at most so many buckets of equal numbers of steps. Phases of several steps
 * overlap where sampling runs ahead: their sum counts only for a step of which it is not known how long it took.
 */
export function runCourse(db: Connection, runId: number, points: number): RunCourse {
  const lineage = lineageTable(db, runId);
  const [first, last] = stepRange(db, lineage);
  const width = Math.max(1, Math.ceil((last - first + 1) / points));
  const rows = db.all<{ readonly step: number; readonly tokens: number; readonly seconds: number }>(sql`
    SELECT max(step) AS step, total(tokens) AS tokens, total(coalesce(wall, phases)) AS seconds
    FROM (
      SELECT m.step, total(iif(m.name = ${TOKENS}, m.value, 0)) AS tokens,
             max(iif(m.name = ${WALL}, m.value, NULL)) AS wall,
             total(iif(m.name IN (${TOKENS}, ${WALL}), 0, m.value)) AS phases
      FROM json_each(${NAMES}) n CROSS JOIN ${lineage} s
      CROSS JOIN metrics m ON m.run_id = s.run AND m.name = n.value AND m.step <= s.last
      GROUP BY m.step
    )
    GROUP BY CAST((step - ${first}) / ${width} AS INTEGER)
    ORDER BY 1`);
  let [tokens, seconds] = [0, 0];
  const totals = rows.map((row) => [(tokens += row.tokens), (seconds += row.seconds)] as const);
  return {
    steps: rows.map(({ step }) => step),
    tokens: totals.map(([total]) => total),
    seconds: totals.map(([, total]) => total),
  };
}
