import { runAll } from "../../sampling/run-all.ts";
import type { PolicyService } from "../services/policy-service.ts";

/** Concurrent requests to the tokenizer. */
const CONCURRENCY = 32;

/**
 * Bytes of a chat template, on both sides of a message, that may be parted into other tokens when they stand beside other
 * text: pieces that tokenizers keep together seldom reach further than a line break or a bracket.
 */
const BOUNDARY_BYTES = 8;

/** A prompt that leaves a completion no room. */
export interface LongPrompt {
  /** Its place among the prompts, from 0. */
  readonly place: number;
  /** The tokens that it takes, chat template included. */
  readonly tokens: number;
}

/**
 * Measures every prompt, and finds those that leave no room for a completion in the policy's context.
 *
 * Only prompts that may be too long are tokenised. A token stands for at least one byte of text, also in a byte fallback, so
 * a message has at most as many tokens as bytes, in whichever of Unicode's normal forms the tokenizer uses. What the chat
 * template adds is measured on the shortest prompt. The longest prompt tests this bound; if it does not hold, every prompt is
 * tokenised.
 * @param prompts the user's messages.
 * @param maxTokens most tokens of a completion.
 */
export async function longPrompts(
  policy: Pick<PolicyService, "call" | "maxModelLength">,
  prompts: readonly string[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<LongPrompt[]> {
  const room = policy.maxModelLength - maxTokens;
  const places = Map.groupBy(prompts.keys(), (place) => prompts[place] ?? "");
  const tokensOf = (content: string): Promise<number> =>
    policy.call(async (client) => (await client.tokenize([{ role: "user", content }], signal)).length);
  const most = new Map([...places.keys()].map((text) => [text, bytesOf(text)]));
  const [shortest, longest] = ends(most);
  if (shortest === undefined || longest === undefined) return [];
  const bare = await policy.call(async (client) => (await client.tokenizeText(shortest, signal)).length);
  const known = new Map([[shortest, await tokensOf(shortest)]]);
  known.set(longest, await tokensOf(longest));
  const added = (known.get(shortest) ?? 0) - bare + BOUNDARY_BYTES;
  const isBound = (known.get(longest) ?? 0) <= (most.get(longest) ?? 0) + added;
  const open = [...most].filter(([text, bytes]) => !known.has(text) && (!isBound || bytes + added > room));
  const tasks = open.map(
    ([text]) =>
      async () =>
        void known.set(text, await tokensOf(text)),
  );
  await runAll(tasks, { concurrency: CONCURRENCY, signal });
  return [...known]
    .filter(([, tokens]) => tokens > room)
    .flatMap(([text, tokens]) => (places.get(text) ?? []).map((place) => ({ place, tokens })))
    .sort((a, b) => a.place - b.place);
}

/** Bytes of a text in UTF-8, in the longest of its normal forms. */
function bytesOf(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return bytes;
  return Math.max(bytes, ...["NFC", "NFD", "NFKC", "NFKD"].map((form) => Buffer.byteLength(text.normalize(form))));
}

/** The texts with the fewest and the most bytes. */
function ends(bytes: ReadonlyMap<string, number>): [shortest: string | undefined, longest: string | undefined] {
  let [shortest, longest]: [string | undefined, string | undefined] = [undefined, undefined];
  for (const [text, length] of bytes) {
    if (shortest === undefined || length < (bytes.get(shortest) ?? 0)) shortest = text;
    if (longest === undefined || length > (bytes.get(longest) ?? 0)) longest = text;
  }
  return [shortest, longest];
}
