import { add, divide, multiply, negate, parseDecimal, type Rational } from "../../core/rational.ts";
import { plainNotation } from "./plain-notation.ts";
import { readScale } from "./scale.ts";

/** Only the end of a longer response is searched for its answer. */
export const MAX_SEARCHED = 20_000;

// Every part that follows the first digit is optional, and no two parts can begin alike: nothing to backtrack into.
const THOUSANDS = String.raw`(?:(?:,\d{3})+|(?:['’_]\d{3})+|(?:[ \u00A0\u2009\u202F]\d{3})+)(?!\d)`;
const UNSIGNED = String.raw`(?:(?:\d{1,3}${THOUSANDS}|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`;
/** The hyphens and dashes that are written for a minus. */
const MINUS = String.raw`\-\u2010-\u2013\u2212\uFE63\uFF0D`;
/**
 * A minus is a sign unless it stands behind something that it could subtract from. A space may follow it where a number
 * must begin; elsewhere that is a dash.
 */
const SIGN = String.raw`(?<![\w.)\]}%])(?<sign>[+${MINUS}])(?:(?<=(?:^\s{0,5}|[:=] {0,3}|\b(?:is|equals) )[${MINUS}]) )?[$€£]?`;
/** The whole in front of a fraction, as in 2 1/2. */
const WHOLE = String.raw`(?<whole>\d{1,3}(?:,\d{3}){1,3}|\d{1,6}) (?=[1-9]\d{0,3} ?/ ?\d{1,4}(?!\d|[.,]\d))`;
/** A number: digits, marks between thousands, a point, an exponent, a fraction of two such, a percent sign. */
export const NUMBER = new RegExp(
  `(?:${SIGN})?(?:${WHOLE})?(?<top>${UNSIGNED})(?: ?/ ?(?<bottom>${UNSIGNED}))?(?<percent> ?%)?`,
  "g",
);
const LEADING_NUMBER = new RegExp(NUMBER, "y");

/** In front of a number: it is an exponent, or what a function is taken of. */
const INSIDE = /(?:\^|(?<=[\w)])\*\*|√|(?:\\|\b)(?:sqrt|log|ln|exp|sin|cos|tan)(?:_\{?\w{1,3}\}?)?)\s?[({]?[-\u2212]?$/;
/** In front of a number: it is the exponent of a letter, as in m^2, which is no number of its own. */
const OF_LETTER = /[\p{L}°]\^\{?[-\u2212]?$/u;

/** A number as it was written: `percent` when the sign % follows it. */
export interface WrittenNumber {
  readonly value: Rational;
  readonly percent: boolean;
}

/** A number that begins at a place of a text. */
export interface NumberThere {
  /** Null for one that cannot be read, such as one that is too long, or is only a part of a formula. */
  readonly number: WrittenNumber | null;
  /** Where it ends, with the words that multiply it. */
  readonly end: number;
}

/** The number of a match of {@link NUMBER} in a text, times what the words behind it say, as in "5 million". */
export function numberAt(text: string, match: RegExpExecArray): NumberThere {
  const { factor, end } = readScale(text, match.index + match[0].length);
  const isInside = INSIDE.test(text.slice(Math.max(0, match.index - 20), match.index));
  const number = isInside ? null : parseMatch(match);
  return { number: number && factor && { ...number, value: multiply(number.value, factor) }, end };
}

function parseMatch({ groups = {} }: RegExpExecArray): WrittenNumber | null {
  const [top, bottom, whole] = [groups["top"], groups["bottom"] ?? "1", groups["whole"] ?? "0"].map((part = "") =>
    parseDecimal(part.replaceAll(/[,'’_\s]/g, "")),
  );
  const part = top && bottom && divide(top, bottom);
  // 2 5/2 is no mixed number: two numbers beside one another.
  const isMixed = groups["whole"] !== undefined;
  if (!part || !whole || (isMixed && part.numerator >= part.denominator)) return null;
  const value = add(whole, part);
  const negative = groups["sign"] !== undefined && groups["sign"] !== "+";
  return { value: negative ? negate(value) : value, percent: groups["percent"] !== undefined };
}

/** The last number in a text. The exponent of a unit or a variable is none. */
export function readLastNumber(text: string): WrittenNumber | null {
  const end = plainNotation(text.slice(-MAX_SEARCHED));
  const match = lastMatch(end);
  return match === undefined ? null : numberAt(end, match).number;
}

/** The match of {@link NUMBER} for the last number in a text in plain notation. */
export function lastMatch(text: string): RegExpExecArray | undefined {
  const isNumber = ({ index }: RegExpExecArray): boolean => !OF_LETTER.test(text.slice(Math.max(0, index - 4), index));
  return [...text.matchAll(NUMBER)].findLast(isNumber);
}

/** The number that a text is, but for white space and a currency sign in front. */
export function readWholeNumber(text: string): WrittenNumber | null {
  if (text.length > MAX_SEARCHED) return null;
  const found = readLeadingNumber(
    plainNotation(text)
      .trim()
      .replace(/^[$€£]/, ""),
  );
  return found?.rest === "" ? found.number : null;
}

/** The number that a text begins with, null where that is unreadable, and what follows; undefined when it begins otherwise. */
export function readLeadingNumber(
  text: string,
): { readonly number: WrittenNumber | null; readonly rest: string } | undefined {
  LEADING_NUMBER.lastIndex = 0;
  const match = LEADING_NUMBER.exec(text);
  if (match === null) return undefined;
  const { number, end } = numberAt(text, match);
  return { number, rest: text.slice(end) };
}
