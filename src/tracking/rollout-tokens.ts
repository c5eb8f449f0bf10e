import type BetterSqlite3 from "better-sqlite3";
import { unpackFloat16 } from "../core/pack.ts";

const BYTES = 4;

interface Payload {
  readonly prompt: Buffer;
  readonly completion: Buffer;
  readonly logprobs: Buffer;
  readonly teacher: Buffer | null;
  readonly logRatios: Buffer | null;
  readonly entropies: Buffer | null;
}

/** In the order of a row. Of the prompt's tokens, the first two and `is_prompt` have values. */
const COLUMNS = ["position", "token_id", "logprob", "is_prompt", "teacher_logprob", "trainer_logprob", "entropy"];

/**
 * Gives a connection the table function `rollout_tokens(rollout_id)`: the tokens of a rollout one a row, its prompt's
 * first, with columns `position` (from 0), `token_id`, `logprob` (of the distribution that was sampled from; null in the
 * prompt), `is_prompt`, `teacher_logprob` (under the teacher at temperature 1; null in the prompt and where no teacher
 * was asked), `trainer_logprob` and `entropy` (of the distribution that the token is drawn from), both as the trainer computed
 * them under the weights that its batch began with, in nats; null in the prompt and where it told nothing of the rollout. No
 * rows for a rollout that there is not.
 * @param open opens a second connection to the database: the first is busy with the query that asks.
 */
export function registerRolloutTokens(db: BetterSqlite3.Database, open: () => BetterSqlite3.Database): void {
  let find: BetterSqlite3.Statement<[unknown], Payload> | undefined;
  db.table("rollout_tokens", {
    columns: COLUMNS,
    parameters: ["rollout_id"],
    *rows(rolloutId: unknown) {
      find ??= open().prepare<[unknown], Payload>(
        `SELECT p.token_ids AS prompt, r.token_ids AS completion, r.logprobs, r.teacher_logprobs AS teacher,
                t.log_ratios AS logRatios, t.entropies
         FROM rollout_payloads r JOIN rollouts o ON o.id = r.rollout_id JOIN prompts p ON p.id = o.prompt_id
         LEFT JOIN token_stats t ON t.rollout_id = r.rollout_id
         WHERE r.rollout_id = ?`,
      );
      const payload = find.get(rolloutId);
      if (payload === undefined) return;
      const { prompt, completion, logprobs, teacher } = payload;
      const logRatios = payload.logRatios && unpackFloat16(payload.logRatios);
      const entropies = payload.entropies && unpackFloat16(payload.entropies);
      // Numbers would become REAL: whole ones are handed over as bigint.
      const promptLength = prompt.length / BYTES;
      for (let at = 0; at < promptLength; at++)
        yield [BigInt(at), BigInt(prompt.readInt32LE(at * BYTES)), null, 1n, null, null, null];
      for (let at = 0; at < completion.length / BYTES; at++) {
        const logprob = logprobs.readFloatLE(at * BYTES);
        const ratio = logRatios?.[at];
        yield [
          BigInt(promptLength + at),
          BigInt(completion.readInt32LE(at * BYTES)),
          logprob,
          0n,
          teacher?.readFloatLE(at * BYTES) ?? null,
          ratio === undefined ? null : logprob + ratio,
          entropies?.[at] ?? null,
        ];
      }
    },
  });
}
