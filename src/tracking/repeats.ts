import { sql } from "drizzle-orm";
import { unpackFloat32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";

/** How many completions a group has without hints, and each that occurs more than once there. */
export interface RepeatsOfGroup {
  readonly drawn: number;
  /** How often it occurs, and the sum of its tokens' log-probabilities. */
  readonly repeats: readonly { readonly copies: number; readonly logprob: number }[];
}

/** What repeats in each group of a step, token by token. */
export function repeatsOfStep(db: Connection, stepId: number): RepeatsOfGroup[] {
  const groups = db.all<{ readonly id: number; readonly drawn: number }>(sql`
    SELECT g.id, count(r.id) AS drawn
    FROM groups g CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
    WHERE g.step_id = ${stepId}
    GROUP BY g.id`);
  // Only completions of the same length are compared by their tokens.
  const repeats = db.all<{ readonly groupId: number; readonly copies: number; readonly logprobs: Uint8Array }>(sql`
    WITH alike AS MATERIALIZED (
      SELECT r.group_id, r.tokens
      FROM groups g CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
      WHERE g.step_id = ${stepId}
      GROUP BY r.group_id, r.tokens HAVING count(*) > 1
    ),
    same AS (
      SELECT r.group_id AS groupId, count(*) AS copies, min(r.id) AS first
      FROM alike a CROSS JOIN rollouts r ON r.group_id = a.group_id AND r.tokens = a.tokens AND r.hint_id IS NULL
      CROSS JOIN rollout_payloads p ON p.rollout_id = r.id
      GROUP BY r.group_id, p.token_ids HAVING count(*) > 1
    )
    SELECT s.groupId, s.copies, p.logprobs FROM same s CROSS JOIN rollout_payloads p ON p.rollout_id = s.first`);
  const byGroup = Map.groupBy(repeats, ({ groupId }) => groupId);
  return groups.map(({ id, drawn }) => ({
    drawn,
    repeats: (byGroup.get(id) ?? []).map(({ copies, logprobs }) => ({
      copies,
      logprob: unpackFloat32(logprobs).reduce((sum, logprob) => sum + logprob, 0),
    })),
  }));
}
