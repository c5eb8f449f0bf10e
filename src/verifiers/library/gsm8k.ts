import { z } from "zod";
import { formatRational, isEqual, type Rational } from "../../core/rational.ts";
import { defineVerifier } from "../define-verifier.ts";
import { multiplierOf } from "../numbers/multipliers.ts";
import { readStatedNumber } from "../numbers/stated-number.ts";
import { MAX_SEARCHED } from "../numbers/written-number.ts";
import { withoutThinking } from "../text/without-thinking.ts";

const BOX = /\\(?:boxed|fbox)\s?\{/;

/** What a final answer stands behind, the mark that counts most first. */
const MARKS: readonly RegExp[] = [
  /#{4,}/,
  BOX,
  /\banswer[*_]{0,3}(?:\s{1,3}(?:is|equals|(?:should|must|would|will) be)\b|\s{0,3}[:=])[*_:]{0,4}|\bfinal answer[*_]{0,3} {0,3}\n/i,
];

/** From one number to the next mark: both are meant. */
const JOINED = /^[^A-Za-z\n]{0,40}(?:or|and|to|[,;|/&])[\s$*]{0,5}$/i;

/** What stands behind a mark, of a box no more than its content, with the word that multiplies it. */
function contentOf(piece: string): string {
  let depth = 1;
  for (let end = 0; end < Math.min(piece.length, MAX_BOX); end++) {
    if (piece[end] === "{") depth++;
    if (piece[end] === "}") depth--;
    if (depth > 0) continue;
    const word = /^[\s$*]{0,4}([a-z]{1,12})/i.exec(piece.slice(end + 1, end + 20))?.[1] ?? "";
    return piece.slice(0, end) + (multiplierOf(word) === undefined ? "" : ` ${word}`);
  }
  return piece;
}

/** A box that is not closed after so many characters is not looked for the end of. */
const MAX_BOX = 2000;

/** The final number of a response: the last one behind the first of the marks that has a number behind it. */
function readAnswer(response: string): Rational | null {
  const end = withoutThinking(response).slice(-MAX_SEARCHED);
  for (const mark of MARKS) {
    const pieces = end.split(mark).slice(1);
    const stated = pieces.map((piece) => readStatedNumber(mark === BOX ? contentOf(piece) : piece));
    const at = stated.findLastIndex((number) => number !== undefined);
    const [last, before] = [stated[at], stated[at - 1]];
    if (last === undefined) continue;
    const isOneOfTwo = last && before && !isEqual(last, before) && JOINED.test(pieces[at - 1] ?? "");
    return isOneOfTwo ? null : last;
  }
  return null;
}

/** The number of a reference answer: on its own, or behind the last `####` of a whole solution. */
function readReference(answer: string): Rational {
  const end = answer
    .slice(answer.lastIndexOf("####") + 1)
    .replace(/^#+/, "")
    .trim();
  const number = end.includes("\n") ? null : readStatedNumber(end);
  if (number) return number;
  throw new Error(`the reference answer ${JSON.stringify(answer.slice(-100))} does not end in a number`);
}

/**
 * Passes a response whose final number equals the reference answer's, compared exactly as fractions (Cobbe et al., 2021,
 * https://arxiv.org/abs/2110.14168).
 *
 * The final number stands behind the last `####`; in a response without one, in the last `\boxed{}`; without that, behind
 * the last "answer is" or "Answer:". What is thought in `<think>` is not read. A response that marks no number fails: the last number of a text is often none.
 * Read are integers, decimals, a/b and 2 1/2 with marks between thousands, in bold, as code or in LaTeX, with a currency
 * sign or `x =` in front and units, %, a full stop or further words behind; "5 million" is 5000000. A percent sign is a
 * unit: `50%` is 50. What reckons on (`#### 9 * 2`) or names another number (`#### 5 or 6`) fails. An answer that does
 * not end in such a number, on its own or behind `####`, throws.
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
