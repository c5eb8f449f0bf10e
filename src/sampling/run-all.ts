import PQueue from "p-queue";

/**
 * Runs tasks side by side, some at a time. When one fails, or the signal aborts, no further one begins, and the signal that
 * each was given aborts; those that run are waited for, so that nothing goes on behind the caller's back; then the first
 * failure is thrown.
 */
export async function runAll(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
): Promise<void> {
  const queue = new PQueue({ concurrency });
  const failures: unknown[] = [];
  const failing = new AbortController();
  const until = AbortSignal.any([signal, failing.signal]);
  for (const task of tasks) {
    void queue.add(async () => {
      try {
        signal.throwIfAborted();
        await task(until);
      } catch (error) {
        failures.push(error);
        queue.clear();
        failing.abort(error);
      }
    });
  }
  await queue.onIdle();
  if (failures.length > 0) throw failures[0];
}
