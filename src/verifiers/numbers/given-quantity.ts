import { isEqual } from "../../core/rational.ts";
import { looksLikeMath, withSigns } from "../math/read-prose.ts";
import { anyOf, phrasesFor } from "../text/answer-phrases.ts";
import { endsInPart } from "./is-part.ts";
import { plainNotation } from "./plain-notation.ts";
import {
  endsInAlternatives,
  readFirstQuantity,
  readLastQuantity,
  readWholeQuantity,
  type Quantity,
} from "./quantity.ts";
import { readStatedNumber } from "./stated-number.ts";
import { readLastNumber, type WrittenNumber } from "./written-number.ts";

const BEGINS_WITH_NUMBER = /^[\s$€£({[+\-\u2212\\]{0,5}\.?\d/;
/** Behind the last of these stands what a formula comes to. */
const EQUALITY = /(?<![<>!≠:])=|\\(?:approx|simeq|implies|Rightarrow|to)(?![a-zA-Z])|[≈⇒→]/;
const OR = new RegExp(anyOf(phrasesFor("or")), "iu");
/** What no formula holds: letters of scripts without cases, and a rate (`12/hour`). */
const WORDED = /\p{Lo}|\d ?\/ ?[a-z]{2}/iu;
/** Between several values. */
const SEPARATOR = /[,;](?=\s|\\ |[A-Za-z])|\\\\|\\q?quad\b|\band\b|&/;

/** Whether a text begins with a number, marks aside. */
export function beginsWithNumber(text: string): boolean {
  return BEGINS_WITH_NUMBER.test(text);
}

/**
 * The quantity that a text says which is given as an answer: a formula that is one or comes to one (`n = 5`, `2 + 3 = 5 km`),
 * the number that words begin with ("18 dollars a day for 5 days"), else the last one. Null where there is none, where it
 * is a part of something else, and where there are several.
 */
export function readGivenQuantity(text: string, hasUnits: boolean): Quantity | null {
  const given = withSigns(text);
  const isFormula = looksLikeMath(given) && !WORDED.test(given);
  if (OR.test(given) || (!isFormula && !beginsWithNumber(given))) return readEndQuantity(given, hasUnits);
  if (isFormula) return readFormula(given, hasUnits);
  const stated = readStatedNumber(given);
  if (!stated) return null;
  return hasUnits ? readFirstQuantity(given) : { ...stated, unit: null };
}

/** The last quantity of a text; null where it is a part of something else, or one of two. */
export function readEndQuantity(text: string, hasUnits: boolean): Quantity | null {
  const given = withSigns(text);
  if (endsInPart(given)) return null;
  if (hasUnits) return readLastQuantity(given);
  const number = endsInAlternatives(given) ? null : readLastNumber(given);
  // The minutes of "5 hours and 2 minutes" are not all.
  const whole = readLastQuantity(given);
  return number && whole?.unit && !isEqual(whole.value, number.value) ? null : withoutUnit(number);
}

function readFormula(text: string, hasUnits: boolean): Quantity | null {
  const parts = text.split(EQUALITY);
  const at = parts.findLastIndex((part) => /\d/.test(part));
  if (parts.some((part, index) => index !== at && SEPARATOR.test(part))) return null;
  const value = parts[at]?.replaceAll(MARKS, "").replace(MONEY, "$1") ?? "";
  const whole = readWholeQuantity(plainNotation(value).replaceAll(/ {2,}/g, " "));
  if (whole === null) return null;
  return hasUnits ? whole : withoutUnit(whole);
}

/** What marks a value as one that is emphasised or displayed. */
const MARKS = /^(?:[\s*]|\$\$)+|(?:[\s*]|\$\$)+$/g;
/** An amount of money in dollars that mark a formula. */
const MONEY = /^\$(\\\$[^$]+)\$$/;

function withoutUnit(number: WrittenNumber | null): Quantity | null {
  return number && { value: number.value, percent: number.percent, unit: null };
}
