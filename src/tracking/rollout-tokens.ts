import type BetterSqlite3 from "better-sqlite3";

const BYTES = 4;

interface Payload {
  readonly prompt: Buffer;
  readonly completion: Buffer;
  readonly logprobs: Buffer;
  readonly teacher: Buffer | null;
}

/**
 * Gives a connection the table function `rollout_tokens(rollout_id)`: the tokens of a rollout one a row, its prompt's
 * first, with columns `position` (from 0), `token_id`, `logprob` (of the distribution that was sampled from; null in the
 * prompt), `is_prompt` and `teacher_logprob` (under the teacher at temperature 1; null in the prompt and where no teacher
 * was asked). No rows for a rollout that there is not.
 * @param open opens a second connection to the database: the first is busy with the query that asks.
 */
export function registerRolloutTokens(db: BetterSqlite3.Database, open: () => BetterSqlite3.Database): void {
  let find: BetterSqlite3.Statement<[unknown], Payload> | undefined;
  db.table("rollout_tokens", {
    columns: ["position", "token_id", "logprob", "is_prompt", "teacher_logprob"],
    parameters: ["rollout_id"],
    *rows(rolloutId: unknown) {
      find ??= open().prepare<[unknown], Payload>(
        `SELECT p.token_ids AS prompt, r.token_ids AS completion, r.logprobs, r.teacher_logprobs AS teacher
         FROM rollout_payloads r JOIN rollouts o ON o.id = r.rollout_id JOIN prompts p ON p.id = o.prompt_id
         WHERE r.rollout_id = ?`,
      );
      const payload = find.get(rolloutId);
      if (payload === undefined) return;
      const { prompt, completion, logprobs, teacher } = payload;
      // Numbers would become REAL: whole ones are handed over as bigint.
      const promptLength = prompt.length / BYTES;
      for (let at = 0; at < promptLength; at++)
        yield [BigInt(at), BigInt(prompt.readInt32LE(at * BYTES)), null, 1n, null];
      for (let at = 0; at < completion.length / BYTES; at++) {
        const logprob = logprobs.readFloatLE(at * BYTES);
        const teacherLogprob = teacher?.readFloatLE(at * BYTES) ?? null;
        yield [BigInt(promptLength + at), BigInt(completion.readInt32LE(at * BYTES)), logprob, 0n, teacherLogprob];
      }
    },
  });
}
