import { divide, negate, parseDecimal, type Rational } from "../../core/rational.ts";

/** A number that stands by itself in a normalised text. */
export interface WrittenNumber {
  readonly value: Rational;
  /** Whether the sign % follows it. */
  readonly percent: boolean;
  /** Where it begins and ends. */
  readonly start: number;
  readonly end: number;
}

const UNSIGNED = String.raw`(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?`;
/** A minus is a sign unless it stands behind something that it could subtract from. */
const SIGN = String.raw`(?:(?<![\w.)\]%])(?<sign>[-+])|(?<negative>\bnegative ))?`;
/** Not inside a word, a longer number, a ratio or a version, and neither an exponent nor an index. */
const BEFORE = String.raw`(?<![\p{L}\d]|\d[.:/]|[\p{L}\d)\]|][\^_][-+]?\(?)`;
/** Not a base or a coefficient (but m, g, s, h and l are units), an ordinal, or the beginning of something longer. */
const AFTER = String.raw`(?!\d|[.:/]\d| ?\^|(?:[a-fi-kn-rt-z]|pi|sqrt)(?!\p{L})|(?:st|nd|rd|th)(?!\p{L}))`;
const NUMBER = new RegExp(
  `${SIGN}${BEFORE}(?<top>${UNSIGNED})(?: ?/ ?(?<bottom>${UNSIGNED}))?(?<percent> ?%)?${AFTER}`,
  "gu",
);

/**
 * The numbers of a text that `normaliseText` made: integers, decimals and fractions, by their exact values. A fraction
 * that is not in lowest terms is a calculation still to be done, and no number.
 */
export function writtenNumbers(text: string): WrittenNumber[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    const { sign, negative, top = "", bottom, percent } = match.groups ?? {};
    const value = bottom === undefined ? parseDecimal(top) : reducedFraction(top, bottom);
    if (value === null) return [];
    const isNegative = sign === "-" || negative !== undefined;
    return {
      value: isNegative ? negate(value) : value,
      percent: percent !== undefined,
      start: match.index,
      end: match.index + match[0].length,
    };
  });
}

/** Whether two numbers say the same. A percentage beside a plain number stands for itself or for its hundredth. */
export function saysTheSame(first: WrittenNumber, second: WrittenNumber): boolean {
  if (isEqual(first.value, second.value)) return true;
  if (first.percent === second.percent) return false;
  const [percentage, plain] = first.percent ? [first, second] : [second, first];
  const { numerator, denominator } = percentage.value;
  return numerator * plain.value.denominator === plain.value.numerator * denominator * 100n;
}

function reducedFraction(top: string, bottom: string): Rational | null {
  const [over, under] = [parseDecimal(top), parseDecimal(bottom)];
  const value = over && under && divide(over, under);
  return value !== null && under?.denominator === 1n && under.numerator !== 1n && value.denominator === under.numerator
    ? value
    : null;
}

function isEqual(first: Rational, second: Rational): boolean {
  return first.numerator === second.numerator && first.denominator === second.denominator;
}
