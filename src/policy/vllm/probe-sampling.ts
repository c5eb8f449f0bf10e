import { z } from "zod";
import { listUpTo } from "../../core/hostile-list.ts";
import { refusalStatus } from "../http-refusal.ts";
import type { ServerConnection } from "../server-connection.ts";
import { areProcessed, areSeedsHonoured, type Drawn } from "./sampling-facts.ts";

/** What a server's completions carry. */
export interface SamplingOffers {
  /** Whether answers carry token ids, when asked. */
  readonly tokenIds: boolean;
  /** Whether log-probabilities are those of the distribution that was sampled from; undefined: could not be told. */
  readonly processedLogprobs: boolean | undefined;
  /** Whether the same seed gives the same; undefined: could not be told. */
  readonly seeds: boolean | undefined;
  /** Whether more than 20 log-probabilities a token are given, vLLM's default limit. */
  readonly manyLogprobs: boolean;
  /** Whether a prompt's own log-probabilities are given. */
  readonly promptLogprobs: boolean;
}

/** Completions of each request: enough that two requests share a first token. */
const SAMPLES = 8;
/** The second temperature, beside 1. */
const OTHER_TEMPERATURE = 0.5;
/** Likelier tokens at each place of a prompt that no server gives: one that knows what is asked for refuses it. */
const TOO_MANY = 1_000_000_000;
/** The first request to a server may compile kernels, in milliseconds. */
const PATIENCE_MS = 120_000;

const answer = z.object({
  choices: listUpTo(
    SAMPLES,
    z.object({
      index: z.int(),
      token_ids: listUpTo(SAMPLES, z.int()).nullish(),
      logprobs: z.object({ token_logprobs: listUpTo(SAMPLES, z.number().nullable()) }).nullish(),
    }),
  ),
});

/** Samples a little from a server to learn what its completions carry. */
export async function probeSampling(
  server: ServerConnection,
  model: string,
  promptIds: readonly number[],
  signal: AbortSignal,
): Promise<SamplingOffers> {
  const ask = (more: object): Promise<z.infer<typeof answer>> => {
    const body = { model, prompt: [promptIds], n: 1, temperature: 1, max_tokens: 1, ...more };
    return server.ask("/v1/completions", { body, schema: answer, signal, firstByteMs: PATIENCE_MS });
  };
  const draw = (temperature: number): Promise<z.infer<typeof answer>> =>
    ask({ n: SAMPLES, seed: 1, temperature, logprobs: 0, return_token_ids: true, return_tokens_as_token_ids: true });
  const isRefused = async (more: object): Promise<boolean> => {
    try {
      await ask(more);
      return false;
    } catch (error) {
      if (refusalStatus(error) === 400) return true;
      throw error;
    }
  };
  const [once, again, other, isLimited, promptLogprobs] = await Promise.all([
    draw(1),
    draw(1),
    draw(OTHER_TEMPERATURE),
    isRefused({ logprobs: 21 }),
    // Not by having some given: vLLM's CPU build dies of that while other requests run, when it serves adapters.
    isRefused({ prompt_logprobs: TOO_MANY }),
  ]);
  const tokenIds = once.choices.every((choice) => Array.isArray(choice.token_ids));
  const [first, second, third] = [once, again, other].map(drawnOf) as [Drawn[], Drawn[], Drawn[]];
  return {
    tokenIds,
    processedLogprobs: tokenIds ? areProcessed(first, third) : undefined,
    seeds: tokenIds ? areSeedsHonoured(first, second) : undefined,
    manyLogprobs: !isLimited,
    promptLogprobs,
  };
}

function drawnOf({ choices }: z.infer<typeof answer>): Drawn[] {
  return choices
    .toSorted((a, b) => a.index - b.index)
    .map(({ token_ids: tokenIds, logprobs }) => ({
      tokenIds: tokenIds ?? [],
      logprobs: (logprobs?.token_logprobs ?? []).map((logprob) => logprob ?? Number.NaN),
    }));
}
