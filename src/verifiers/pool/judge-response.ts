import { inspect } from "node:util";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import type { Verifier } from "../define-verifier.ts";
import type { Judgement, VerifierItem } from "./worker-protocol.ts";

const MAX_ERROR_LENGTH = 10_000;

const resultSchema = z
  .object({
    passed: z.boolean(),
    score: z.number().optional(),
    extracted: z.string().nullish(),
    details: z.unknown().optional(),
  })
  .nullable();

function checkResult(value: unknown): z.output<typeof resultSchema> {
  const result = resultSchema.safeParse(value);
  if (result.success) return result.data;
  throw new TypeError(`what the verifier returned is no result: ${z.prettifyError(result.error)}`);
}

/** Details as they arrive in the database; throws what JSON throws, such as for a cycle. */
function asJson(details: unknown): unknown {
  if (details === undefined) return null;
  try {
    return JSON.parse(JSON.stringify(details) ?? "null");
  } catch (error) {
    throw new TypeError(`the verifier's details are no JSON: ${messageOf(error)}`, { cause: error });
  }
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
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`past the deadline of ${deadlineMs} ms`)), deadlineMs);
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  // Either may come first: a timer counts whole milliseconds, and does not fire at all while the verifier spins.
  const isLate = (): boolean => deadline.signal.aborted || elapsed() > deadlineMs;
  try {
    const result = checkResult(await verifier.verify({ ...item, signal: deadline.signal }, options));
    if (isLate()) return timeoutJudgement(deadlineMs, elapsed());
    if (result === null) return { status: "skipped", error: "the verifier has nothing to say of it", runMs: elapsed() };
    const { passed, score = passed ? 1 : 0, extracted = null } = result;
    return { status: "ok", passed, score, extracted, details: asJson(result.details), runMs: elapsed() };
  } catch (error) {
    if (isLate()) return timeoutJudgement(deadlineMs, elapsed());
    return { status: "error", error: inspect(error).slice(0, MAX_ERROR_LENGTH), runMs: elapsed() };
  } finally {
    clearTimeout(timer);
  }
}

/** The judgement of a verifier that ran past its deadline. */
export function timeoutJudgement(deadlineMs: number, runMs: number): Judgement {
  return { status: "timeout", error: `the verifier ran past its deadline of ${deadlineMs} ms`, runMs };
}
