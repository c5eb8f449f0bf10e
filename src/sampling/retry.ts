import { setTimeout as sleep } from "node:timers/promises";
import { isRlvrError } from "../core/errors.ts";

/** How often and how patiently to try again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled before each further one. */
  readonly delayMs: number;
}

/**
 * Does something, again when it failed with a retryable error.
 * @param between what to do before trying again, such as bringing a server back up.
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  work: () => Promise<T>,
  between: (error: unknown, attempt: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isRlvrError(error) || !error.retryable || attempt >= policy.attempts || signal?.aborted) throw error;
      await between(error, attempt);
      await sleep(policy.delayMs * 2 ** (attempt - 1), undefined, signal && { signal });
    }
  }
}
