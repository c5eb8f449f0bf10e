import { parentPort, workerData } from "node:worker_threads";
import { isRlvrError } from "../../core/errors.ts";
import { plainError } from "../../core/texts/plain-error.ts";
import { compareSides } from "../../evals/compare.ts";
import type { ComparedSide } from "../../evals/pair-problems.ts";
import type { ComparisonMessage } from "./comparison-thread.ts";

/** Entry of a thread that compares the two evaluations that it was given, and ends. */

const [a, b] = workerData as readonly [ComparedSide, ComparedSide];
let message: ComparisonMessage;
try {
  message = { comparison: compareSides(a, b) };
} catch (error) {
  if (!isRlvrError(error)) throw error;
  message = { error: plainError(error) };
}
parentPort?.postMessage(message);
