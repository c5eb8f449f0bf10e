import { RlvrError, type ErrorCode } from "../core/errors.ts";

/**
 * What a failed request says about its server.
 * `silent`: no answer, or none to its end; the server may be gone. `busy`: it asks for patience (429, 503).
 * `failed`: it answered that it cannot. `stale`: it serves other weights than it should. `unusable`: it answered with
 * log-probabilities that are no numbers. `refused`: it rejected this request for its content, which says nothing about the
 * server.
 */
export type FailureKind = "silent" | "busy" | "failed" | "stale" | "unusable" | "refused";

/** A failure of one server after which the same request may succeed, there or at another. Always retryable. */
export class ReplicaFailure extends RlvrError {
  readonly kind: FailureKind;
  /** How long the server asked to be left alone, in milliseconds; 0 when it did not. */
  readonly retryAfterMs: number;

  constructor(
    kind: FailureKind,
    message: string,
    options: {
      readonly advice: string;
      /** Default: `policy_unreachable` of a silent server, else `policy_failed`. */
      readonly code?: ErrorCode;
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
    },
  ) {
    const code = options.code ?? (kind === "silent" ? "policy_unreachable" : "policy_failed");
    super(code, message, { advice: options.advice, cause: options.cause, retryable: true });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
