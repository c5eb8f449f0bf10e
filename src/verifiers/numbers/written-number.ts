import { divide, negate, parseDecimal, type Rational } from "../../core/rational.ts";

/** Only the end of a longer response is searched for its answer. */
export const MAX_SEARCHED = 20_000;

// Every part that follows the first digit is optional, and no two parts can begin alike: nothing to backtrack into.
const UNSIGNED = String.raw`(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`;
/** A minus is a sign unless it stands behind something that it could subtract from. */
const SIGN = String.raw`(?<![\w.)\]}%])(?<sign>[-+\u2212])[$€£]?`;
/** A number: digits, commas between thousands, a point, an exponent, a fraction of two such, a percent sign. */
export const NUMBER = new RegExp(
  `(?:${SIGN})?(?<top>${UNSIGNED})(?: ?/ ?(?<bottom>${UNSIGNED}))?(?<percent> ?%)?`,
  "g",
);
const LEADING_NUMBER = new RegExp(NUMBER, "y");

/** A number as it was written: `percent` when the sign % follows it. */
export interface WrittenNumber {
  readonly value: Rational;
  readonly percent: boolean;
}

/** The number of a match of {@link NUMBER}; null when it is too long to be read, or divided by zero. */
export function parseMatch({ groups = {} }: RegExpMatchArray): WrittenNumber | null {
  const top = parseDecimal((groups["top"] ?? "").replaceAll(",", ""));
  const bottom = parseDecimal((groups["bottom"] ?? "1").replaceAll(",", ""));
  const value = top && bottom && divide(top, bottom);
  if (value === null) return null;
  const negative = groups["sign"] !== undefined && groups["sign"] !== "+";
  return { value: negative ? negate(value) : value, percent: groups["percent"] !== undefined };
}

/** The last number in a text. */
export function readLastNumber(text: string): WrittenNumber | null {
  const match = [...text.slice(-MAX_SEARCHED).matchAll(NUMBER)].at(-1);
  return match === undefined ? null : parseMatch(match);
}

/** The number that a text is, but for white space and a currency sign in front. */
export function readWholeNumber(text: string): WrittenNumber | null {
  const bare = text.trim().replace(/^[$€£]/, "");
  const [match] = bare.length > MAX_SEARCHED ? [] : bare.matchAll(NUMBER);
  return match !== undefined && match[0].length === bare.length ? parseMatch(match) : null;
}

/** The number that a text begins with, null where that is unreadable, and what follows; undefined when it begins otherwise. */
export function readLeadingNumber(
  text: string,
): { readonly number: WrittenNumber | null; readonly rest: string } | undefined {
  LEADING_NUMBER.lastIndex = 0;
  const match = LEADING_NUMBER.exec(text);
  return match === null ? undefined : { number: parseMatch(match), rest: text.slice(match[0].length) };
}
