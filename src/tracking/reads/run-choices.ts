import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { metricNames } from "./metric-series.ts";

/** What there is to choose from when a run's rows are filtered. */
export interface RunChoices {
  /** Phase of the newest step; null before the first. */
  readonly phase: string | null;
  /** Version of the newest checkpoint; 0 is the base. */
  readonly policyVersion: number;
  /** In the order of the practice set's first problems. */
  readonly arms: readonly string[];
  /** What the recipe calls the verifiers, from the verdicts of the newest judged group. */
  readonly verifiers: readonly string[];
  readonly dropReasons: readonly string[];
  readonly hintTiers: readonly string[];
  readonly suites: readonly string[];
  /** Names of all metrics that the run has. */
  readonly metrics: readonly string[];
}

const DROPPED = "dropped.";

/** The choices of a run, none of which takes a walk over its rollouts. */
export function runChoices(db: Connection, runId: number): RunChoices {
  const metrics = metricNames(db, runId);
  const texts = (query: ReturnType<typeof sql>): string[] =>
    db.all<{ readonly name: string }>(query).map(({ name }) => name);
  const newest = db.get<{ readonly phase: string } | undefined>(
    sql`SELECT phase FROM steps WHERE run_id = ${runId} ORDER BY number DESC LIMIT 1`,
  );
  const version = db.get<{ readonly version: number | null }>(
    sql`SELECT max(policy_version) AS version FROM checkpoints WHERE run_id = ${runId}`,
  ).version;
  return {
    phase: newest?.phase ?? null,
    policyVersion: version ?? 0,
    arms: runArms(db, runId),
    verifiers: texts(sql`
      SELECT DISTINCT v.verifier AS name
      FROM (SELECT g.id FROM steps s CROSS JOIN groups g ON g.step_id = s.id WHERE s.run_id = ${runId} AND g.judged > 0
            ORDER BY s.number DESC, g.slot DESC LIMIT 1) newest
      CROSS JOIN rollouts r ON r.group_id = newest.id CROSS JOIN verdicts v ON v.rollout_id = r.id
      ORDER BY 1`),
    dropReasons: metrics.filter((name) => name.startsWith(DROPPED)).map((name) => name.slice(DROPPED.length)),
    hintTiers: texts(sql`
      SELECT t.value AS name FROM json_each('["knowledge", "planning", "solution"]') t
      WHERE EXISTS (SELECT 1 FROM hints h CROSS JOIN groups g ON g.id = h.group_id CROSS JOIN steps s ON s.id = g.step_id
                    WHERE h.tier = t.value AND s.run_id = ${runId})
      ORDER BY t.key`),
    suites: texts(sql`SELECT DISTINCT suite AS name FROM evals WHERE run_id = ${runId} ORDER BY 1`),
    metrics,
  };
}

/** The arms that the curriculum of a run knows, as it knew them at its first step. */
export function runArms(db: Connection, runId: number): string[] {
  return db
    .all<{ readonly arm: string }>(sql`
      SELECT arm FROM arms WHERE run_id = ${runId} AND step = (SELECT min(step) FROM arms WHERE run_id = ${runId})
      ORDER BY rowid`)
    .map(({ arm }) => arm);
}
