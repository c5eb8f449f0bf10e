import { isEqual, type Rational } from "../../../core/rational.ts";
import type { Unit } from "../../numbers/units.ts";
import { numberNode } from "../parse/build-expression.ts";
import { areAnswersEqual } from "./compare-answers.ts";
import { apply, childrenOf, type Expression, variablesOf } from "../expression.ts";
import { MAX_ALTERNATIVES } from "../limits.ts";
import { type Answer, comparableText } from "../read-answer.ts";
import { areClocksEqual, readClock } from "../read/read-clock.ts";
import { alignNames, areShifted } from "./align-names.ts";
import { beginsWithNumberWord } from "../parse/number-words.ts";
import { isUnit, unitOf } from "../units.ts";

/** How an answer was found to be the reference answer: by its text or by what it says; null when it is not. */
export function matchAnswers(gold: Answer, response: Answer): Match {
  if (gold.written === response.written) return "text";
  return (
    matchAligned(gold, response) ??
    (response.rounded && matchRead(gold, asRounded(response))) ??
    (gold.rounded && matchRead(asRounded(gold), response))
  );
}

type Match = "text" | "value" | null;

/** An answer as the decimal that it is rounded to. */
function asRounded(answer: Answer): Answer {
  return { ...answer, written: "", expression: answer.rounded };
}

/** The same once letters that may be chosen freely, such as the k of "k is any whole number", have one name in both. */
function matchAligned(gold: Answer, response: Answer): Match {
  if (gold.expression === null || response.expression === null) return matchRead(gold, response);
  const aligned = alignNames(
    { ...gold, expression: gold.expression },
    { ...response, expression: response.expression },
  );
  if (aligned === null) return null;
  const [own, other] = aligned.expressions;
  const match = matchRead({ ...gold, expression: own }, { ...response, expression: other });
  return match ?? (aligned.shifts !== null && areShifted(own, other, aligned.shifts) ? "value" : null);
}

function matchRead(gold: Answer, response: Answer): Match {
  if (isLetter(gold, response.label) || isLetter(response, gold.label)) return "value";
  if (gold.label !== null && response.label !== null && gold.label !== response.label) return null;
  const clock = readClock(gold.written);
  if (clock !== null) {
    const other = readClock(response.written);
    return other !== null && areClocksEqual(clock, other) ? "value" : null;
  }
  if (!isRead(gold) || !isRead(response))
    return comparableText(gold.written) === comparableText(response.written) ? "text" : null;
  if (countDifferentThings(gold, response)) return null;
  if (isMeasured(gold)) {
    const [items, others] = [itemsOf(gold), itemsOf(response)];
    if (items !== null && others !== null) return holdSame(items, others) ? "value" : null;
    if (items !== null && holdDifferentUnits(items)) {
      // Without their units only the order tells apples from oranges.
      const ordered: Expression = { kind: "bracket", open: "(", close: ")", items: items.map(({ value }) => value) };
      return areAnswersEqual(ordered, response.expression) ? "value" : null;
    }
  }
  const several = itemsOf(response);
  const [once] = several ?? [];
  if (several !== null && once !== undefined && gold.expression.kind !== "list") {
    // The same answer in several units: 3.5 hours, or 210 minutes.
    if (!several.every((item) => areItemsEqual(once, item))) return null;
    return several.some((item) => areQuantitiesEqual(quantityOf(gold, true), item)) ? "value" : null;
  }
  const { value, unit } = quantityOf(response, variablesOf(gold.expression).size === 0);
  const reference = quantityOf(gold, unit !== null);
  if (areQuantitiesEqual(reference, { value, unit })) return "value";
  return areAnglesEqual(reference, { value, unit }) ? "value" : null;
}

/** Whether one is an angle in degrees, and the other the same in radians: 30° and π/6. */
function areAnglesEqual(first: Quantity, second: Quantity): boolean {
  const [degrees, radians] = first.unit === null ? [second, first] : [first, second];
  if (degrees.unit?.dimension !== "deg" || radians.unit !== null || !holdsPi(radians.value)) return false;
  return areAnswersEqual(apply("divide", apply("multiply", degrees.value, PI), HALF_TURN), radians.value);
}

const PI: Expression = { kind: "constant", name: "pi" };
const HALF_TURN = numberNode("180");

function holdsPi(node: Expression): boolean {
  return (node.kind === "constant" && node.name === "pi") || childrenOf(node).some(holdsPi);
}

