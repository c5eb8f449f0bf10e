import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import {
  divide,
  formatRational,
  isWithin,
  negate,
  parseDecimal,
  type Rational,
  type Tolerance,
} from "../../core/rational.ts";

const options = z.strictObject({
  read: z
    .enum(["last", "whole"])
    .default("last")
    .describe("What the response's answer is: the last number in it, or the whole response."),
  absolute: z.number().nonnegative().default(0).describe("Largest difference that still passes."),
  relative: z.number().nonnegative().default(0).describe("Largest difference that passes, as a part of the answer."),
});

/** Only the end of a longer response is searched for its last number. */
const MAX_SEARCHED = 20_000;

// Every part that follows the first digit is optional, and no two parts can begin alike: nothing to backtrack into.
const UNSIGNED = String.raw`(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`;
/** A minus is a sign unless it stands behind something that it could subtract from. */
const SIGN = String.raw`(?<![\w.)\]}%])(?<sign>[-+\u2212])[$€£]?`;
const NUMBER = new RegExp(`(?:${SIGN})?(?<top>${UNSIGNED})(?: ?/ ?(?<bottom>${UNSIGNED}))?(?<percent> ?%)?`, "g");

/** A number as it was written: `percent` when the sign % follows it. */
interface WrittenNumber {
  readonly value: Rational;
  readonly percent: boolean;
}

function parseMatch({ groups = {} }: RegExpMatchArray): WrittenNumber | null {
  const top = parseDecimal((groups["top"] ?? "").replaceAll(",", ""));
  const bottom = parseDecimal((groups["bottom"] ?? "1").replaceAll(",", ""));
  const value = top && bottom && divide(top, bottom);
  if (value === null) return null;
  const negative = groups["sign"] !== undefined && groups["sign"] !== "+";
  return { value: negative ? negate(value) : value, percent: groups["percent"] !== undefined };
}

function readLast(text: string): WrittenNumber | null {
  const match = [...text.slice(-MAX_SEARCHED).matchAll(NUMBER)].at(-1);
  return match === undefined ? null : parseMatch(match);
}

function readWhole(text: string): WrittenNumber | null {
  const bare = text.trim().replace(/^[$€£]/, "");
  const [match] = bare.length > MAX_SEARCHED ? [] : bare.matchAll(NUMBER);
  return match !== undefined && match[0].length === bare.length ? parseMatch(match) : null;
}

/** A percentage beside a plain number stands for itself or for its hundredth; two percentages are compared as they are. */
function matches(found: WrittenNumber, reference: WrittenNumber, tolerance: Tolerance): boolean {
  if (isWithin(found.value, reference.value, tolerance)) return true;
  if (found.percent === reference.percent) return false;
  return isWithin(
    found.percent ? hundredth(found.value) : found.value,
    reference.percent ? hundredth(reference.value) : reference.value,
    tolerance,
  );
}

function hundredth({ numerator, denominator }: Rational): Rational {
  return { numerator, denominator: denominator * 100n };
}

/** A double as the decimal that it prints as; the schema leaves no other than finite ones that are not negative. */
function toRational(value: number): Rational {
  return parseDecimal(String(value)) ?? { numerator: 0n, denominator: 1n };
}

/**
 * Passes a response whose number equals the reference answer, compared exactly as fractions, within the tolerances.
 * Reads integers and decimals with a point, commas between thousands, a/b, exponents, %, and a currency sign in front;
 * never words such as NaN and Infinity. 50% equals 50% and both 50 and 0.5, whichever the answer is.
 * An answer that is no number throws: it says nothing about the response.
 */
export const numeric = defineVerifier({
  name: "numeric",
  version: "1",
  options,
  verify({ response, answer }, { read, absolute, relative }) {
    const reference = readWhole(answer);
    if (reference === null)
      throw new Error(`the reference answer ${JSON.stringify(answer.slice(0, 100))} is not a number`);
    const found = read === "last" ? readLast(response) : readWhole(response);
    if (found === null) return { passed: false };
    const tolerance = { absolute: toRational(absolute), relative: toRational(relative) };
    return {
      passed: matches(found, reference, tolerance),
      extracted: formatRational(found.value) + (found.percent ? "%" : ""),
    };
  },
});
