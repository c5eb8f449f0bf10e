import { isArgument, isBounded } from "../math/read-prose.ts";
import { plainNotation } from "./plain-notation.ts";
import { readUnit } from "./units.ts";
import { lastMatch, MAX_SEARCHED, numberAt } from "./written-number.ts";

/** What stands around a number is looked at this far. */
const AROUND = 60;

/**
 * In front of a number: what it is reckoned with (`3 + `, `10 - `, `2\pi/`), the letter that it is an index of (`a_`), the
 * first argument of a command (`\binom{10}{`), the hours of a time, or a sign that leaves two numbers.
 */
const RECKONED =
  /(?:[\w)\]}] ?[+×·÷⋅\u2212/] ?|[\d)\]}] ?\*{1,2} ?|(?:\d|(?<![\p{L}\d])[A-Za-z]|[)\]}]) ?- ?|[A-Za-z}]_\{?|\}\{|\d:|(?:±|\\pm\b) ?)[$€£]?$/u;
/** Behind it: a sum goes on, or a time or ratio, or it is the coefficient of a symbol. */
const GOES_ON = /^(?: ?(?:[+×·÷⋅±π√]|\\pm\b|\\pi\b|\\sqrt\b) ?[$(\\\w]|:\d|[_^(]|\s?\*(?=[\d(]))/;
/** Short for a multiplier behind money: $5K. */
const SHORT = /^[kKmMbBtT](?![\p{L}\d])/u;

/**
 * Whether the last number of a text is only a part of something that it says: a bound ("at least 5"), a term or factor, a
 * part of a tuple, an index, the minutes of a time, the coefficient of a letter that is no unit (`5x`, `5k`).
 */
export function endsInPart(text: string): boolean {
  const plain = plainNotation(text.slice(-MAX_SEARCHED));
  const match = lastMatch(plain);
  if (match === undefined) return false;
  const before = plain.slice(Math.max(0, match.index - AROUND), match.index);
  const { end } = numberAt(plain, match);
  const behind = plain.slice(end, end + AROUND);
  if (isBounded(before) || RECKONED.test(before) || GOES_ON.test(behind)) return true;
  return isCoefficient(match[0] + before.slice(-1), behind) || isArgument(before, match[0] + behind);
}

function isCoefficient(written: string, behind: string): boolean {
  if (/[$€£]/.test(written) && SHORT.test(behind)) return true;
  const [letter] = /^[A-Za-z](?![\p{L}\d'’])/u.exec(behind) ?? [];
  return letter !== undefined && readUnit(letter, 0) === null;
}
