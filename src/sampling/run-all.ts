import PQueue from "p-queue";

/** Where tasks run: so many at a time, or in a queue that they share with others. */
export type Lane = { readonly concurrency: number } | { readonly queue: PQueue };

/**
 * Runs tasks side by side, some at a time. When one fails, or the signal aborts, no further one begins, and the signal that
 * each was given aborts; those that run are waited for, so that nothing goes on behind the caller's back; then the first
 * failure is thrown.
 */
export async function runAll(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  { signal, ...lane }: Lane & { readonly signal: AbortSignal },
): Promise<void> {
  const queue = "queue" in lane ? lane.queue : new PQueue(lane);
  const failures: unknown[] = [];
  const failing = new AbortController();
  const until = AbortSignal.any([signal, failing.signal]);
  await Promise.all(
    tasks.map((task) =>
      queue.add(async () => {
        if (failures.length > 0) return;
        try {
          signal.throwIfAborted();
          await task(until);
        } catch (error) {
          failures.push(error);
          failing.abort(error);
        }
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
