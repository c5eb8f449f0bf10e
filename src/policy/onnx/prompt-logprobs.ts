import type { TokenNames } from "./tokenizer/policy-texts.ts";
import type { GenerateRequest, TokenScores } from "./worker-messages.ts";

/**
 * Log-probabilities of a prompt's tokens in the shape of vLLM's `prompt_logprobs: 0`: one entry a token, null for the
 * first, which nothing comes before. They are at temperature 1, whatever the request samples with; null as a whole when
 * the request was aborted before all were known.
 */
export function promptLogprobsOf(
  { promptIds }: GenerateRequest,
  scores: TokenScores | undefined,
  tokens: TokenNames,
): { prompt_logprobs: readonly (object | null)[] | null } {
  if (scores === undefined) return { prompt_logprobs: null };
  const entry = (id: number, at: number): object => ({
    [id]: { logprob: scores.logprobs[at], rank: scores.ranks[at], decoded_token: tokens[id] ?? "" },
  });
  return { prompt_logprobs: [null, ...promptIds.slice(1).map(entry)] };
}
