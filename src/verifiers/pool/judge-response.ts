import { sha256 } from "../../core/files/files.ts";
import { checkResult } from "../check-result.ts";
import type { GroupResult, Verifier, VerifierInput } from "../define-verifier.ts";
import { cutDetails } from "./cut-details.ts";
import { describeThrown } from "./describe-thrown.ts";
import { kindOfThrown } from "./retry-policy.ts";
import type { Judgement, VerifierItem } from "./worker-protocol.ts";

/**
 * Characters kept of an extracted answer: it fills the database. What is longer is cut and no error: a policy would then
 * need but a long response to get no verdict.
 */
const MAX_EXTRACTED_LENGTH = 1000;

/** A long answer by its beginning and a hash of the whole: equal for equal answers. */
function cutAnswer(extracted: string): string {
  if (extracted.length <= MAX_EXTRACTED_LENGTH) return extracted;
  return `${extracted.slice(0, MAX_EXTRACTED_LENGTH)}… (${extracted.length} characters, sha256 ${sha256(extracted)})`;
}

function judgementOf(value: unknown, runMs: number): Judgement {
  const result = checkResult(value);
  if (result === null) {
    return { status: "skipped", kind: "skipped", error: "the verifier has nothing to say of it", runMs };
  }
  const { passed, score = passed ? 1 : 0, extracted } = result;
  const answer = extracted == null ? null : cutAnswer(extracted);
  return { status: "ok", passed, score, extracted: answer, details: cutDetails(result.details), runMs };
}

/** The judgement of a verifier that threw. */
export function errorJudgement(error: unknown, runMs: number): Judgement {
  return { status: "error", kind: kindOfThrown(error), error: describeThrown(error), runMs };
}

/** The judgement of a verifier that ran past its deadline. */
export function timeoutJudgement(deadlineMs: number, runMs: number): Judgement {
  const error = `the verifier ran past its deadline of ${deadlineMs} ms`;
  return { status: "timeout", kind: "timeout", error, runMs };
}

/**
 * What work comes to by its deadline: its value and whether it came too late. Rejects with what it throws in time; late,
 * how it ended does not matter.
 */
async function byDeadline<T>(
  deadlineMs: number,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<{ readonly isLate: boolean; readonly runMs: number; readonly value: T | undefined }> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`past the deadline of ${deadlineMs} ms`)), deadlineMs);
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  // Either may come first: a timer counts whole milliseconds, and does not fire at all while the verifier spins.
  const isLate = (): boolean => deadline.signal.aborted || elapsed() > deadlineMs;
  try {
    const value = await work(deadline.signal);
    return { isLate: isLate(), runMs: elapsed(), value };
  } catch (error) {
    if (!isLate()) throw error;
    return { isLate: true, runMs: elapsed(), value: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function inputOf(item: VerifierItem, signal: AbortSignal): VerifierInput {
  return { truncated: false, ...item, signal };
}

/**
 * Judges one response in this process. Never throws: what the verifier throws, and a result that is none, becomes an
 * `error`; one that comes after the deadline is a `timeout`, however it ended. A verifier that never comes back is the
 * business of whoever watches the process.
 * @param options the verifier's own, checked.
 */
export async function judgeResponse(
  verifier: Verifier,
  options: unknown,
  item: VerifierItem,
  deadlineMs: number,
): Promise<Judgement> {
  const start = performance.now();
  try {
    const outcome = await byDeadline(deadlineMs, (signal) => verifier.verify(inputOf(item, signal), options));
    return outcome.isLate ? timeoutJudgement(deadlineMs, outcome.runMs) : judgementOf(outcome.value, outcome.runMs);
  } catch (error) {
    return errorJudgement(error, performance.now() - start);
  }
}

/**
 * Judges the responses of a group at once. Undefined when the call threw or ran late: which of them are to blame shows
 * when each is judged alone. What the call returned is final: a response that it did not judge stays without a verdict.
 */
export async function judgeGroup(
  verifyGroup: (inputs: readonly VerifierInput[]) => Promise<readonly GroupResult[]>,
  items: readonly VerifierItem[],
  deadlineMs: number,
): Promise<Judgement[] | undefined> {
  let outcome: Awaited<ReturnType<typeof byDeadline<readonly GroupResult[]>>>;
  try {
    outcome = await byDeadline(deadlineMs, (signal) => verifyGroup(items.map((item) => inputOf(item, signal))));
  } catch (error) {
    // Not swallowed: each response is judged alone next, and what is thrown then is its verdict.
    return isOfGroup(error) ? items.map(() => finalError(error, 0)) : undefined;
  }
  if (outcome.isLate) return undefined;
  const runMs = outcome.runMs / items.length;
  // What a user wrote may return anything.
  const results: unknown = outcome.value;
  return items.map((_, index) => {
    try {
      const result = resultAt(results, index, items.length);
      return result instanceof Error ? finalError(result, runMs) : judgementOf(result, runMs);
    } catch (error) {
      return finalError(error, runMs);
    }
  });
}

/** One of a group's results. Throws where they are no list of so many, or what a list that is none throws. */
function resultAt(results: unknown, index: number, count: number): unknown {
  if (Array.isArray(results) && results.length === count) return results[index];
  const what = Array.isArray(results) ? `${results.length} results` : `no list of results but ${typeof results}`;
  throw new TypeError(`the verifier returned ${what} for a group of ${count} responses`);
}

/** Whether a thrown error says that it concerns the whole group, so that nothing is learnt from one response alone. */
function isOfGroup(error: unknown): boolean {
  try {
    return typeof error === "object" && error !== null && (error as { readonly ofGroup?: unknown }).ofGroup === true;
  } catch {
    return false;
  }
}

/** An error that no further attempt follows. */
function finalError(error: unknown, runMs: number): Judgement {
  return { status: "error", kind: "thrown", error: describeThrown(error), runMs };
}
