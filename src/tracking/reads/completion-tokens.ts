import { sql } from "drizzle-orm";
import { unpackFloat16, unpackFloat32, unpackInt32 } from "../../core/pack.ts";
import type { Connection } from "../database.ts";

/** The tokens of a rollout's completion and its credit. */
export interface CompletionTokens {
  readonly runId: number;
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  /** Of the same tokens under the teacher; null without one. */
  readonly teacherLogprobs: readonly number[] | null;
  /** The trainer's log-probabilities under the weights that the batch began with, less `logprobs`; null where it told none. */
  readonly logRatios: readonly number[] | null;
  /** Of the distributions that the trainer sees the tokens drawn from, in nats; null where it told none. */
  readonly entropies: readonly number[] | null;
  /** Of the rollout as a whole; null while it has no credit. */
  readonly advantage: number | null;
  readonly weight: number | null;
  /** Whether it is in a batch. */
  readonly isTrained: boolean;
}

/** The tokens of a rollout's completion; undefined when there is no rollout of that id. */
export function completionTokens(db: Connection, rolloutId: number): CompletionTokens | undefined {
  const row = db.get<
    | {
        readonly runId: number;
        readonly tokenIds: Buffer;
        readonly logprobs: Buffer;
        readonly teacher: Buffer | null;
        readonly logRatios: Buffer | null;
        readonly entropies: Buffer | null;
        readonly advantage: number | null;
        readonly weight: number | null;
        readonly isTrained: number;
      }
    | undefined
  >(sql`
    SELECT s.run_id AS runId, x.token_ids AS tokenIds, x.logprobs, x.teacher_logprobs AS teacher, t.log_ratios AS logRatios,
           t.entropies, c.advantage, c.weight, c.batch_id IS NOT NULL AS isTrained
    FROM rollouts r JOIN groups g ON g.id = r.group_id JOIN steps s ON s.id = g.step_id
    JOIN rollout_payloads x ON x.rollout_id = r.id LEFT JOIN credits c ON c.rollout_id = r.id
    LEFT JOIN token_stats t ON t.rollout_id = r.id
    WHERE r.id = ${rolloutId}`);
  if (row === undefined) return undefined;
  return {
    runId: row.runId,
    tokenIds: unpackInt32(row.tokenIds),
    logprobs: unpackFloat32(row.logprobs),
    teacherLogprobs: row.teacher && unpackFloat32(row.teacher),
    logRatios: row.logRatios && unpackFloat16(row.logRatios),
    entropies: row.entropies && unpackFloat16(row.entropies),
    advantage: row.advantage,
    weight: row.weight,
    isTrained: row.isTrained === 1,
  };
}

/** The tokens of the prompt that a rollout was sampled under, as the policy saw them; undefined when there is no such rollout. */
export function promptTokens(
  db: Connection,
  rolloutId: number,
): { readonly runId: number; readonly tokenIds: readonly number[] } | undefined {
  const row = db.get<{ readonly runId: number; readonly tokenIds: Buffer } | undefined>(sql`
    SELECT s.run_id AS runId, p.token_ids AS tokenIds
    FROM rollouts r JOIN groups g ON g.id = r.group_id JOIN steps s ON s.id = g.step_id JOIN prompts p ON p.id = r.prompt_id
    WHERE r.id = ${rolloutId}`);
  return row && { runId: row.runId, tokenIds: unpackInt32(row.tokenIds) };
}
