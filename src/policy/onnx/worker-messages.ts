import type { PlainError } from "../../core/texts/plain-error.ts";
import type { Device } from "./open-session.ts";
import type { PolicyModel } from "./policy-model.ts";
import type { SamplingSettings } from "./sampler.ts";

/** What an inference worker is started with. */
export interface WorkerSetup {
  readonly model: PolicyModel;
  readonly device: Device;
  /** Intra-op threads of ONNX Runtime. */
  readonly threads: number;
  /** Most rows of the running batch. */
  readonly maxRows: number;
  /** Most bytes of keys and values of the running batch. */
  readonly cacheBytes: number;
  /** Fewest rows of a batch: 2 where a row must not depend on whether it runs alone. */
  readonly minRows: number;
}

/** Completions of one prompt, checked and with every default filled in. */
export interface GenerateRequest {
  readonly promptIds: readonly number[];
  /** Whether the prompt's own tokens are scored; then `n` is 1. */
  readonly scorePrompt: boolean;
  /** How many completions; completion i is drawn with seed `seed + i`. */
  readonly n: number;
  readonly seed: number;
  readonly sampling: SamplingSettings;
  /** At least 1; prompt and completion together fit the context. */
  readonly maxTokens: number;
  /** Strings that end a completion when they appear in its text. */
  readonly stop: readonly string[];
  /** Whether that text leaves special tokens out. */
  readonly skipSpecialTokens: boolean;
  /** Ids that end a completion, besides the policy's own. */
  readonly stopTokenIds: readonly number[];
  /** Whether every token is reported as soon as it is drawn. */
  readonly stream: boolean;
}

/** Why a completion ended: by an EOS, a stop id or a stop string; at its length; or because somebody aborted it. */
export type EndReason = "stop" | "length" | "abort";

/** Completions of one prompt, flat: completion i holds entries [i * stride, i * stride + counts[i]). */
export interface Generated {
  readonly tokens: Int32Array;
  readonly logprobs: Float64Array;
  readonly counts: Int32Array;
  readonly stride: number;
  readonly reasons: readonly EndReason[];
  /** Scores of the prompt's tokens after its first, when they were asked for. */
  readonly promptScores: TokenScores | undefined;
}

/** How likely given tokens were, at temperature 1, each after those before it. */
export interface TokenScores {
  readonly logprobs: Float64Array;
  /** How many tokens were at least as likely: 1 for the most likely. */
  readonly ranks: Int32Array;
}

/** Tokens that were drawn in one step for a request that streams. */
export interface Progress {
  readonly choices: readonly number[];
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
}

/** Lists of ids to decode. */
export interface Decoding {
  readonly lists: readonly (readonly number[])[];
  readonly skipSpecialTokens: boolean;
}

/** From the HTTP thread to a worker. */
export type ToWorker =
  | { readonly kind: "generate"; readonly id: number; readonly request: GenerateRequest }
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "decoded"; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: "not-decoded"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "weights-changed" };

/** From a worker to the HTTP thread. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly error: PlainError }
  | { readonly kind: "done"; readonly id: number; readonly result: Generated }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "failed"; readonly id: number; readonly error: PlainError }
  /** Asks for the text of each list of ids. */
  | ({ readonly kind: "decode"; readonly id: number } & Decoding)
  | { readonly kind: "steps"; readonly steps: StepCounts };

/** What a worker did since its last report. */
export interface StepCounts {
  /** Rows of each decode step. */
  readonly batchSizes: readonly number[];
  /** Seconds of those decode steps in all. */
  readonly decodeSeconds: number;
  readonly promptTokens: number;
  /** Prompts whose keys and values were still there. */
  readonly promptHits: number;
}
