import type { Message } from "./dialogue.ts";

/** Price in any currency per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** What the calls that are to be made will come to, about. */
export interface Estimate {
  readonly calls: number;
  /** Calls if every answer but the last of each problem could not be used. */
  readonly mostCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices; null without them. */
  readonly price: number | null;
}

const CHARACTERS_A_TOKEN = 4;

/** Tokens of an answer: twelve parts of a sentence or two. A teacher that thinks aloud needs far more. */
const COMPLETION_TOKENS = 600;

/**
 * Estimates what calls will cost, from the messages of each: prompt tokens from their characters, completion tokens
 * from a usual answer's length.
 * @param retries the calls that may follow each.
 */
export function estimateCost(
  calls: readonly { readonly messages: readonly Message[]; readonly retries: number }[],
  prices: Prices | undefined,
): Estimate {
  const promptTokens = sum(calls, ({ messages }) =>
    Math.ceil(sum(messages, ({ content }) => content.length) / CHARACTERS_A_TOKEN),
  );
  const completionTokens = calls.length * COMPLETION_TOKENS;
  return {
    calls: calls.length,
    mostCalls: sum(calls, ({ retries }) => 1 + retries),
    promptTokens,
    completionTokens,
    price: prices === undefined ? null : (promptTokens * prices.input + completionTokens * prices.output) / 1e6,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
