import { sql } from "drizzle-orm";
import { RlvrError } from "../core/errors.ts";
import type { Connection } from "./database.ts";

/** A row of a view, by column. */
export type ViewRow = Readonly<Record<string, string | number | null>>;

/**
 * All that led to a rollout and all that came of it: its row of `v_rollouts` and, when it was trained, of `v_lineage`.
 * @throws RlvrError `unknown_name` when there is no such rollout.
 */
export function rolloutHistory(db: Connection, rolloutId: number): ViewRow {
  const rollout = db.get<ViewRow | undefined>(sql`SELECT * FROM v_rollouts WHERE rollout_id = ${rolloutId}`);
  if (rollout === undefined) {
    throw new RlvrError("unknown_name", `there is no rollout ${rolloutId}`, {
      advice: 'See what there is with: rlvr sql "SELECT rollout_id, problem FROM v_rollouts LIMIT 5"',
    });
  }
  return { ...rollout, ...db.get<ViewRow | undefined>(sql`SELECT * FROM v_lineage WHERE rollout_id = ${rolloutId}`) };
}

/** Attempts at a problem that are shown. */
const MOST_ATTEMPTS = 1000;

/**
 * Every attempt at a problem, found by its key or its text: one row a rollout, oldest first, the newest thousand.
 * @throws RlvrError `unknown_name` when no rollout of such a problem is stored.
 */
export function problemHistory(db: Connection, keyOrText: string): ViewRow[] {
  const rows = db.all<ViewRow>(sql`
    SELECT run_id, step, rollout_id, policy_version, hint_tier || ' ' || hint_level AS hint, response, passed, reward, round(advantage, 3) AS advantage,
           coalesce(drop_reason, 'trained') AS fate
    FROM v_rollouts
    WHERE group_id IN (SELECT id FROM groups WHERE problem_id IN (SELECT id FROM problems WHERE key = ${keyOrText}
                                                                  UNION SELECT id FROM problems WHERE problem = ${keyOrText}))
    ORDER BY rollout_id DESC
    LIMIT ${MOST_ATTEMPTS}`);
  if (rows.length > 0) return rows.reverse();
  throw new RlvrError("unknown_name", `no attempt at a problem "${keyOrText}" is stored`, {
    advice: 'See what was practised with: rlvr sql "SELECT DISTINCT problem_key, problem FROM v_rollouts LIMIT 5"',
  });
}
