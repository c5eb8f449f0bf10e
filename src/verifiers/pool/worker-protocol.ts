import type { VerifierProblem } from "../define-verifier.ts";
import type { FailedVerdict, OkVerdict } from "../verdict.ts";

/** One response to judge. */
export interface VerifierItem {
  readonly problem: VerifierProblem;
  readonly response: string;
  readonly answer: string;
}

/** What a worker is asked: responses to judge with one verifier, one after the other. */
export interface WorkerCall {
  readonly verifier: string;
  /** The options as the recipe gives them. */
  readonly options: unknown;
  readonly items: readonly VerifierItem[];
  readonly deadlineMs: number;
}

/** A verdict without what only the pool knows. */
export type Judgement = Omit<OkVerdict, "queueMs"> | Omit<FailedVerdict, "queueMs">;

/**
 * What a worker says while it works: that it began, that the verifier is loaded and ready, then each item's judgement in
 * order. Between them it may have to make the verifier ready again.
 */
export type WorkerEvent =
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "loaded" }
  | { readonly kind: "preparing" }
  | { readonly kind: "judged"; readonly judgement: Judgement };

/** The method that workers offer. */
export const JUDGE_METHOD = "judge";
