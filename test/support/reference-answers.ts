import type { Verifier } from "../../src/verifiers/define-verifier.ts";
import { judgeResponse } from "../../src/verifiers/pool/judge-response.ts";
import { checkOptions } from "../../src/core/check-options.ts";

/** A problem's reference answer, and a response that gives it. */
export interface AnsweredProblem {
  readonly answer: string;
  readonly response: string;
}

/** The problems, by index, that a verifier judged otherwise than it has to. */
export interface Misjudged {
  /** Whose own answer did not pass. */
  readonly rejected: readonly number[];
  /** Whose response passed against the answer of the next problem that has another one. */
  readonly accepted: readonly number[];
}

/**
 * Has a verifier with its default options judge each response against its own answer and against the next one that
 * differs.
 * @param isSame whether two answers are one, however they are written.
 */
export async function crossCheck(
  verifier: Verifier,
  problems: readonly AnsweredProblem[],
  isSame: (first: string, second: string) => boolean,
): Promise<Misjudged> {
  const options = checkOptions(verifier.options, {}, verifier.name);
  const passes = async (response: string, answer: string): Promise<boolean> => {
    const judgement = await judgeResponse(verifier, options, { problem: {}, response, answer }, 10_000);
    if (judgement.status !== "ok") throw new Error(`${verifier.name} on ${answer}: ${judgement.error}`);
    return judgement.passed;
  };
  const rejected: number[] = [];
  const accepted: number[] = [];
  for (const [index, { answer, response }] of problems.entries()) {
    if (!(await passes(response, answer))) rejected.push(index);
    const other = problems.slice(index + 1).find((later) => !isSame(later.answer, answer));
    if (other !== undefined && (await passes(response, other.answer))) accepted.push(index);
  }
  return { rejected, accepted };
}

/** Whether two of GSM8K's final numbers, which are whole and may have commas, are the same. */
export function isSameNumber(first: string, second: string): boolean {
  return BigInt(first.replaceAll(",", "")) === BigInt(second.replaceAll(",", ""));
}
