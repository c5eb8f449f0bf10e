import { EAST_ASIAN_CHANGE, EAST_ASIAN_MULTIPLIER } from "../numbers/east-asian.ts";
import { NUMBER_WORD } from "../numbers/number-words.ts";
import { anyOf, phrasesFor } from "../text/answer-phrases.ts";
import { isUnit } from "./units.ts";
import { PLAIN_WORDS } from "./vocabulary.ts";

const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+`;
const SIGNED = String.raw`(?:[-\u2212]|(?<=[=:] ?)- |\u2212 )?[$€£]?(?:${NUMBER})`;
const MULTIPLIER = "(?:dozen|hundred|thousand|million|billion|trillion)";
/**
 * Numbers joined by operators, such as 1/2, 2^10 or 3√2. A number within a word, such as that of "x2", is none; Chinese
 * and its like have no space in front of a number.
 */
const ARITHMETIC = new RegExp(
  String.raw`(?<![^\s=(*$€£:\p{Lo}。、「『])${SIGNED}(?: ?[-+*/^×÷√] ?(?:${NUMBER}))*(?: ?(?:\\?%|percent\b)|(?: ${MULTIPLIER}\b)+)?`,
  "gu",
);

/** A number or sum of numbers in a text. */
export interface WrittenNumber {
  readonly text: string;
  readonly start: number;
}

/** What stands around a number is looked at this far. */
export const MAX_BOUND = 60;
/** Words that make a number the bound of a range, or one of two. */
const BOUNDING = new RegExp(
  String.raw`(?:\bbetween [^.\n]{1,20} and\s|${anyOf(phrasesFor("bound"))}[\p{Lo}\s]{0,4})[$€£]?$`,
  "iu",
);
const SECOND = new RegExp(
  String.raw`(?:(?:\d|${NUMBER_WORD})\s?(?:to|through|over|out of|divided by|[\u2013\u2014±~])(?:\s(?:maybe|perhaps|possibly))?` +
    String.raw`|${NUMBER_WORD}\s(?:and|plus|minus|times)|\d\s?(?:到|至|から|에서|分之|分の|분의))\s?[$€£]?$`,
  "iu",
);
/** An arrow, the end of a tag, and the mark of a quotation at the beginning of a line are none. */
const RELATION = /(?:[<≠≤≥]|(?<![-=]|\n[ >]{0,8}|<\/?\w{1,8})>|!=|[<>]=|\\(?:ne|neq|le|leq|ge|geq|lt|gt)\b)\s?$/;
/** Words that number their noun. */
const NUMBERED =
  /(?:\b(?:step|case|part|problem|question|equation|eq|chapter|section|figure|table|line|lemma|theorem|example|exercise|option|method|page|étape|exercice|schritt|aufgabe|frage|paso|ejercicio|pregunta)s?\.?\s\(?|(?:第|步骤|问题|例题?|图|表|ステップ|問題?|図|제|단계|문제)\s?)$/iu;
/** What continues a number, so that it says something else than the number alone. */
const CONTINUED = new RegExp(
  [
    String.raw`^(?:\s?[π√±<>≠≤≥∞]|[½¼¾⅓⅔²³⁴⁵⁻(_]|['\u2019,:.\u2013\u2014]\d|\s?[*/^×÷]\s?[\w(\\π√]|\s?\\[a-zA-Z]|~\s?\d`,
    String.raw`\s(?:to|through|over|out of|divided by|plus|minus|times)\b[^.\n\d]{0,20}\d`,
    String.raw`\s(?:and|to|through|over|plus|minus|times)\s${NUMBER_WORD}`,
    String.raw`\sand\s(?:a|one)\s(?:half|third|quarter|fourth|fifth|eighth|tenth)\b`,
    String.raw`\s?(?:${EAST_ASIAN_MULTIPLIER}|${EAST_ASIAN_CHANGE}))`,
  ].join("|"),
  "iu",
);

/** In front of a number: something that it is reckoned with, as in x + 4, x -3 or n^2 = 6; but not a name for it, as in x = 5. */
const RECKONED = /(?:[\w)\]}]\s?[-+*/^×÷\u2212]\s?|[A-Za-z]\s?[-+*/^×÷\u2212]\s?\w+\s?=\s?)$/;

/** Whether words in front of a place say that the number there is no more than a bound. */
export function isBounded(before: string): boolean {
  return BOUNDING.test(before) || RELATION.test(before) || SECOND.test(before);
}

const MINUS =
  /(?:\b(?:minus|negative|(?<!\bau )(?<!\bou )moins|(?<!\bal )(?<!\bo )menos)\s|[负負]|マイナス\s?|마이너스\s?)(?=[$€£\d.\\])/giu;

/** A text with "minus 5" and "negative 5" written as -5. */
export function withSigns(text: string): string {
  return text.replaceAll(MINUS, "-");
}

/**
 * The first or the last number of a text, with the operations that join it to others; null when there is none, and when
 * it is a part of something else: √5, 5π, (3, 5], at least 5.
 */
export function readNumber(text: string, which: "first" | "last"): WrittenNumber | null {
  const found = [...text.matchAll(ARITHMETIC)];
  if (which === "last") found.reverse();
  const match = found.find(({ index }) => !NUMBERED.test(text.slice(Math.max(0, index - MAX_BOUND), index)));
  return match === undefined || isPart(text, match) ? null : { text: match[0], start: match.index };
}

function isPart(text: string, { 0: number, index }: RegExpExecArray): boolean {
  const before = text.slice(Math.max(0, index - MAX_BOUND), index);
  const behind = text.slice(index + number.length, index + number.length + MAX_BOUND);
  const sign = /^[-\u2212]/.exec(number)?.[0] ?? "";
  if (isBounded(before) || RECKONED.test(before) || CONTINUED.test(behind)) return true;
  if (sign !== "" && /(?<![A-Za-z])[B-HJ-Zb-hj-z]\s?$/.test(before)) return true;
  const word = /^[a-zA-Z]+/.exec(behind)?.[0];
  if (word !== undefined && !isUnit(word)) return true;
  return isArgument(before, number + behind);
}

/** Whether a number stands in the brackets of a function, or beside another one in those of a tuple, a set or an interval. */
export function isArgument(before: string, rest: string): boolean {
  const open = Math.max(...["(", "[", "{"].map((bracket) => before.lastIndexOf(bracket)));
  if (open === -1 || /[)\]}]/.test(before.slice(open))) return false;
  const inside = before.slice(open + 1) + (/^[^)\]}]*/.exec(rest)?.[0] ?? "");
  return looksLikeMath(inside) && (/[\w^)]/.test(before[open - 1] ?? " ") || inside.includes(","));
}

/** Whether a text could be mathematics throughout: each word in it is a function, a constant, a unit or "and" and "or". */
export function looksLikeMath(text: string): boolean {
  for (const match of text.matchAll(/\\?[a-zA-Z]{2,}/g)) {
    const [word] = match;
    if (word.startsWith("\\") || PLAIN_WORDS.has(word) || isUnit(word)) continue;
    const around = (text[match.index - 1] ?? " ") + (text[match.index + word.length] ?? " ");
    // Two or three letters that touch a digit or an operator are a product, such as 2ab.
    if (word.length > 3 || !/[\d^*/+=()-]/.test(around)) return false;
  }
  return true;
}

/** Whether what stands between dollars is a formula or a word, not the prose between two amounts of money. */
export function isFormula(content: string): boolean {
  return content.includes("\\") || looksLikeMath(content) || /^\p{L}{2,}(?: \p{L}{2,}){0,3}$/u.test(content);
}
