import { Worker } from "node:worker_threads";
import { RlvrError } from "../../core/errors.ts";
import { modulePath } from "../../core/package-files.ts";
import { revivedError, type PlainError } from "../../core/texts/plain-error.ts";
import type { Comparison } from "../../evals/compare.ts";
import type { ComparedSide } from "../../evals/pair-problems.ts";

/** What the thread tells. */
export type ComparisonMessage = { readonly comparison: Comparison } | { readonly error: PlainError };

/** Milliseconds that a comparison may take: of 2,000 problems it takes 5 s on a core of its own. */
const MOST_MS = 60_000;

/** Compares two evaluations in a thread: resampling takes seconds, in which this one goes on answering. */
export function compareInThread(a: ComparedSide, b: ComparedSide): Promise<Comparison> {
  const { promise, resolve, reject } = Promise.withResolvers<Comparison>();
  const thread = new Worker(modulePath("src/cli/serve/comparison-worker"), { workerData: [a, b] });
  thread.unref();
  const timer = setTimeout(() => {
    reject(tooLong());
    void thread.terminate();
  }, MOST_MS);
  thread.once("message", (message: ComparisonMessage) => {
    if ("comparison" in message) resolve(message.comparison);
    else reject(revivedError(message.error));
  });
  thread.once("error", reject);
  thread.once("exit", () => {
    clearTimeout(timer);
    reject(new Error("the thread of a comparison ended without an answer"));
  });
  return promise;
}

function tooLong(): RlvrError {
  return new RlvrError("query_failed", `comparing these evaluations takes more than ${MOST_MS / 1000} s`, {
    advice: "Compare them in a terminal: rlvr eval --compare A B",
  });
}
