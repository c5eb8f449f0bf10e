import { excerptOf } from "../core/texts/error-text.ts";
import { RlvrError } from "../core/errors.ts";
import type { Completion, CompletionSpan } from "./policy-client.ts";
import { ReplicaFailure } from "./replica-failure.ts";

/** float32 arithmetic can leave a certain token's log-probability this much above 0: logits near 100 have steps of 8e-6. */
const ROUNDING = 1e-4;
/** vLLM sends this in place of NaN and -inf. */
const NOT_A_NUMBER = -9999;

/** A choice of an answer, or of a chunk of a stream, as it came. */
export interface SentChoice {
  readonly index?: unknown;
  readonly text?: unknown;
  readonly finish_reason?: unknown;
  readonly token_ids?: unknown;
  readonly logprobs?: { readonly token_logprobs?: unknown } | null;
}

/**
 * A completion that grows by what a server sends of it: all at once, or chunk by chunk. Checked in plain loops: a schema
 * of each token would cost more than reading the JSON.
 */
export class CompletionDraft {
  readonly #url: string;
  readonly #maxTokens: number;
  readonly #tokenIds: number[] = [];
  readonly #logprobs: number[] = [];
  #text = "";
  /** How many tokens had come with the newest text. */
  #told = 0;
  #finishReason: string | undefined;

  /** @param url whose it is, for messages. */
  constructor(url: string, maxTokens: number) {
    this.#url = url;
    this.#maxTokens = maxTokens;
  }

  /** What came of its text so far. */
  get text(): string {
    return this.#text;
  }

  /**
   * Takes what came.
   * @throws RlvrError `protocol_violation` when it is not what a sampler can have drawn; ReplicaFailure `unusable` when a
   * log-probability is NaN or -inf, in whatever form.
   */
  add({ text, finish_reason: reason, token_ids: tokenIds, logprobs }: SentChoice): void {
    if (this.#finishReason !== undefined) throw violation(this.#url, "sent more of a completion that had ended");
    if (typeof text !== "string") throw violation(this.#url, "sent a completion without text");
    const values = logprobs?.token_logprobs ?? [];
    const ids = tokenIds ?? [];
    if (!Array.isArray(ids) || !Array.isArray(values)) throw violation(this.#url, "sent tokens that are no list");
    if (values.length !== ids.length)
      throw violation(this.#url, `sent ${values.length} log-probabilities for ${ids.length} tokens`);
    for (let index = 0; index < ids.length; index++) {
      const id: unknown = ids[index];
      const value: unknown = values[index];
      if (!Number.isInteger(id) || (id as number) < 0) throw violation(this.#url, `sent ${shown(id)} as a token id`);
      if (value === null || (typeof value === "number" && !(value > NOT_A_NUMBER)))
        throw unusable(this.#url, `sent ${shown(value)} as the log-probability of a token`);
      if (typeof value !== "number" || value > ROUNDING)
        throw violation(this.#url, `sent ${shown(value)} as the log-probability of a token`);
      this.#tokenIds.push(id as number);
      this.#logprobs.push(value > 0 ? 0 : value);
    }
    this.#text += text;
    if (text !== "") this.#told = this.#tokenIds.length;
    if (this.#tokenIds.length > this.#maxTokens) {
      const count = this.#tokenIds.length;
      throw violation(this.#url, `sent ${count} tokens, at most ${this.#maxTokens} were asked for`);
    }
    if (reason === undefined || reason === null) return;
    if (typeof reason !== "string") throw violation(this.#url, "sent a finish reason that is no word");
    this.#finishReason = reason;
  }

  /**
   * What came until it was interrupted. Tokens whose text a server still held back, such as the first half of a character, are
   * left out: what goes on after them would not be told their text.
   */
  interrupted(): Omit<CompletionSpan, "policyVersion"> {
    const [tokenIds, logprobs] = [this.#tokenIds.slice(0, this.#told), this.#logprobs.slice(0, this.#told)];
    const finishReason = tokenIds.length === this.#maxTokens ? "length" : "interrupted";
    return { tokenIds, logprobs, text: this.#text, finishReason };
  }

  /**
   * The whole completion.
   * @throws RlvrError `protocol_violation`; ReplicaFailure when the server cut it off.
   */
  finish(): Omit<Completion, "policyVersion"> {
    const finishReason = this.#finishReason;
    if (finishReason === undefined) throw cutOff(this.#url, "the answer ended before the completion did");
    if (finishReason === "abort" || finishReason === "error")
      throw cutOff(this.#url, `it said so itself: finish_reason ${finishReason}`);
    if (finishReason !== "stop" && finishReason !== "length")
      throw violation(this.#url, `sent the finish reason ${shown(finishReason)}`);
    if (this.#tokenIds.length === 0) throw violation(this.#url, "sent a completion without token ids");
    return { tokenIds: this.#tokenIds, logprobs: this.#logprobs, text: this.#text, finishReason };
  }
}

/** Something out of an answer as a message shows it: a number or a word, else its type. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(excerptOf(value));
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** An answer that no server may give; asking again would hide it. */
export function violation(url: string, what: string): RlvrError {
  return new RlvrError("protocol_violation", `${url} ${what}`, {
    advice:
      "Use rlvr's ONNX server, or a vLLM that knows return_token_ids, started with --logprobs-mode processed_logprobs --max-logprobs -1.",
  });
}

/** A completion without a probability for one of its tokens: another draw, or another replica, may give one. */
function unusable(url: string, what: string): ReplicaFailure {
  return new ReplicaFailure("unusable", `${url} ${what}`, {
    code: "sampling_failed",
    advice: "The policy's logits overflow for this prompt, or the server is broken: see its log.",
  });
}

/** A completion that the server did not bring to its end. */
export function cutOff(url: string, reason: string): ReplicaFailure {
  return new ReplicaFailure("failed", `${url} cut a completion off before its end: ${reason}`, {
    advice: "It was paused, is stopping or has failed: see its log, and send the request again.",
  });
}
