import { z } from "zod";
import { formatRational, type Rational } from "../../core/rational.ts";
import { defineVerifier } from "../define-verifier.ts";
import { MAX_SEARCHED, readLeadingNumber, readWholeNumber } from "../numbers/written-number.ts";
import { withoutThinking } from "../text/without-thinking.ts";

/** What a final answer stands behind, the mark that counts most first. */
const MARKS: readonly RegExp[] = [
  /#{4,}/,
  /\\boxed\s?\{/,
  /\banswer[*_]{0,3}(?:\s{1,3}(?:is|equals)\b|\s{0,3}[:=])[*_:]{0,4}/i,
];

/** Characters read behind a mark: more than the longest number that is read. */
const MAX_STATED = 2000;

/** What may stand in front of a number without changing it: markup, currency, a command that wraps it. */
const WRAPPING = /^(?:[\s*_`$€£{([]|\\(?:boxed|text|textbf|mathrm|mathbf|[([$]))+/;
/** Behind a number: it goes on, or something is reckoned with it, so it is not the answer by itself. */
const CONTINUED = /^(?:\s*\d|[.,:]\d|\s*(?:[-\u2212+*/^=×÷]{1,2}|x|\\(?:times|cdot|div|frac)\b)\s*[\d.$€£({\\])/;
/** Behind a number: the words of a heading such as `#### 1. Count the eggs`. */
const HEADING = /^[.):]\s+\S/;

/** The number stated behind a mark: null where something is that is no plain number, undefined where nothing is. */
function readStated(piece: string): Rational | null | undefined {
  const text = piece.trimStart().slice(0, MAX_STATED);
  const [line = ""] = text.split("\n", 1);
  const bare = line
    .replaceAll("\\$", "$")
    .replaceAll("{,}", ",")
    .replaceAll(/(?<=\d,?)\\[,!](?=\d)/g, "")
    .replace(WRAPPING, "");
  const found = readLeadingNumber(bare);
  if (found === undefined || (HEADING.test(found.rest) && text.slice(line.length).trim() !== "")) return undefined;
  return CONTINUED.test(found.rest) ? null : (found.number?.value ?? null);
}

/** The final number of a response: the last one behind the first of the marks that has a number behind it. */
function readAnswer(response: string): Rational | null {
  const end = withoutThinking(response).slice(-MAX_SEARCHED);
  for (const mark of MARKS) {
    const stated = end.split(mark).slice(1).map(readStated);
    const last = stated.findLast((number) => number !== undefined);
    if (last !== undefined) return last;
  }
  return null;
}

/** The number of a reference answer: bare, or behind the last `####` of a whole solution. */
function readReference(answer: string): Rational {
  const number = readWholeNumber(answer.slice(answer.lastIndexOf("####") + 1).replace(/^#+/, ""));
  if (number !== null) return number.value;
  throw new Error(`the reference answer ${JSON.stringify(answer.slice(-100))} does not end in a number`);
}

/**
 * Passes a response whose final number equals the reference answer's, compared exactly as fractions (Cobbe et al., 2021,
 * https://arxiv.org/abs/2110.14168).
 *
 * The final number stands behind the last `####`; in a response without one, in the last `\boxed{}`; without that, behind
 * the last "answer is" or "Answer:". What is thought in `<think>` is not read. A response that marks no number fails: the last number of a text is often none.
 * Read are integers, decimals and a/b with commas between thousands, in bold, as code or in LaTeX, with a currency sign
 * in front and units, %, a full stop or further words behind. A percent sign is a unit: `50%` is 50. What reckons on
 * (`#### 9 * 2`) is no number. An answer that is no number and does not end in `#### n` throws.
 */
export const gsm8k = defineVerifier({
  name: "gsm8k",
  version: "1",
  options: z.strictObject({}),
  verify({ response, answer }) {
    const reference = readReference(answer);
    const found = readAnswer(response);
    if (found === null) return { passed: false };
    const extracted = formatRational(found);
    return { passed: extracted === formatRational(reference), extracted };
  },
});
