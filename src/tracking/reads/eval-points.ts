import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { lineageTable } from "../lineage.ts";

/**
 * What a finished evaluation came to in one arm; with `arm` null over all of them, or over those of a source that has
 * several.
 */
export interface EvalPoint {
  /** The run that was evaluated: the one that is asked about, or one that it goes on from. */
  readonly run: number;
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

/**
 * The finished evaluations of a run, and of those that it goes on from, by suite and step: first all arms together, then each
 * source's and each arm. Where two have one after the step between them, the run's own.
 */
export function evalPoints(db: Connection, runId: number): EvalPoint[] {
  return db.all<EvalPoint>(sql`
    WITH points AS MATERIALIZED (
      SELECT e.run_id AS run, e.suite, e.step, e.policy_version AS policyVersion, a.*,
             (SELECT p.source FROM problems p WHERE p.set_id = e.set_id AND p.arm = a.arm LIMIT 1) AS source
      FROM (SELECT v.*, max(v.run_id) FROM ${lineageTable(db, runId)} s
            CROSS JOIN evals v ON v.run_id = s.run AND v.step <= s.last AND v.finished_at IS NOT NULL
            GROUP BY v.suite, v.step) e
      CROSS JOIN eval_arms a ON a.eval_id = e.id
    )
    SELECT run, suite, step, policyVersion, NULL AS source, NULL AS arm, total(passed) / nullif(sum(judged), 0) AS accuracy,
           sum(problems) AS problems, sum(completions) AS completions, sum(completions - judged) AS unjudged
    FROM points GROUP BY eval_id
    UNION ALL
    SELECT run, suite, step, policyVersion, source, NULL, total(passed) / nullif(sum(judged), 0), sum(problems), sum(completions),
           sum(completions - judged)
    FROM points WHERE source IS NOT NULL GROUP BY eval_id, source HAVING count(*) > 1
    UNION ALL
    SELECT run, suite, step, policyVersion, source, arm, 1.0 * passed / nullif(judged, 0), problems, completions, completions - judged
    FROM points
    ORDER BY 2, 3, 5, 6`);
}
