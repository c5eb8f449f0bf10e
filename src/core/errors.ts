import { errorText } from "./texts/error-text.ts";

/** What went wrong, as a stable word that a program can switch on. Grouped by who has to act. */
export type ErrorCode =
  // bad usage or input: the person changes something and tries again (exit code 2)
  | "bad_usage"
  | "bad_recipe"
  | "bad_problems"
  | "bad_checkpoint"
  | "bad_database"
  | "missing_file"
  | "unknown_name"
  | "unsupported_character"
  | "port_in_use"
  | "run_locked"
  | "unsafe_path"
  // something failed while working (exit code 1)
  | "bad_request"
  | "policy_unreachable"
  | "policy_failed"
  | "prompt_too_long"
  | "sampling_failed"
  | "protocol_violation"
  | "trainer_failed"
  | "trainer_lost"
  | "training_diverged"
  | "disk_full"
  | "verifier_failed"
  | "generator_failed"
  | "teacher_unreachable"
  | "teacher_failed"
  | "hub_failed"
  | "query_failed"
  | "export_failed"
  | "interrupted";

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  "bad_usage",
  "bad_recipe",
  "bad_problems",
  "bad_checkpoint",
  "bad_database",
  "missing_file",
  "unknown_name",
  "unsupported_character",
  "port_in_use",
  "run_locked",
  "unsafe_path",
]);

const MARKER = Symbol.for("rlvr.error");

/**
 * The one error class of rlvr. The message says what is wrong, `advice` what the person can do next; both are cut to
 * {@link errorText}'s length.
 * Use {@link isRlvrError} rather than `instanceof`: a verifier module may carry its own copy of the package.
 */
export class RlvrError extends Error {
  override readonly name = "RlvrError";
  readonly [MARKER] = true;
  readonly code: ErrorCode;
  /** What to do next, as one sentence for a person. */
  readonly advice: string;
  /** Whether doing the very same thing again can succeed. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly advice: string; readonly cause?: unknown; readonly retryable?: boolean },
  ) {
    super(errorText(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = errorText(options.advice);
    this.retryable = options.retryable ?? false;
  }
}

/** Whether a value is an {@link RlvrError}, also one made by another copy of this package. */
export function isRlvrError(value: unknown): value is RlvrError {
  return typeof value === "object" && value !== null && MARKER in value;
}

/** The process exit code of an error: 2 for bad usage or input, 130 for an interruption, 1 for anything else. */
export function exitCodeOf(error: unknown): 1 | 2 | 130 {
  if (!isRlvrError(error)) return 1;
  if (error.code === "interrupted") return 130;
  return USAGE_CODES.has(error.code) ? 2 : 1;
}

/** The message of anything that was thrown, cut to {@link errorText}'s length. */
export function messageOf(error: unknown): string {
  return errorText(error instanceof Error ? error.message : String(error));
}
