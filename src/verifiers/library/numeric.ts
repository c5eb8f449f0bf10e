import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { formatRational, isWithin, parseDecimal, type Rational, type Tolerance } from "../../core/rational.ts";
import { readLastQuantity, readWholeQuantity, type Quantity } from "../numbers/quantity.ts";
import { baseOf, convert, type Unit } from "../numbers/units.ts";
import { readLastNumber, readWholeNumber, type WrittenNumber } from "../numbers/written-number.ts";
import { withoutThinking } from "../text/without-thinking.ts";

const options = z.strictObject({
  read: z
    .enum(["last", "whole"])
    .default("last")
    .describe("What the response's answer is: the last number in it, or the whole response."),
  absolute: z.number().nonnegative().default(0).describe("Largest difference that still passes."),
  relative: z.number().nonnegative().default(0).describe("Largest difference that passes, as a part of the answer."),
  units: z
    .enum(["ignored", "optional", "required"])
    .default("ignored")
    .describe("Whether units count, and whether a response may leave out the unit that the answer has."),
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

/** Whether a quantity equals the reference answer; the tolerances are in the unit of that. */
function equals(found: Quantity, reference: Quantity, tolerance: Tolerance): boolean {
  if (found.unit === null || reference.unit === null) return matches(found, reference, tolerance);
  if (found.unit.dimension !== reference.unit.dimension) return false;
  return isWithin(convert(found.value, found.unit, reference.unit), reference.value, tolerance);
}

function textOf({ value, percent }: Quantity, unit: Unit | null): string {
  if (unit === null) return formatRational(value) + (percent ? "%" : "");
  return `${formatRational(convert(value, unit, baseOf(unit)))} ${unit.dimension}`.trim();
}

function read(text: string, where: "last" | "whole", units: "ignored" | "optional" | "required"): Quantity | null {
  if (units !== "ignored") return where === "last" ? readLastQuantity(text) : readWholeQuantity(text);
  const number = where === "last" ? readLastNumber(text) : readWholeNumber(text);
  return number && { ...number, unit: null };
}

/**
 * Passes a response whose number equals the reference answer, compared exactly as fractions, within the tolerances.
 * Reads integers and decimals with a point, marks or spaces between thousands, a/b, 2 1/2, exponents, powers of ten, %, a
 * currency sign in front, and words that multiply, such as million and dozen; never words such as NaN and Infinity. A
 * number that is only a part of a formula, as in `√5`, `2^5` and `5π`, fails. 50% equals 50% and both 50 and 0.5, whichever the answer is.
 * When units count, 5 km equals 5000 m and 5 ft 3 in equals 63 inches; a unit of another kind fails. A response's unit
 * is not looked at where the answer has none. What an answer such as "5 apples" counts need not be in the response, which
 * may have no unit of measurement.
 * What is thought in `<think>` is not read.
 * An answer that is no number, or has a unit that is not known, throws: it says nothing about the response.
 */
export const numeric = defineVerifier({
  name: "numeric",
  version: "1",
  options,
  verify({ response, answer }, { read: where, absolute, relative, units }) {
    const reference = read(answer, "whole", units);
    if (reference === null) {
      const what = units === "ignored" ? "a number" : "a number with a known unit, or with none";
      throw new Error(`the reference answer ${JSON.stringify(answer.slice(0, 100))} is not ${what}`);
    }
    const found = read(withoutThinking(response), where, units);
    if (found === null) return { passed: false };
    const tolerance = { absolute: toRational(absolute), relative: toRational(relative) };
    const isMissing = found.unit === null && Boolean(reference.unit?.dimension);
    const isComplete = !(isMissing && units === "required");
    return {
      passed: isComplete && equals(found, reference, tolerance),
      extracted: textOf(found, isMissing && units === "optional" ? reference.unit : found.unit),
    };
  },
});
