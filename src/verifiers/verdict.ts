/**
 * A verdict is not a score: `passed` and `score` exist only when the verifier came to an answer. A verifier that
 * crashed or ran late says nothing about the response.
 */
export type Verdict = OkVerdict | FailedVerdict;

/** The verifier judged the response. */
export interface OkVerdict {
  readonly status: "ok";
  /** Whether the response is right. Cliffs and pass@k count this. */
  readonly passed: boolean;
  /** The reward, usually in [0, 1]. */
  readonly score: number;
  /** The answer as the verifier read and normalised it; null when it found none. */
  readonly extracted: string | null;
  /** Anything else worth keeping, as JSON. */
  readonly details: unknown;
  /** Milliseconds that the verifier ran; of a response that was judged with its group, its part of them. */
  readonly runMs: number;
  /** Milliseconds that the call waited for a worker. */
  readonly queueMs: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** The verifier did not judge the response. */
export interface FailedVerdict {
  /** `error`: it threw or its process died. `timeout`: it ran past its deadline. `skipped`: it does not apply, or an earlier gate made it moot. */
  readonly status: "error" | "timeout" | "skipped";
  /** What happened, with the stack of what was thrown. */
  readonly error: string;
  readonly runMs: number;
  readonly queueMs: number;
  readonly attempts: number;
}
