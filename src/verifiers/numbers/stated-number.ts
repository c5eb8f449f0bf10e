import { ANSWER_PHRASES, anyOf, phrasesFor } from "../text/answer-phrases.ts";
import { NUMBER_WORD } from "./number-words.ts";
import { plainNotation } from "./plain-notation.ts";
import { readUnit } from "./units.ts";
import { readLeadingNumber, type WrittenNumber } from "./written-number.ts";

/** Characters read of a statement: more than the longest number that is read. */
const MAX_STATED = 2000;

const WRAP = String.raw`(?:[\s*_\`"“$€£{([]|\\(?:f?box|boxed|text\w{0,2}|math\w{2}|[($[]))*`;
/** How near the number is, which does not change it. */
const NEAR = String.raw`(?:approximately|about|roughly|exactly|simply|just|only)\b|[≈~]|\\approx(?![a-z])`;
/** What may stand in front of a number without changing it: markup, currency, a command that wraps it, a name: `x =`. */
const FRONT = new RegExp(String.raw`^${WRAP}(?:[a-z](?:_\w)? ?= ?(?![=<>])${WRAP})?(?:(?:${NEAR})\s?${WRAP})?`, "i");
/** A sum that is worked out: what counts is behind its last sign of equality. */
const SUM = /^(?:[\d\s.,+\-*/×÷=()$€£%\u2212]|\\(?:times|cdot|div)\b|\\\$)*=\s?[*$€£]{0,4}(?=[-$€£\d.\u2212])/;
const OTHER_REASONS = ANSWER_PHRASES.filter(({ language }) => language !== "en").flatMap(({ reason }) => reason);
/** Why, behind a number. */
const REASON = new RegExp(
  String.raw`\b(?:because|since)\b|${anyOf(OTHER_REASONS)}|\s\((?=\d[^()\n]{0,60}\)|[\d\s.,+\-*/×÷=$]+\))`,
  "iu",
);
/** What may stand behind it without changing it. */
const BACK = /^(?:[\s*_`$€£¢)\]}"'”’!?°%|#]|\\[)\]%$,;:! \\])*/;
/** Behind these, the words that follow say more about the number. */
const OPENING =
  /^(?:[.,;:](?=[\s*_`$)\]}"'’\p{Lo}]|$)\s?|\/\s?|[-\u2010-\u2014]\s?|[({]|\\(?:text\w{0,2}|mbox)\s?\{|<[/|]?)/u;
/** Short for a multiplier, and not told from it: 5 k, 5 B and 5 bn. */
const SHORT = /^(?:[kbt]|mn|mil|mln|bn|tn)$/i;

const DIGITS = String.raw`[\s*_\x60$€£([{\\]{0,9}(?:[a-z] ?= ?)?[-\u2010-\u2013\u2212]?\.?\d`;
/** Another number beside the first, so that neither is the answer alone. */
const ANOTHER = new RegExp(
  String.raw`[,;|/&]${DIGITS}|\b(?:or|and|to|vs\.?|plus|minus|over|times|(?:divided|multiplied) by)\b` +
    String.raw`(?: (?:maybe|perhaps|possibly|even|also|about))?(?:${DIGITS}| ${NUMBER_WORD})` +
    String.raw`|${anyOf(phrasesFor("or"))}${DIGITS}`,
  "iu",
);
/** The full stop of a script other than Latin needs no space behind it. */
const SENTENCE_END = /[.!?]\s+(?=\p{Lu}(?!r\b))|(?![.!?])\p{Sentence_Terminal}/u;
/** Behind a number: the words of a heading such as `#### 1. Count the eggs`. */
const HEADING = /^[.):]\s+\S/;

/**
 * The number that the first line of a text states, with units or words behind it: null where it begins with a number that
 * goes on to be something else (`9 * 2`, `5 or 6`, `5π`), undefined where it does not begin with one, or is a heading.
 * @param mayBeTorn whether the end of the text may be missing, so that a statement that reaches it is null as well.
 */
export function readStatedNumber(piece: string, mayBeTorn = false): WrittenNumber | null | undefined {
  const text = piece.trimStart().slice(0, MAX_STATED);
  const [line = ""] = text.split("\n", 1);
  const found = readLeadingNumber(plainNotation(line.replaceAll("\\$", "$")).replace(FRONT, "").replace(SUM, ""));
  if (found === undefined || (HEADING.test(found.rest) && text.slice(line.length).trim() !== "")) return undefined;
  const [sentence = ""] = found.rest.split(SENTENCE_END, 1);
  const [claim = ""] = sentence.split(REASON, 1);
  if (mayBeTorn && line.length === text.length && claim.length === found.rest.length) return null;
  return isEnd(claim) ? found.number : null;
}

/** Whether what stands behind a number, up to the end of the sentence or to the reason, leaves it as it is. */
function isEnd(claim: string): boolean {
  if (ANOTHER.test(claim)) return false;
  const behind = claim.replace(BACK, "");
  const opened = behind.replace(OPENING, "");
  const words = opened.replace(BACK, "");
  if (words === "" || /^\p{Extended_Pictographic}/u.test(words)) return true;
  const [word = ""] = /^\p{L}*/u.exec(words) ?? [];
  return word.length > 1 ? !SHORT.test(word) : isShortWord(word, words);
}

/** Whether a single letter is a word or a unit, and no variable. */
function isShortWord(letter: string, words: string): boolean {
  return /^(?:[ai]\s|\p{Lo})/iu.test(words) || (!SHORT.test(letter) && readUnit(letter, 0) !== null);
}
