import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { listedBytes, listedText } from "./text-beginning.ts";

/** A rollout as a line of a list. */
export interface RolloutLine {
  readonly id: number;
  readonly groupId: number;
  readonly step: number;
  readonly slot: number;
  readonly number: number;
  readonly arm: string;
  readonly problemKey: string;
  /** Of each text at most 200 characters in a list. */
  readonly problem: string;
  readonly response: string;
  readonly tokens: number;
  readonly finishReason: string;
  /** What all verdicts came to; null while one is missing. */
  readonly passed: boolean | null;
  readonly reward: number | null;
  readonly advantage: number | null;
  /** Tier and level of the hint in its prompt, such as `planning 2`. */
  readonly hint: string | null;
  /** `trained` (in a batch), a drop reason, or null while that is open. */
  readonly fate: string | null;
}

/** Rollouts by id, in the order of the ids, with the beginning of their texts. */
export function rolloutLines(db: Connection, ids: readonly number[]): RolloutLine[] {
  return db
    .all<LineRow>(sql`
      SELECT r.id, g.id AS groupId, s.number AS step, g.slot, r.number, g.arm, p.key AS problemKey,
             ${listedBytes(sql`p.problem`)} AS problem, ${listedBytes(sql`x.text`)} AS response,
             r.tokens, r.finish_reason AS finishReason, o.passed, o.reward, c.advantage,
             h.tier || ' ' || h.level AS hint,
             CASE WHEN c.batch_id IS NOT NULL THEN 'trained' ELSE c.drop_reason END AS fate
      FROM json_each(${JSON.stringify(ids)}) j
      CROSS JOIN rollouts r ON r.id = j.value
      CROSS JOIN groups g ON g.id = r.group_id
      CROSS JOIN steps s ON s.id = g.step_id
      CROSS JOIN problems p ON p.id = g.problem_id
      CROSS JOIN rollout_payloads x ON x.rollout_id = r.id
      LEFT JOIN hints h ON h.id = r.hint_id
      LEFT JOIN outcomes o ON o.rollout_id = r.id
      LEFT JOIN credits c ON c.rollout_id = r.id
      ORDER BY j.key`)
    .map((row) => ({
      ...row,
      problem: listedText(row.problem),
      response: listedText(row.response),
      passed: row.passed === null ? null : row.passed === 1,
    }));
}

type LineRow = Omit<RolloutLine, "passed" | "problem" | "response"> & {
  readonly passed: number | null;
  readonly problem: Buffer | null;
  readonly response: Buffer | null;
};
