import { add, isEqual, negate } from "../../core/rational.ts";
import { anyOf, phrasesFor } from "../text/answer-phrases.ts";
import { plainNotation } from "./plain-notation.ts";
import { baseOf, convert, readUnit, type Unit } from "./units.ts";
import { MAX_SEARCHED, NUMBER, numberAt, type WrittenNumber } from "./written-number.ts";

/** A number with the unit that stands behind it, or a currency in front. */
export interface Quantity extends WrittenNumber {
  readonly unit: Unit | null;
}

interface FoundQuantity {
  /** Null for a number that cannot be read. */
  readonly quantity: Quantity | null;
  readonly start: number;
  readonly end: number;
}

/** The last quantity in a text; null where it is one of two: see {@link endsInAlternatives}. */
export function readLastQuantity(text: string): Quantity | null {
  const quantities = quantitiesIn(plainNotation(text.slice(-MAX_SEARCHED)));
  return endsInAlternatives(text) ? null : (quantities.at(-1)?.quantity ?? null);
}

/** The first quantity in a text. */
export function readFirstQuantity(text: string): Quantity | null {
  return quantitiesIn(plainNotation(text.slice(0, MAX_SEARCHED)))[0]?.quantity ?? null;
}

/**
 * Whether "or" stands beside the last number of a text, so that it may be the answer or not: "four or 5", "5 or 6". Not so
 * where it joins the same twice: "120 minutes or 2 hours".
 */
export function endsInAlternatives(text: string): boolean {
  const lastDigit = /\d\D*$/.exec(text.slice(-MAX_SEARCHED));
  if (lastDigit === null) return false;
  const plain = plainNotation(text.slice(-(lastDigit[0].length + MAX_TAIL)));
  const [last, before] = quantitiesIn(plain).reverse();
  if (!last?.quantity) return false;
  if (OR_BEHIND.test(plain.slice(last.end, last.end + MAX_BETWEEN))) return true;
  const between = plain.slice(Math.max(before?.end ?? 0, last.start - MAX_BETWEEN), last.start);
  if (!OR_BEFORE.test(between)) return false;
  const isNear = before !== undefined && last.start - before.end < MAX_BETWEEN;
  return !(isNear && before.quantity && areEqual(before.quantity, last.quantity));
}

const OR = anyOf(phrasesFor("or"));
const OR_BEFORE = new RegExp(String.raw`${OR}(?: (?:maybe|perhaps|possibly|even))?[\s*(]{0,3}[$€£]?$`, "iu");
const OR_BEHIND = new RegExp(String.raw`^[\s*),]{0,3}${OR}(?![\p{L}'’])`, "iu");
/** Characters that are read in front of the last digit: more than two numbers with their units. */
const MAX_TAIL = 300;
/** So far from a quantity another one is looked for that it is an alternative to. */
const MAX_BETWEEN = 40;

function areEqual(first: Quantity, second: Quantity): boolean {
  if (first.unit === null || second.unit === null) return isEqual(first.value, second.value);
  if (first.unit.dimension !== second.unit.dimension) return false;
  return isEqual(convert(first.value, first.unit, second.unit), second.value);
}

/** One or two words behind a number that say what was counted. */
const COUNTED = /^[ -](?!(?:or|and|to|not)\b)\p{L}{2,30}(?: \p{L}{2,30})?$/u;

/**
 * The quantity that a text is, but for white space and a full stop. Words that are no unit, as in "5 apples", make it a
 * number of things; anything else makes it none.
 */
export function readWholeQuantity(text: string): Quantity | null {
  if (text.length > MAX_SEARCHED) return null;
  const plain = plainNotation(text).trim().replace(/\.$/, "");
  const [found, ...others] = quantitiesIn(plain);
  if (found === undefined || others.length > 0 || found.start !== 0) return null;
  if (found.end === plain.length) return found.quantity;
  const isCount = found.quantity?.unit === null && COUNTED.test(plain.slice(found.end));
  return isCount ? { ...found.quantity, unit: baseOf({ dimension: "" }) } : null;
}

/** Longer names of units are not read. */
const MAX_UNIT = 100;

/** The quantities in a text from left to right. The digits of a unit, as in m^2, are no numbers. */
function quantitiesIn(text: string): FoundQuantity[] {
  const found: FoundQuantity[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const last = found.at(-1);
    if (last !== undefined && match.index < last.end) continue;
    const next = quantityAt(text, match);
    const sum = last === undefined ? null : sumOf(last, next, text);
    if (sum === null) found.push(next);
    else found[found.length - 1] = sum;
  }
  return found;
}

function quantityAt(text: string, match: RegExpExecArray): FoundQuantity {
  const { number, end } = numberAt(text, match);
  const before = /[$€£]/.exec(text.slice(Math.max(0, match.index - 1), match.index))?.[0] ?? "";
  const money = before || (/[$€£]/.exec(match[0])?.[0] ?? "");
  const gap = money === "" ? (/^[ -]?/.exec(text.slice(end, end + 1))?.[0] ?? "") : "";
  const rest = money + text.slice(end + gap.length, end + MAX_UNIT);
  const named = match.groups?.["percent"] === undefined ? readUnit(rest, 0) : null;
  return {
    quantity: number && { ...number, unit: named?.unit ?? null },
    start: match.index - before.length,
    end: named === null ? end : end + gap.length + named.end - money.length,
  };
}

/** What two quantities are together that are one: "5 ft 3 in", "1 hour and 30 minutes". Null where they are two. */
function sumOf(first: FoundQuantity, second: FoundQuantity, text: string): FoundQuantity | null {
  const [large, small] = [first.quantity, second.quantity];
  if (!large?.unit || !small?.unit || large.unit.dimension !== small.unit.dimension) return null;
  if (large.value.numerator < 0n || !/^(?:,? ?(?:and )?)$/.test(text.slice(first.end, second.start))) return null;
  const difference = add(large.unit.factor, negate(small.unit.factor));
  if (difference.numerator <= 0n || large.unit.offset.numerator !== 0n) return null;
  const value = add(large.value, convert(small.value, small.unit, large.unit));
  return { quantity: { ...large, value }, start: first.start, end: second.end };
}
