import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isRlvrError, RlvrError, type ErrorCode } from "../core/errors.ts";
import type { Fault } from "./answers.ts";

/** HTTP statuses of faults that whoever asks can mend; any other is the server's own. */
const STATUSES: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  bad_usage: 400,
  bad_request: 400,
  unknown_name: 404,
  missing_file: 404,
  query_failed: 422,
};

/** A fault as the API answers it. */
export function fault(code: string, message: string, advice: string, retryable = false): Fault {
  return { error: { code, message, advice, retryable } };
}

/** Seconds after which what failed for want of room is worth another try. */
export const RETRY_AFTER = "5";

/**
 * Anything that was thrown as the API answers it, with its HTTP status: 503 where the very same request can succeed later.
 * A bug's message stays on the server.
 */
export function faultOf(error: unknown): { readonly body: Fault; readonly status: ContentfulStatusCode } {
  if (!isRlvrError(error)) {
    return {
      body: fault("internal", "the dashboard failed", "See what `rlvr serve` printed, and report it."),
      status: 500,
    };
  }
  const { code, message, advice, retryable } = error;
  return { body: fault(code, message, advice, retryable), status: retryable ? 503 : (STATUSES[code] ?? 500) };
}

/** There is nothing of an id. */
export function noSuch(kind: "run" | "rollout" | "group", id: number): RlvrError {
  return new RlvrError("unknown_name", `there is no ${kind} ${id}`, {
    advice: "Go back to the list of runs, and from there.",
  });
}
