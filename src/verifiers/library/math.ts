import { z } from "zod";
import { answerOption, answerSource } from "../answer/answer-option.ts";
import { lastBox } from "../answer/find-boxed.ts";
import { defineVerifier, type VerifierResult } from "../define-verifier.ts";
import { extractAnswer, statedAnswer, type Extraction } from "../math/extract-answer.ts";
import { normaliseHendrycks } from "../math/hendrycks.ts";
import { MAX_SEARCHED } from "../math/limits.ts";
import { withDecimalPoints } from "../math/read/decimal-comma.ts";
import { matchAnswers } from "../math/compare/match-answers.ts";
import { type Answer, readAnswer, textOf } from "../math/read-answer.ts";
import { goldsOf } from "../text/golds.ts";
import { unifyCharacters } from "../text/unify-characters.ts";

const options = z.strictObject({
  mode: z
    .enum(["standard", "hendrycks"])
    .default("standard")
    .describe(
      "`standard`: finds the final answer however it is given and compares what it means. `hendrycks`: the last boxed answer only, whatever `answer` says, compared as text after the normalisation of the MATH benchmark (Hendrycks et al. 2021).",
    ),
  answer: answerOption,
  decimal_comma: z
    .boolean()
    .default(false)
    .describe(
      "Reads 3,14 as 3.14 and 1.234,5 as 1234.5, in responses and reference answers: a comma without a space behind it is decimal, so that lists and tuples need a space or a semicolon. `hendrycks` takes no notice of it.",
    ),
});

/** Reference answers read lately: all rollouts of a group are judged against the same one. */
const recent = new Map<string, Answer>();
const MAX_GOLDS = 256;

function goldOf(text: string): Answer {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const gold = readGold(text);
  if (gold === null) throw new Error(`the reference answer ${JSON.stringify(text.slice(0, 100))} holds no answer`);
  const [oldest] = recent.keys();
  if (recent.size >= MAX_GOLDS && oldest !== undefined) recent.delete(oldest);
  recent.set(text, gold);
  return gold;
}

/** A reference answer: an answer by itself, or a worked solution that states its answer. */
function readGold(text: string): Answer | null {
  return statedAnswer(text) ?? readAnswer(unifyCharacters(text));
}

function judgeByText(references: readonly string[], response: string): VerifierResult {
  const normalised = references.map((reference) => normaliseHendrycks(lastBox(reference) ?? reference));
  if (normalised.includes("")) throw new Error("a reference answer is empty");
  const boxed = lastBox(response.slice(-MAX_SEARCHED));
  if (boxed === null) return { passed: false, details: { place: null, match: null } };
  const extracted = normaliseHendrycks(boxed);
  const index = normalised.indexOf(extracted);
  return resultOf(references, index, { place: "boxed", match: index === -1 ? null : "text" }, extracted);
}

function judgeByMeaning(
  references: readonly string[],
  golds: readonly Answer[],
  { answer, rounded, place }: Extraction,
): VerifierResult {
  const matches = golds.map(
    (gold) => matchAnswers(gold, answer) ?? (rounded === undefined ? null : matchAnswers(gold, rounded)),
  );
  const index = matches.findIndex((match) => match !== null);
  return resultOf(references, index, { place, match: matches[index] ?? null }, textOf(answer));
}

/** The result for the reference answer at an index that matched, none at -1: named where there are several. */
function resultOf(
  references: readonly string[],
  index: number,
  details: Readonly<Record<string, string | null>>,
  extracted: string,
): VerifierResult {
  const named = references.length > 1 ? { ...details, reference: references[index] ?? null } : details;
  return { passed: index !== -1, extracted, details: named };
}

/**
 * Passes a response whose final answer is the reference answer: numbers, expressions, sets, tuples, intervals, matrices,
 * equations, inequalities and words, in LaTeX or plain text. Values are compared exactly where they are fractions, else
 * numerically with bounds on the rounding errors; work and size are bounded, so that no response blocks it.
 * Of several reference answers, those of the problem's `answers` where it has that list, one has to match.
 * `details` holds the place where the answer was found, whether it matched by its text or by its value, and of several
 * reference answers the one that it matched. A reference answer that holds none throws.
 */
export const math = defineVerifier({
  name: "math",
  version: "2",
  options,
  verify({ problem, response, answer, truncated }, { mode, answer: counting, decimal_comma: hasDecimalComma }) {
    const references = goldsOf(problem, answer);
    if (mode === "hendrycks") return judgeByText(references, response);
    const withPoints = (text: string): string => (hasDecimalComma ? withDecimalPoints(text) : text);
    const golds = references.map((reference) => goldOf(withPoints(reference)));
    const extraction = extractAnswer(withPoints(response.slice(-MAX_SEARCHED)), answerSource(counting, truncated));
    if (extraction === null) return { passed: false, details: { place: null, match: null } };
    return judgeByMeaning(references, golds, extraction);
  },
});