function areQuantitiesEqual(gold: Quantity, response: Quantity): boolean {
  if (gold.unit === null || response.unit === null || areUnitsEqual(gold.unit, response.unit))
    return areAnswersEqual(gold.value, response.value);
  if (gold.unit.dimension !== response.unit.dimension) return false;
  return areAnswersEqual(inBaseUnits(gold.value, gold.unit), inBaseUnits(response.value, response.unit));
}

/** Whether two answers in words count different things: two real roots are not two complex roots. */
function countDifferentThings(gold: Answer, response: Answer): boolean {
  if (!beginsWithNumberWord(gold.written) || !beginsWithNumberWord(response.written)) return false;
  const [thing = null, other = null] = [gold.units[0], response.units[0]].map((unit) => unit && inSingular(unit));
  return thing !== null && other !== null && thing !== other && unitOf(thing) === null;
}

function inSingular(unit: string): string {
  return unit.toLowerCase().replace(/(?<=[a-z]{2})s$/, "");
}

/** Whether an answer is the letter of a choice alone, and that one. */
function isLetter({ expression }: Answer, label: string | null): boolean {
  return label !== null && expression?.kind === "symbol" && expression.name === label;
}

function areUnitsEqual(first: Unit, second: Unit): boolean {
  return (
    first.dimension === second.dimension && isEqual(first.factor, second.factor) && isEqual(first.offset, second.offset)
  );
}

/** A value in base units; of several, each; of an equation for a name, its value. */
function inBaseUnits(value: Expression, unit: Unit): Expression {
  const { factor, offset } = unit;
  if (value.kind === "list" || value.kind === "bracket")
    return { ...value, items: value.items.map((item) => inBaseUnits(item, unit)) };
  if (value.kind === "relation")
    return { ...value, sides: value.sides.map((side) => (side.kind === "symbol" ? side : inBaseUnits(side, unit))) };
  const number = (of: Rational): Expression => ({ kind: "number", value: of, decimal: false, base: null });
  return apply("add", apply("multiply", value, number(factor)), number(offset));
}

type Read = Answer & { readonly expression: Expression };

function isRead(answer: Answer): answer is Read {
  return answer.expression !== null;
}

interface Quantity {
  readonly value: Expression;
  readonly unit: Unit | null;
}

/**
 * An answer's value and unit. A letter that touches its number could be a unit or a variable, such as 5m: it is a unit
 * where the other answer has no variables.
 */
function quantityOf({ expression, unit }: Read, asUnit: boolean): Quantity {
  if (expression.kind !== "apply" || expression.operator !== "multiply" || !asUnit) return { value: expression, unit };
  const [value, letter, ...more] = expression.args;
  if (more.length > 0 || value?.kind !== "number" || letter?.kind !== "symbol") return { value: expression, unit };
  return isUnit(letter.name) ? { value, unit: unitOf(letter.name) } : { value: expression, unit };
}

/** One of several answers, with the text of its unit. */
interface Item extends Quantity {
  readonly text: string | null;
}

function isMeasured({ units }: Answer): boolean {
  return units.length > 1 && units.some((unit) => unit !== null);
}

/** The answers beside each other with the unit of each; null where there are not several, or none has a unit. */
function itemsOf(answer: Read): readonly Item[] | null {
  const { expression, units } = answer;
  if (!isMeasured(answer) || expression.kind !== "list" || expression.items.length !== units.length) return null;
  return expression.items.map((value, index) => {
    const text = units[index] ?? null;
    return { value, unit: unitOf(text ?? ""), text: text && inSingular(text) };
  });
}

function holdDifferentUnits(items: readonly Item[]): boolean {
  return new Set(items.flatMap(({ text }) => text ?? [])).size > 1;
}

/** Whether each item of either has its equal in the other, with what its unit says. */
function holdSame(gold: readonly Item[], response: readonly Item[]): boolean {
  if (gold.length !== response.length || gold.length > MAX_ALTERNATIVES) return false;
  const left = [...response];
  return gold.every((item) => {
    const index = left.findIndex((other) => areItemsEqual(item, other));
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
}

function areItemsEqual(gold: Item, response: Item): boolean {
  const areKnown = gold.unit !== null && response.unit !== null;
  if (!areKnown && gold.text !== null && response.text !== null && gold.text !== response.text) return false;
  return areQuantitiesEqual(gold, response);
}
