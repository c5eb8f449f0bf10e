import { z } from "zod";
import { formatRational, isEqual, type Rational } from "../../core/rational.ts";
import { answerOption, type AnswerSource } from "../answer/answer-option.ts";
import { withoutSupposed } from "../answer/find-anchors.ts";
import { withoutOpenBoxes } from "../answer/find-boxes.ts";
import { defineVerifier } from "../define-verifier.ts";
import { multiplierOf } from "../numbers/multipliers.ts";
import { readStatedNumber } from "../numbers/stated-number.ts";
import { MAX_SEARCHED, readLastNumber } from "../numbers/written-number.ts";
import { ANSWER_PHRASES, anyOf } from "../text/answer-phrases.ts";
import { goldsOf } from "../text/golds.ts";
import { unifyCharacters } from "../text/unify-characters.ts";

const options = z.strictObject({
  answer: answerOption.describe(
    "What counts as a response's answer. `stated`: the number behind `####`, in `<answer>`, in a box, or behind what the response calls the answer. `boxed`: boxes only. `any`: what is stated, else a guess, the last number. `auto`: `stated`. Of a completion that was cut at `max_tokens`, what its end may have torn is not stated.",
  ),
});

const HASHES = /#{4,}/;
/** The tag that models of the kind of DeepSeek-R1 answer in, where it is closed. */
const TAG = /<answer>(?=[^<]{0,2000}<\/answer>)/i;
const BOX = /\\(?:boxed|fbox)\s?\{/;
const OTHER_LANGUAGES = ANSWER_PHRASES.filter(({ language }) => language !== "en").map(({ answer, label, is }) => {
  const named = String.raw`${anyOf(answer)}[*_]{0,3}[\p{L} ]{0,20}?(?:${anyOf(is)}|[:=】])`;
  const labelled = label.length === 0 ? "" : String.raw`|(?<![\p{L}\p{N}])${anyOf(label)} {0,2}:`;
  return `(?:${named}${labelled})[*_:]{0,4}`;
});
const ANSWER = new RegExp(
  [
    String.raw`\banswer[*_]{0,3}(?:\s{1,3}(?:is|equals|(?:should|must|would|will) be)\b|\s{0,3}[:=])[*_:]{0,4}`,
    String.raw`\bfinal answer[*_]{0,3} {0,3}\n`,
    ...OTHER_LANGUAGES,
  ].join("|"),
  "iu",
);

/** What a final answer stands behind, the mark that counts most first. */
const MARKS: readonly RegExp[] = [HASHES, TAG, BOX, ANSWER];

/** From one number to the next mark: both are meant. */
const JOINED = /^[^A-Za-z\n]{0,40}(?:or|and|to|[,;|/&]|[或和]|oder|ou|o)[\s$*]{0,5}$/i;

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
  return "";
}

/** A box that is not closed after so many characters is none. */
const MAX_BOX = 2000;

/** The final number of a response: the last one behind the first of the marks that has a number behind it. */
function readAnswer(response: string, { from, isCut }: AnswerSource): Rational | null {
  const end = withoutSupposed(withoutOpenBoxes(unifyCharacters(response.slice(-MAX_SEARCHED))));
  for (const mark of from === "boxed" ? [BOX] : MARKS) {
    const pieces = end.split(mark).slice(1);
    const stated = pieces.map((piece, index) =>
      mark === BOX ? readStatedNumber(contentOf(piece)) : readStatedNumber(piece, isCut && index === pieces.length - 1),
    );
    const at = stated.findLastIndex((number) => number !== undefined);
    const [last, before] = [stated[at], stated[at - 1]];
    if (last === undefined) continue;
    const isOneOfTwo = last && before && !isEqual(last.value, before.value) && JOINED.test(pieces[at - 1] ?? "");
    return last === null || isOneOfTwo ? null : last.value;
  }
  return from === "any" ? (readLastNumber(end)?.value ?? null) : null;
}

/** The number of a reference answer: on its own, or behind the last `####` of a whole solution. */
function readReference(answer: string): Rational {
  const text = unifyCharacters(answer);
  const end = text
    .slice(text.lastIndexOf("####") + 1)
    .replace(/^#+/, "")
    .trim();
  const number = end.includes("\n") ? null : readStatedNumber(end);
  if (number) return number.value;
  throw new Error(`the reference answer ${JSON.stringify(answer.slice(-100))} does not end in a number`);
}

/**
 * Passes a response whose final number equals the reference answer's, compared exactly as fractions (Cobbe et al., 2021,
 * https://arxiv.org/abs/2110.14168).
 *
 * The final number stands behind the last `####`; in a response without one, in the last `<answer>`, else in the last `\boxed{}`; without that, behind
 * the last "answer is" or "Answer:", or what says so in Chinese, Japanese, Korean, French, German or Spanish. A response
 * that marks no number fails unless the option `answer` lets it guess: the last number of a text is often none.
 * Read are integers, decimals, a/b and 2 1/2 with marks between thousands, in bold, as code or in LaTeX, with a currency
 * sign or `x =` in front and units, %, a full stop of any script or further words behind; "5 million" is 5000000, and so is
 * 500万. A percent sign is a unit: `50%` is 50. What reckons on (`#### 9 * 2`) or names another number (`#### 5 or 6`)
 * fails. Of several reference answers, those of the problem's `answers` where it has that list, one has to be equal; the
 * details name it. A reference answer that does not end in such a number, on its own or behind `####`, throws.
 */
export const gsm8k = defineVerifier({
  name: "gsm8k",
  version: "2",
  options,
  verify({ problem, response, answer, truncated }, { answer: counting }) {
    const references = goldsOf(problem, answer);
    const numbers = references.map(readReference);
    const found = readAnswer(response, { from: counting === "auto" ? "stated" : counting, isCut: truncated });
    if (found === null) return { passed: false };
    const index = numbers.findIndex((number) => isEqual(number, found));
    const named = references.length > 1 ? { details: { reference: references[index] ?? null } } : {};
    return { passed: index !== -1, extracted: formatRational(found), ...named };
  },
});
