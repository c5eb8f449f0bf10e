import { finding, type Finding } from "../../problems/lint/finding.ts";
import type { Problem } from "../../problems/problem.ts";
import { createVerifierPool } from "../../verifiers/pool/pool.ts";
import type { VerifierItem } from "../../verifiers/pool/worker-protocol.ts";
import type { Verdict } from "../../verifiers/verdict.ts";
import { verdictStream } from "../verify/verdict-stream.ts";

const DEADLINE_MS = 10_000;
/** Characters of an answer that a message repeats. */
const SHOWN = 60;

/** A problem with its line. */
export interface NumberedProblem {
  readonly number: number;
  readonly problem: Problem;
}

/** What stands for the answer in the form of a response. */
export const ANSWER_PLACE = "{answer}";

/** Has a verifier judge reference answers as responses to their own problems. */
export interface AnswerJudge {
  /** What its verdicts tell of the answers, in the order of the problems. */
  findings(problems: AsyncIterable<NumberedProblem>): AsyncGenerator<Finding[]>;
  close(): Promise<void>;
}

/**
 * Starts worker processes with a verifier.
 * @param verifier as resolve-reference.ts gives it: its name, and its options beside it.
 * @param env names of the environment variables that it reads.
 * @param form of a response that gives the answer which stands at {@link ANSWER_PLACE}.
 * @throws RlvrError as a pool does when there is no such verifier or its options are wrong.
 */
export async function startAnswerJudge(
  { name, ...options }: { readonly name: string },
  env: readonly string[],
  form: string,
): Promise<AnswerJudge> {
  const pool = createVerifierPool();
  const call = { verifier: name, options, env, deadlineMs: DEADLINE_MS };
  try {
    await pool.describe(call);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    async *findings(problems) {
      const open: NumberedProblem[] = [];
      async function* items(): AsyncGenerator<VerifierItem> {
        for await (const each of problems) {
          open.push(each);
          const { problem } = each;
          const { answer } = problem;
          yield { problem, response: form.split(ANSWER_PLACE).join(answer), answer };
        }
      }
      for await (const verdict of verdictStream(pool, call, items())) {
        const { number, problem } = open.shift() as NumberedProblem;
        yield answerFindings(problem.answer, number, verdict);
      }
    },
    close: () => pool.close(),
  };
}

function answerFindings(answer: string, line: number, verdict: Verdict): Finding[] {
  const quoted = JSON.stringify(answer.length > SHOWN ? `${answer.slice(0, SHOWN)}…` : answer);
  switch (verdict.status) {
    case "ok": {
      if (verdict.passed) return [];
      const { extracted } = verdict;
      const read = extracted === null ? "no answer in it" : JSON.stringify(extracted.slice(0, SHOWN));
      return [
        finding("answer-rejected", line, `the verifier fails ${quoted} as a response to its problem: it reads ${read}`),
      ];
    }
    case "skipped":
      return [finding("answer-skipped", line, `the verifier has nothing to say of ${quoted}`)];
    case "error":
    case "timeout": {
      const [reason = ""] = verdict.error.split("\n", 1);
      return [finding("answer-unreadable", line, `the verifier cannot judge by ${quoted}: ${reason}`)];
    }
  }
}
