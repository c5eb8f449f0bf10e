import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** A group without its rollouts. */
export interface GroupHead {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
  readonly slot: number;
  readonly state: string;
  /** What the scaffold made of it; null before. */
  readonly scaffold: string | null;
  readonly arm: string;
  readonly propensity: number;
  readonly problemKey: string;
  readonly problem: string;
  readonly answer: string;
}

/** A group and its problem; undefined when there is none of that id. */
export function groupHead(db: Connection, groupId: number): GroupHead | undefined {
  return db.get<GroupHead | undefined>(sql`
    SELECT g.id, s.run_id AS runId, s.number AS step, g.slot, g.state, g.scaffold, g.arm, g.propensity,
           p.key AS problemKey, p.problem, p.answer
    FROM groups g JOIN steps s ON s.id = g.step_id JOIN problems p ON p.id = g.problem_id
    WHERE g.id = ${groupId}`);
}

/** A hint that was tried with a group, and what it led to. */
export interface TriedHint {
  readonly attempt: number;
  readonly tier: string;
  readonly level: number;
  readonly parts: unknown;
  /** Rollouts to sample with it. */
  readonly samples: number;
  /** How many of those passed; null while none is judged. */
  readonly passed: number | null;
  readonly skipReason: string | null;
}

/** The hints that were tried with a group, in order. */
export function triedHints(db: Connection, groupId: number): TriedHint[] {
  return db
    .all<TriedHint & { readonly parts: string }>(sql`
      SELECT h.attempt, h.tier, h.level, h.parts, h.samples, h.skip_reason AS skipReason,
             (SELECT sum(o.passed) FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id WHERE r.hint_id = h.id) AS passed
      FROM hints h WHERE h.group_id = ${groupId} ORDER BY h.attempt`)
    .map((row) => ({ ...row, parts: JSON.parse(row.parts) as unknown }));
}
