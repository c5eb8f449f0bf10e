import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { stepRange } from "./metric-series.ts";

/** What a run had cost by the end of some of its steps. */
export interface RunCourse {
  readonly steps: readonly number[];
  /** Completion tokens sampled from the first step on. */
  readonly tokens: readonly number[];
  /** Seconds of the phases of its steps: without evaluations, starts and pauses. */
  readonly seconds: readonly number[];
}

const TOKENS = "tokens.sampled";
const NAMES = JSON.stringify([TOKENS, "seconds.collect", "seconds.credit", "seconds.train", "seconds.sync"]);

/** The cost of a run over its steps, at the ends of at most so many buckets of equal numbers of steps. */
export function runCourse(db: Connection, runId: number, points: number): RunCourse {
  const [first, last] = stepRange(db, runId);
  const width = Math.max(1, Math.ceil((last - first + 1) / points));
  const rows = db.all<{ readonly step: number; readonly tokens: number; readonly seconds: number }>(sql`
    SELECT max(m.step) AS step, total(iif(m.name = ${TOKENS}, m.value, 0)) AS tokens,
           total(iif(m.name = ${TOKENS}, 0, m.value)) AS seconds
    FROM json_each(${NAMES}) n CROSS JOIN metrics m ON m.run_id = ${runId} AND m.name = n.value
    GROUP BY CAST((m.step - ${first}) / ${width} AS INTEGER)
    ORDER BY 1`);
  let [tokens, seconds] = [0, 0];
  const totals = rows.map((row) => [(tokens += row.tokens), (seconds += row.seconds)] as const);
  return {
    steps: rows.map(({ step }) => step),
    tokens: totals.map(([total]) => total),
    seconds: totals.map(([, total]) => total),
  };
}
