import { setTimeout as sleep } from "node:timers/promises";
import type { FailureKind, Judgement } from "./worker-protocol.ts";

/**
 * How often a response is tried in all, by what went wrong. What a verifier throws it would throw again, and what ran
 * late would run late again; a service that did not answer may answer later; a process may have been killed for
 * something that others did, such as taking all the machine's memory.
 */
const ATTEMPTS: Readonly<Record<FailureKind, number>> = { thrown: 1, timeout: 1, skipped: 1, died: 2, transient: 3 };

/** Milliseconds before the second attempt; each further one waits twice as long. */
const FIRST_DELAY_MS = 250;

/** Codes of errors that pass: of the network (Node's) and of a machine that is short of something for a moment. */
const TRANSIENT_CODES: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "EAGAIN",
  "EMFILE",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** HTTP: the server is overloaded, or not there for now. */
const isTransientStatus = (status: unknown): boolean =>
  typeof status === "number" && (status === 408 || status === 429 || status >= 500);

/**
 * The kind of a thrown error: `transient` when it, or what caused it, says so by `retryable`, by the code of a network
 * failure, or by an HTTP status. Never throws: its properties may be getters that do.
 */
export function kindOfThrown(error: unknown): "thrown" | "transient" {
  try {
    return kindByCauses(error);
  } catch {
    return "thrown";
  }
}

function kindByCauses(error: unknown): "thrown" | "transient" {
  // Causes may form a cycle: a chain of more than a few is not followed.
  for (let [cause, depth] = [error, 0]; typeof cause === "object" && cause !== null && depth < 5; depth++) {
    const { retryable, code, status } = cause as Partial<Record<"retryable" | "code" | "status", unknown>>;
    if (typeof retryable === "boolean") return retryable ? "transient" : "thrown";
    if (TRANSIENT_CODES.has(code) || isTransientStatus(status)) return "transient";
    cause = (cause as { readonly cause?: unknown }).cause;
  }
  return "thrown";
}

/** Whether a judgement that came of an attempt, counted from 1, is worth another. */
export function isWorthRetrying(judgement: Judgement, attempt: number): boolean {
  return judgement.status !== "ok" && attempt < ATTEMPTS[judgement.kind];
}

/** Waits before the attempt after `attempt`. Rejects with the signal's reason when that is aborted. */
export async function waitBeforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  await sleep(FIRST_DELAY_MS * 2 ** (attempt - 1), undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}
