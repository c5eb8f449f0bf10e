import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { formatRational, isWithin, parseDecimal, type Rational, type Tolerance } from "../../core/rational.ts";
import { readLast, readWhole, type WrittenNumber } from "./written-number.ts";

const options = z.strictObject({
  read: z
    .enum(["last", "whole"])
    .default("last")
    .describe("What the response's answer is: the last number in it, or the whole response."),
  absolute: z.number().nonnegative().default(0).describe("Largest difference that still passes."),
  relative: z.number().nonnegative().default(0).describe("Largest difference that passes, as a part of the answer."),
});

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
