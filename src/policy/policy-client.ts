import type { Conversation } from "../core/chat.ts";

/**
 * What the loop asks of a policy server. One client speaks it to our ONNX server and to vLLM alike; nothing above
 * this file knows which one answers.
 */
export interface PolicyClient {
  /** Where the server is, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** What the server says it serves. Throws `policy_unreachable` (retryable) or `policy_failed`. */
  describe(signal?: AbortSignal): Promise<PolicyDescription>;
  /** Token ids of a conversation rendered by the policy's own chat template, generation prompt included. */
  tokenize(conversation: Conversation, signal?: AbortSignal): Promise<number[]>;
  /** Token ids of a text as it is, without special tokens. */
  tokenizeText(text: string, signal?: AbortSignal): Promise<number[]>;
  /** Log-probability of each token of a given completion, at temperature 1; see scoreTokens in token-scores.ts. */
  score(request: ScoreRequest, signal?: AbortSignal): Promise<number[]>;
  /** Samples `n` completions of one prompt; choice i is drawn with seed `seed + i`, as vLLM does. */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion[]>;
}

/** What a policy server serves. */
export interface PolicyDescription {
  /** Name to send as `model`. */
  readonly model: string;
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  /** Version of the weights that are loaded, 0 for the base; undefined when the server does not tell. */
  readonly policyVersion: number | undefined;
  /** Whether it wants the completions of a prompt in one request (`n`), rather than a request each. */
  readonly takesGroups: boolean;
}

/** What to sample. Token ids in, token ids out: text is never tokenised again. */
export interface CompletionRequest {
  /** Has the server stream, and is told the text of the first completion so far; anew from its start when it is drawn again. */
  readonly onText?: (text: string) => void;
  readonly promptIds: readonly number[];
  /** How many completions. */
  readonly n: number;
  /** Non-negative safe integer. */
  readonly seed: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Nucleus: 1 is off. */
  readonly topP: number;
  /** 0 is off. */
  readonly topK: number;
  readonly maxTokens: number;
  /** Texts that end a completion. Default: none. */
  readonly stop?: readonly string[] | undefined;
  /** Ids that end a completion, besides the policy's own. Default: none. */
  readonly stopTokenIds?: readonly number[] | undefined;
  /** Whether the text leaves special tokens out. Default: yes. */
  readonly skipSpecialTokens?: boolean | undefined;
}

/** A completion to score: how likely is each of its tokens after those before it? */
export interface ScoreRequest {
  readonly promptIds: readonly number[];
  readonly completionIds: readonly number[];
}

/** A stretch of a completion that one version of the weights drew. `interrupted`: it goes on under another. */
export interface CompletionSpan extends Omit<Completion, "finishReason"> {
  readonly finishReason: Completion["finishReason"] | "interrupted";
}

/** One completion. */
export interface Completion {
  /** Sampled ids, with the ending EOS or the tokens of the stop. */
  readonly tokenIds: readonly number[];
  /** Log-probability of each id under the distribution that was sampled from. */
  readonly logprobs: readonly number[];
  /** The ids decoded, up to the end of a stop text; by default without special tokens. */
  readonly text: string;
  /** `stop`: ended by itself. `length`: cut at `maxTokens` or at the context's end. */
  readonly finishReason: "stop" | "length";
  /** Version of the weights that it was drawn under; undefined when the server does not tell. */
  readonly policyVersion: number | undefined;
}
