import { z } from "zod";
import { naturalNumbers } from "../core/hostile-list.ts";
import { scoreAnswer } from "./answer-size.ts";
import { violation } from "./completion-draft.ts";
import type { ScoreRequest } from "./policy-client.ts";
import type { ServerConnection } from "./server-connection.ts";

/** float32 arithmetic can leave a certain token's log-probability this much above 0. */
const ROUNDING = 1e-4;

const answer = z.object({
  choices: z.tuple([
    z.object({
      prompt_token_ids: naturalNumbers,
      prompt_logprobs: z.array(z.unknown()),
    }),
  ]),
});

/**
 * Log-probability of each token of a completion under the model of a server (vLLM's or rlvr's), at temperature 1, asked
 * for with vLLM's `prompt_logprobs`. The server has to draw one further token, so the sequence must be shorter than its
 * context by one. vLLM holds the logits of all prompt tokens of one engine step at once and reuses no prefix for such a
 * request: long sequences can run it out of memory.
 * @throws RlvrError `protocol_violation` when an answer is not about these tokens or a number is not a log-probability;
 * what {@link ServerConnection.ask} throws.
 */
export async function scoreTokens(
  server: ServerConnection,
  { model, promptIds, completionIds }: ScoreRequest & { readonly model: string },
  signal?: AbortSignal,
): Promise<number[]> {
  const ids = [...promptIds, ...completionIds];
  const body = { model, prompt: [ids], prompt_logprobs: 0, max_tokens: 1, temperature: 1, return_token_ids: true };
  const { choices } = await server.ask("/v1/completions", {
    body,
    schema: answer,
    signal,
    maxBytes: scoreAnswer(ids.length),
  });
  const { prompt_token_ids: scoredIds, prompt_logprobs: entries } = choices[0];
  if (scoredIds.length !== ids.length || scoredIds.some((id, at) => id !== ids[at]))
    throw violation(server.url, "scored other tokens than it was asked to");
  if (entries.length !== ids.length)
    throw violation(server.url, `sent ${entries.length} log-probabilities for ${ids.length} tokens`);
  return completionIds.map((id, index) => {
    const at = promptIds.length + index;
    const logprob = logprobIn(entries[at], id);
    if (logprob === undefined) throw violation(server.url, `sent no log-probability of token ${at} (id ${id})`);
    // vLLM sends NaN and -inf as -9999.
    if (!(logprob > -9999 && logprob <= ROUNDING))
      throw violation(server.url, `sent ${logprob} as the log-probability of token ${at} (id ${id})`);
    return Math.min(0, logprob);
  });
}

/** The log-probability of a token in what vLLM tells of a place: `{"12": {"logprob": -0.5, ...}}`. */
function logprobIn(entry: unknown, id: number): number | undefined {
  const { logprob } = (entry as Record<string, { readonly logprob?: unknown } | null | undefined> | null)?.[id] ?? {};
  return typeof logprob === "number" ? logprob : undefined;
}
