import { uniformAt } from "../../src/core/random.ts";
import { lengthOf, type Lengths } from "./lengths.ts";

/** Distinct tokens of all completions; each begins somewhere among them and goes on in order. */
const TABLE = 4096;
/** Place of the draw in a seed's stream. */
const ANSWER = 1;

const idOf = (at: number): number => 1000 + ((at * 7919) % 49_000);
const logprobOf = (at: number): number => -((idOf(at) % 977) / 311) - 0.000123456789;

/** The completion of a seed: how many tokens it has, where in the table it begins, and how its text ends. */
export interface StubCompletion {
  readonly tokens: number;
  readonly first: number;
  readonly finishReason: "stop" | "length";
  readonly ending: string;
}

/** What a seed draws: half of the completions that are not cut answer 1, the others 0. */
export function completionOf(seed: number, lengths: Lengths, maxTokens: number): StubCompletion {
  const length = lengthOf(seed, lengths);
  const isCut = length > maxTokens;
  return {
    tokens: Math.min(length, maxTokens),
    first: seed % TABLE,
    finishReason: isCut ? "length" : "stop",
    ending: isCut ? "" : `\n#### ${uniformAt(seed, ANSWER) < 0.5 ? 1 : 0}`,
  };
}

/** Makes the bytes of streamed completions in vLLM's shape; all but the last event of each stand ready. */
export class EventWriter {
  readonly #perEvent: number;
  readonly #ready: readonly Buffer[];

  /** @param perEvent tokens of a server-sent event: 1 as vLLM streams by default, more as with its --stream-interval. */
  constructor(perEvent: number) {
    this.#perEvent = perEvent;
    this.#ready = Array.from({ length: TABLE }, (_, at) => eventOf(at, perEvent));
  }

  /** How many of a completion's tokens are sent when so many of them are drawn: whole events, and the end with the last. */
  sendable({ tokens }: StubCompletion, drawn: number): number {
    return drawn >= tokens ? tokens : Math.min(drawn - (drawn % this.#perEvent), this.#lastAt(tokens));
  }

  /** The events of a completion's tokens from one to another, both as {@link sendable} gave them. */
  events(completion: StubCompletion, from: number, to: number, policyVersion: number): Buffer[] {
    const { tokens, first, finishReason, ending } = completion;
    const last = this.#lastAt(tokens);
    const parts: Buffer[] = [];
    for (let at = from; at < Math.min(to, last); at += this.#perEvent)
      parts.push(this.#ready[(first + at) % TABLE] as Buffer);
    if (to === tokens) {
      const end = { ending, finish_reason: finishReason, policy_version: policyVersion };
      parts.push(eventOf(first + last, tokens - last, end), DONE);
    }
    return parts;
  }

  /** Where the tokens of the last event begin. */
  #lastAt(tokens: number): number {
    return tokens - 1 - ((tokens - 1) % this.#perEvent);
  }
}

const DONE = Buffer.from("data: [DONE]\n\n");

function eventOf(
  from: number,
  count: number,
  end?: { readonly ending: string; readonly finish_reason: string; readonly policy_version: number },
): Buffer {
  const places = Array.from({ length: count }, (_, at) => (from + at) % TABLE);
  const words = places.map((at) => ` w${at % 1000}`).join("");
  const choice = {
    index: 0,
    text: words + (end?.ending ?? ""),
    logprobs: logprobsOf(places),
    finish_reason: end?.finish_reason ?? null,
    stop_reason: null,
    prompt_token_ids: null,
    token_ids: places.map(idOf),
  };
  const chunk = {
    id: "cmpl-4f1d2a7c9b3e4f5a8d6c7b8a9e0f1a2b",
    object: "text_completion",
    created: 1_790_000_000,
    model: "stub",
    choices: [choice],
    ...(end !== undefined && { policy_version: end.policy_version }),
  };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

function logprobsOf(places: readonly number[]): object {
  const tokens = places.map((at) => `token_id:${idOf(at)}`);
  return {
    text_offset: places.map((at) => at * 5),
    token_logprobs: places.map(logprobOf),
    tokens,
    top_logprobs: tokens.map((token, index) => ({ [token]: logprobOf(places[index] ?? 0) })),
  };
}

/** The choices of a request for a token each, as the client sends to learn what a server's completions carry. */
export function firstTokens(seed: number, n: number, temperature: number): object[] {
  return Array.from({ length: n }, (_, index) => {
    const at = (seed + index * 3) % TABLE;
    return {
      index,
      text: ` w${at}`,
      finish_reason: "length",
      token_ids: [idOf(at)],
      logprobs: { token_logprobs: [logprobOf(at) / temperature], tokens: [`token_id:${idOf(at)}`] },
    };
  });
}
