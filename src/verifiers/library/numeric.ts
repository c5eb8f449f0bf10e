import { z } from "zod";
import { answerOption, answerSource, type AnswerSource } from "../answer/answer-option.ts";
import { withoutOpenBoxes } from "../answer/find-boxes.ts";
import { type AnswerReader, findStated } from "../answer/find-stated.ts";
import { withoutNegated } from "../answer/without-negated.ts";
import { defineVerifier } from "../define-verifier.ts";
import { formatRational, isWithin, parseDecimal, type Rational, type Tolerance } from "../../core/rational.ts";
import { beginsWithNumber, readEndQuantity, readGivenQuantity } from "../numbers/given-quantity.ts";
import { readWholeQuantity, type Quantity } from "../numbers/quantity.ts";
import { baseOf, convert, type Unit } from "../numbers/units.ts";
import { MAX_SEARCHED, readWholeNumber, type WrittenNumber } from "../numbers/written-number.ts";
import { goldsOf } from "../text/golds.ts";
import { unifyCharacters } from "../text/unify-characters.ts";

const options = z.strictObject({
  read: z
    .enum(["last", "whole"])
    .default("last")
    .describe(
      "What is read: the last number of what counts as the answer, or `whole`: the response, or its box, has to be a number and nothing else.",
    ),
  answer: answerOption,
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

type Options = z.output<typeof options>;

/** The quantity that a text is and nothing else, or a number as one without a unit. */
function readWhole(text: string, units: Options["units"]): Quantity | null {
  if (units !== "ignored") return readWholeQuantity(text);
  const number = readWholeNumber(text);
  return number && { ...number, unit: null };
}

/** What a response states as its answer: a quantity, or null where it begins with a number and is none. */
interface StatedQuantity {
  readonly quantity: Quantity | null;
}

/** How quantities are read where a response states its answer. */
function readerOf({ read: where, units }: Options): AnswerReader<StatedQuantity> {
  const read = (text: string): Quantity | null =>
    where === "last" ? readGivenQuantity(text, units !== "ignored") : readWhole(text, units);
  const found = (quantity: Quantity | null): StatedQuantity | null => quantity && { quantity };
  return {
    boxed({ contents: [content, ...others], approximation }) {
      // Several boxes that are one answer together are no number.
      return content === undefined || others.length > 0 ? null : found(read(approximation ?? content));
    },
    tagged: (content) => found(read(content)),
    statement({ claim, clause, behindClause }, strictness) {
      if (strictness === "alone") return found(readWhole(claim, units));
      if (beginsWithNumber(clause)) return { quantity: SEVERAL.test(behindClause) ? null : read(clause) };
      return strictness === "first" ? null : found(read(claim));
    },
  };
}

/** Behind a clause: another number beside the one that it begins with, which may be no more than an explanation. */
const SEVERAL = /^[,;]\s?(?:(?:and|or)\s)?[-$]?\d/;

/** The quantity that a response gives as its answer. */
function readResponse(response: string, source: AnswerSource, settings: Options): Quantity | null {
  const { read: where, units } = settings;
  const isTorn = source.isCut && source.from !== "any";
  if (where === "whole" && source.from !== "boxed") {
    return isTorn || response.length > MAX_SEARCHED ? null : readWhole(unifyCharacters(response), units);
  }
  const end = withoutOpenBoxes(unifyCharacters(response.slice(-MAX_SEARCHED)));
  const stated = findStated(end, source, readerOf(settings));
  if (stated !== undefined || source.from === "boxed") return stated?.quantity ?? null;
  if (source.from === "any") return readEndQuantity(withoutNegated(end), units !== "ignored");
  const whole = end.trim();
  return isTorn || whole.length > MAX_WHOLE ? null : readWhole(whole.replaceAll(MARKS_AROUND, ""), units);
}

/** A longer response is more than a number with its unit. */
const MAX_WHOLE = 200;

/** Markup around a response that is nothing but a number, and the full stop behind it. */
const MARKS_AROUND = /^[\s*`]+|[\s*`]*(?:(?![!?])\p{Sentence_Terminal})?[\s*`]*$/gu;

/**
 * Passes a response whose number equals the reference answer, compared exactly as fractions, within the tolerances.
 * Reads the number that the response states as its answer, else the last one (see the option `answer`).
 * Reads integers and decimals with a point, marks or spaces between thousands, a/b, 2 1/2, exponents, powers of ten, %, a
 * currency sign in front, and words that multiply, such as million and dozen, and 万; never words such as NaN and
 * Infinity. A number that is only a part of a formula, as in `√5`, `2^5` and `5π`, fails, and so does one of two ("5 or 6").
 * 50% equals 50% and both 50 and 0.5, whichever the answer is.
 * When units count, 5 km equals 5000 m and 5 ft 3 in equals 63 inches; a unit of another kind fails. A response's unit
 * is not looked at where the answer has none. What an answer such as "5 apples" counts need not be in the response, which
 * may have no unit of measurement.
 * Of several reference answers, those of the problem's `answers` where it has that list, one has to be equal; the details
 * name it. One that is no number, or has a unit that is not known, throws: it says nothing about the response.
 */
export const numeric = defineVerifier({
  name: "numeric",
  version: "2",
  options,
  verify({ problem, response, answer, truncated }, settings) {
    const references = goldsOf(problem, answer);
    const quantities = references.map((reference) => readReference(reference, settings.units));
    const found = readResponse(response, answerSource(settings.answer, truncated), settings);
    if (found === null) return { passed: false };
    const index = quantities.findIndex((quantity) => passes(found, quantity, settings));
    const reference = quantities[Math.max(0, index)] as Quantity;
    const isMissing = found.unit === null && Boolean(reference.unit?.dimension);
    const named = references.length > 1 ? { details: { reference: references[index] ?? null } } : {};
    return {
      passed: index !== -1,
      extracted: textOf(found, isMissing && settings.units === "optional" ? reference.unit : found.unit),
      ...named,
    };
  },
});

function readReference(reference: string, units: Options["units"]): Quantity {
  const quantity = readWhole(unifyCharacters(reference), units);
  if (quantity !== null) return quantity;
  const what = units === "ignored" ? "a number" : "a number with a known unit, or with none";
  throw new Error(`the reference answer ${JSON.stringify(reference.slice(0, 100))} is not ${what}`);
}

function passes(found: Quantity, reference: Quantity, { units, absolute, relative }: Options): boolean {
  const isMissing = found.unit === null && Boolean(reference.unit?.dimension);
  if (isMissing && units === "required") return false;
  return equals(found, reference, { absolute: toRational(absolute), relative: toRational(relative) });
}
