import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/**
 * What a finished evaluation came to in one arm; with `arm` null over all of them, or over those of a source that has
 * several.
 */
export interface EvalPoint {
  readonly suite: string;
  readonly step: number;
  readonly policyVersion: number;
  /** The source of the arm or arms; null over all arms, and where the recipe has no sources. */
  readonly source: string | null;
  readonly arm: string | null;
  /** Share that passed of the completions with a verdict; null without any. */
  readonly accuracy: number | null;
  readonly problems: number;
  readonly completions: number;
  /** Completions without a verdict. */
  readonly unjudged: number;
}

/** The finished evaluations of a run by suite and step: first all arms together, then each source's and each arm. */
export function evalPoints(db: Connection, runId: number): EvalPoint[] {
  return db.all<EvalPoint>(sql`
    WITH points AS MATERIALIZED (
      SELECT e.suite, e.step, e.policy_version AS policyVersion, a.*,
             (SELECT p.source FROM problems p WHERE p.set_id = e.set_id AND p.arm = a.arm LIMIT 1) AS source
      FROM evals e CROSS JOIN eval_arms a ON a.eval_id = e.id
      WHERE e.run_id = ${runId} AND e.finished_at IS NOT NULL
    )
    SELECT suite, step, policyVersion, NULL AS source, NULL AS arm, total(passed) / nullif(sum(judged), 0) AS accuracy,
           sum(problems) AS problems, sum(completions) AS completions, sum(completions - judged) AS unjudged
    FROM points GROUP BY eval_id
    UNION ALL
    SELECT suite, step, policyVersion, source, NULL, total(passed) / nullif(sum(judged), 0), sum(problems), sum(completions),
           sum(completions - judged)
    FROM points WHERE source IS NOT NULL GROUP BY eval_id, source HAVING count(*) > 1
    UNION ALL
    SELECT suite, step, policyVersion, source, arm, 1.0 * passed / nullif(judged, 0), problems, completions, completions - judged
    FROM points
    ORDER BY 1, 2, 4, 5`);
}
