import type { Conversation } from "../../core/chat.ts";
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
 * template adds is measured on the shortest prompt, of each sequence of roles and set of the template's variables. The longest
 * prompt tests this bound; if it does not hold, every prompt like it is tokenised.
 * @param maxTokens most tokens of a completion.
 */
export async function longPrompts(
  policy: Pick<PolicyService, "call" | "maxModelLength">,
  prompts: readonly Conversation[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<LongPrompt[]> {
  const room = policy.maxModelLength - maxTokens;
  const alike = Map.groupBy(prompts.keys(), (place) => templatedBy(prompts[place] ?? { messages: [] }));
  const long: LongPrompt[] = [];
  for (const places of alike.values()) long.push(...(await longAmong(policy, prompts, places, room, signal)));
  return long.sort((a, b) => a.place - b.place);
}

/** What decides what the chat template adds to a prompt. */
function templatedBy({ messages, chatTemplateKwargs }: Conversation): string {
  return JSON.stringify([messages.map(({ role }) => role), chatTemplateKwargs]);
}

/** Those among prompts with the same roles and variables. */
async function longAmong(
  policy: Pick<PolicyService, "call">,
  prompts: readonly Conversation[],
  all: readonly number[],
  room: number,
  signal: AbortSignal,
): Promise<LongPrompt[]> {
  const places = Map.groupBy(all, (place) => JSON.stringify(prompts[place]?.messages));
  const conversations = new Map([...places].map(([key, [place = 0]]) => [key, prompts[place] ?? { messages: [] }]));
  const tokensOf = ([key, conversation]: readonly [string, Conversation]): Promise<[string, number]> =>
    policy.call(async (client) => [key, (await client.tokenize(conversation, signal)).length]);
  const most = new Map([...conversations].map(([key, { messages }]) => [key, bytesOf(messages)]));
  const [shortest, longest] = ends(most);
  const [first, last] = [conversations.get(shortest), conversations.get(longest)];
  if (first === undefined || last === undefined) return [];
  const text = first.messages.map(({ content }) => content).join("");
  const bare = await policy.call(async (client) => (await client.tokenizeText(text, signal)).length);
  const known = new Map([await tokensOf([shortest, first]), await tokensOf([longest, last])]);
  const added = (known.get(shortest) ?? 0) - bare + BOUNDARY_BYTES * first.messages.length;
  const isBound = (known.get(longest) ?? 0) <= (most.get(longest) ?? 0) + added;
  const open = [...conversations].filter(
    ([key]) => !known.has(key) && (!isBound || (most.get(key) ?? 0) + added > room),
  );
  const tasks = open.map((each) => async () => void known.set(...(await tokensOf(each))));
  await runAll(tasks, { concurrency: CONCURRENCY, signal });
  return [...known]
    .filter(([, tokens]) => tokens > room)
    .flatMap(([key, tokens]) => (places.get(key) ?? []).map((place) => ({ place, tokens })));
}

/** Bytes of messages in UTF-8, in the longest of their normal forms. */
function bytesOf(messages: Conversation["messages"]): number {
  const text = messages.map(({ content }) => content).join("");
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return bytes;
  return Math.max(bytes, ...["NFC", "NFD", "NFKC", "NFKD"].map((form) => Buffer.byteLength(text.normalize(form))));
}

/** The prompts with the fewest and the most bytes. */
function ends(bytes: ReadonlyMap<string, number>): [shortest: string, longest: string] {
  const [first = ""] = bytes.keys();
  let [shortest, longest] = [first, first];
  for (const [key, length] of bytes) {
    if (length < (bytes.get(shortest) ?? 0)) shortest = key;
    if (length > (bytes.get(longest) ?? 0)) longest = key;
  }
  return [shortest, longest];
}
