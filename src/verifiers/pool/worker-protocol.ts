import type { VerifierProblem } from "../define-verifier.ts";
import type { FailedVerdict, OkVerdict } from "../verdict.ts";

/** One response to judge. */
export interface VerifierItem {
  readonly problem: VerifierProblem;
  readonly response: string;
  readonly answer: string;
  /** Whether the response was cut at `max_tokens`. Default: false. */
  readonly truncated?: boolean;
}

/** A verifier as a person named it: see resolve-reference.ts. */
export interface VerifierReference {
  readonly verifier: string;
  /** The options as the recipe gives them. */
  readonly options: unknown;
  /** Names of the variables of this process's environment that its worker gets besides harmless ones. Default: none. */
  readonly env?: readonly string[];
}

/** What a worker is asked: responses to judge with one verifier. */
export interface WorkerCall extends VerifierReference {
  readonly items: readonly VerifierItem[];
  /** Milliseconds that one item, or the whole group of a verifier that judges groups, may run. */
  readonly deadlineMs: number;
  /** MiB of memory at which the process is killed. */
  readonly memoryMb: number;
  /** Judge each item by itself and tell of it at once, also where the verifier would judge the group. */
  readonly alone: boolean;
  /** Whether the verifier was found good before: what goes wrong with it now concerns the items, not the run. */
  readonly isKnown: boolean;
}

/** A verifier that loaded, with options that it accepts. */
export interface VerifierDescription {
  /** The name that the verifier gives itself. */
  readonly name: string;
  readonly version: string;
  /** Hash of the source that its judgements depend on, as far as it is known: part of the key of kept verdicts. */
  readonly sourceSha256: string;
  /** Whether it judges the responses of a group at once. */
  readonly judgesGroups: boolean;
  /** Fields without which it can judge no problem. */
  readonly needs: readonly string[];
}

/** What went wrong when there is no judgement; what is done next depends on it: see retry-policy.ts. */
export type FailureKind = "thrown" | "transient" | "died" | "timeout" | "skipped";

/** A verdict without what only the pool knows. */
export type Judgement =
  | Omit<OkVerdict, "queueMs" | "attempts">
  | (Omit<FailedVerdict, "queueMs" | "attempts"> & { readonly kind: FailureKind });

/** An error of ours on its way through the channel between processes. */
export interface SentError {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/**
 * What a worker says while it works: that it began; that the verifier is loaded, or why it is refused, and whether items
 * are judged, or their judgements sent, together; that from here on each is by itself; that it makes the verifier ready again, and is done with that; and the judgements in the
 * order of the items.
 */
export type WorkerEvent =
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "loaded"; readonly description: VerifierDescription; readonly together: boolean }
  | { readonly kind: "refused"; readonly error: SentError }
  | { readonly kind: "alone" }
  | { readonly kind: "preparing" }
  | { readonly kind: "ready" }
  | { readonly kind: "judged"; readonly judgements: readonly Judgement[] };

/** The method that workers offer. */
export const JUDGE_METHOD = "judge";
