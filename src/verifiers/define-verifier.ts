import type { z } from "zod";
import type { ThinkingSetting } from "../core/thinking.ts";

/** The record of a problem as its problem set has it, with every further field. Scored offline it may be empty. */
export interface VerifierProblem {
  readonly problem?: string;
  readonly answer?: string;
  readonly arm?: string;
  readonly [field: string]: unknown;
}

/** What a verifier judges. */
export interface VerifierInput {
  readonly problem: VerifierProblem;
  /** What the completion says after its thinking; all of it for a verifier whose `thinking` is `none`. */
  readonly response: string;
  /** The reference answer. */
  readonly answer: string;
  /** Whether the completion was cut at `max_tokens`, so that it may end before its answer. */
  readonly truncated: boolean;
  /** Aborted at the deadline; shortly after that the process is killed. Hand it to whatever waits. */
  readonly signal: AbortSignal;
}

/** What a verifier found. */
export interface VerifierResult {
  /** Whether the response is right. Cliffs and pass@k count this. */
  readonly passed: boolean;
  /** The reward, a finite number. Default: 1 when passed, else 0. */
  readonly score?: number | undefined;
  /** The answer as read from the response and normalised, equal for equal answers. Of a long one the end is cut. Default: null. */
  readonly extracted?: string | null | undefined;
  /** Anything else worth keeping; must be JSON. Default: null. */
  readonly details?: unknown;
}

/** What a verifier that judges groups found of one response: null where it has nothing to say, an Error where it could not judge it. */
export type GroupResult = VerifierResult | null | Error;

/** A verifier: judges responses to problems in a worker process. What it throws becomes an `error` verdict. */
export interface Verifier<Options = unknown> {
  /** The name that recipes use. */
  readonly name: string;
  /** Changes whenever a judgement could: it is stored with every verdict. */
  readonly version: string;
  /** Checks the options given in a recipe and fills in defaults. */
  readonly options: z.ZodType<Options>;
  /**
   * How thinking is separated from the answer, which is all that `response` holds; a recipe's entry may override it. `none`
   * is for verifiers of form, such as of tags or of the length of the whole. Default: `auto`.
   */
  readonly thinking?: ThinkingSetting;
  /**
   * Judges one response; null where it has nothing to say of it, which becomes a `skipped` verdict.
   * Calls of one process never overlap.
   */
  verify(input: VerifierInput, options: Options): VerifierResult | null | Promise<VerifierResult | null>;
  /**
   * Throws where a problem cannot be judged, whatever the response, with what is wrong in its message. Of verifiers of the
   * library it is asked for every problem before a run starts.
   */
  checkProblem?(problem: VerifierProblem, options: Options): void;
  /**
   * Judges the responses of a group at once, for verifiers that are faster so or compare them. Its results are in the
   * order of the responses. An Error among them, or a score that is no finite number, leaves that response alone without
   * a verdict; another number of results than of responses leaves all of them, as does a thrown error whose `ofGroup` is
   * true. Only when it throws anything else, runs past the deadline of the whole call or ends its process, each response
   * is judged by `verify`, so that only those to blame stay without a verdict.
   */
  verifyGroup?(inputs: readonly VerifierInput[], options: Options): Promise<readonly GroupResult[]>;
  /**
   * Makes ready to judge with these options in this process, such as by starting another one. Called outside of any
   * deadline before the first response, and again after one without a verdict; does nothing where all is ready.
   */
  prepare?(options: Options): Promise<void>;
  /**
   * Fields without which no problem can be judged. Asked once it is ready; a run does not start with problems that lack
   * one. Default: none.
   */
  needs?(options: Options): Promise<readonly string[]>;
  /**
   * A text of all that its judgements depend on besides its options, its module and what that imports, such as other files;
   * verdicts are kept as long as it stays the same. Asked once it is ready. Default: nothing.
   */
  fingerprint?(options: Options): Promise<string>;
}

/** Declares a verifier; the types of its options come from its schema. A module exports the result as its default. */
export function defineVerifier<Options>(verifier: Verifier<Options>): Verifier<Options> {
  return verifier;
}
