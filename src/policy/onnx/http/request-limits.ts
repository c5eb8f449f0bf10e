import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ModelConfig } from "../policy-model.ts";
import { tooLarge } from "./protocol.ts";

/** Most completions of one request: prompts times n. */
export const MOST_COMPLETIONS = 4096;
/** Most prompts of one request. */
const MOST_PROMPTS = 256;
/** Most tokens of one request, each completion counted with its prompt and its max_tokens; one that fits the context may pass. */
const MOST_TOKENS = 2 ** 21;

/** Most bytes of a body beside what is counted below. */
const BASE_BYTES = 256 * 1024;
/** Bytes of a character of a text in JSON: a control character is written with as many. */
const CHARACTER_BYTES = 6;
/** Characters of text to a token of the context: more of them fit no context. */
const TOKEN_CHARACTERS = 64;

/** What one request to a model may hold and ask for. */
export interface RequestLimits {
  readonly prompts: number;
  /** Of all its completions, with their prompts. */
  readonly tokens: number;
  /** Bytes of the body of POST /v1/completions. */
  readonly completionBytes: number;
  /** Bytes of the body of POST /tokenize. */
  readonly textBytes: number;
  /** Bytes of the body of POST /detokenize. */
  readonly tokenBytes: number;
  /** Bytes of any other body. */
  readonly otherBytes: number;
}

/** The limits of a model: what its context has room for, several times over. */
export function requestLimits({ maxLength, vocabSize }: Pick<ModelConfig, "maxLength" | "vocabSize">): RequestLimits {
  const tokens = Math.max(MOST_TOKENS, maxLength);
  // The id, a comma and a space.
  const idBytes = String(vocabSize).length + 2;
  return {
    prompts: MOST_PROMPTS,
    tokens,
    completionBytes: BASE_BYTES + Math.min(tokens, MOST_PROMPTS * maxLength) * idBytes,
    textBytes: BASE_BYTES + Math.min(tokens, maxLength * TOKEN_CHARACTERS) * CHARACTER_BYTES,
    tokenBytes: BASE_BYTES + Math.min(tokens, 4 * maxLength) * idBytes,
    otherBytes: BASE_BYTES,
  };
}

/** Refuses a body of more bytes with 413: by its length where that is told, else as soon as they came. */
export function bodyUpTo(bytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw tooLarge(bytes);
    },
  });
}
