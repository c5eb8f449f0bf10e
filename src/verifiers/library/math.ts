import { z } from "zod";
import { defineVerifier, type VerifierResult } from "../define-verifier.ts";
import { extractAnswer, type Place } from "../math/extract-answer.ts";
import { lastBox } from "../math/find-boxed.ts";
import { normaliseHendrycks } from "../math/hendrycks.ts";
import { MAX_SEARCHED } from "../math/limits.ts";
import { matchAnswers } from "../math/match-answers.ts";
import { type Answer, readAnswer, textOf } from "../math/read-answer.ts";

const options = z.strictObject({
  mode: z
    .enum(["standard", "hendrycks"])
    .default("standard")
    .describe(
      "`standard`: finds the final answer however it is given and compares what it means. `hendrycks`: the last boxed answer only, compared as text after the normalisation of the MATH benchmark (Hendrycks et al. 2021).",
    ),
});

/** Reference answers read lately: all rollouts of a group are judged against the same one. */
const golds = new Map<string, Answer>();
const MAX_GOLDS = 256;

function goldOf(text: string): Answer {
  const known = golds.get(text);
  if (known !== undefined) return known;
  const gold = readGold(text);
  if (gold === null) throw new Error(`the reference answer ${JSON.stringify(text.slice(0, 100))} holds no answer`);
  const [oldest] = golds.keys();
  if (golds.size >= MAX_GOLDS && oldest !== undefined) golds.delete(oldest);
  golds.set(text, gold);
  return gold;
}

const MARKED: ReadonlySet<Place> = new Set<Place>(["boxed", "<answer>", "final answer", "####", "answer"]);

/** A reference answer: an answer by itself, or a worked solution that marks its answer. */
function readGold(text: string): Answer | null {
  const extraction = extractAnswer(text);
  return extraction && MARKED.has(extraction.place) ? extraction.answer : readAnswer(text);
}

function judgeByText(answer: string, response: string): VerifierResult {
  const gold = normaliseHendrycks(lastBox(answer) ?? answer);
  if (gold === "") throw new Error("the reference answer is empty");
  const boxed = lastBox(response.slice(-MAX_SEARCHED));
  if (boxed === null) return { passed: false, details: { place: null, match: null } };
  const extracted = normaliseHendrycks(boxed);
  const passed = extracted === gold;
  return { passed, extracted, details: { place: "boxed", match: passed ? "text" : null } };
}

/**
 * Passes a response whose final answer is the reference answer: numbers, expressions, sets, tuples, intervals, matrices,
 * equations, inequalities and words, in LaTeX or plain text. Values are compared exactly where they are fractions, else
 * numerically with bounds on the rounding errors; work and size are bounded, so that no response blocks it.
 * `details` holds the place where the answer was found and whether it matched by its text or by its value.
 * A reference answer that holds none throws.
 */
export const math = defineVerifier({
  name: "math",
  version: "1",
  options,
  verify({ response, answer }, { mode }) {
    if (mode === "hendrycks") return judgeByText(answer, response);
    const gold = goldOf(answer);
    const extraction = extractAnswer(response);
    if (extraction === null) return { passed: false, details: { place: null, match: null } };
    const match = matchAnswers(gold, extraction.answer);
    return {
      passed: match !== null,
      extracted: textOf(extraction.answer),
      details: { place: extraction.place, match },
    };
  },
});
