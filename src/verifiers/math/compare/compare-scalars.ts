import { divide as divideExactly, isEqual, multiply, toDouble, type Rational } from "../../../core/rational.ts";
import { type Approximation, divide, sizeOf } from "../evaluate/approximation.ts";
import { areWordsEqual } from "./compare-words.ts";
import { isConfirmed } from "../evaluate/confirm-equal.ts";
import { evaluateExact, type ExactPoint } from "../evaluate/evaluate-exact.ts";
import { type Domain, evaluateNumeric, type Point } from "../evaluate/evaluate-numeric.ts";
import { apply, childrenOf, type Expression, INDEX, variablesOf } from "../expression.ts";
import { reduceFactorials } from "../evaluate/reduce-factorials.ts";
import { resolveCalls } from "../evaluate/resolve-calls.ts";
import { samplePoints } from "../evaluate/sample-points.ts";
import { structureText } from "../evaluate/structure-text.ts";

/** Places near zero where both sides have to agree. */
const AGREED = 4;

/** A bound on rounding errors above this, or this part of the values, says that digits were lost: nothing is concluded. */
const MOST_ERROR = 1e-9;

/** math-verify rounds to six decimals where one side is a decimal; so does this, and four digits have to agree besides. */
const DECIMAL_PLACES = 1e6;
const DECIMAL_TOLERANCE = 1e-4;

/**
 * Whether two values or expressions are the same, at fixed pseudo-random points of their variables: exactly where both
 * are fractions, else by their values in complex doubles, told apart by bounds on the rounding errors. A decimal
 * stands for every value that rounds to it at six places, whole numbers excepted.
 */
export function areScalarsEqual(gold: Expression, response: Expression): boolean {
  if (haveDifferentBases(gold, response)) return false;
  const [goldValue, value] = [evaluateExact(gold), evaluateExact(response)];
  if (goldValue !== null && value !== null) return areNumbersEqual(gold, goldValue, response, value);
  const areWords = areWordsEqual(gold, response);
  if (areWords !== null) return areWords;
  if (structureText(gold) === structureText(response)) return true;
  const [left, right] = reduceFactorials(gold, response) ?? resolveCalls(gold, response);
  const variables = variablesOf(right, variablesOf(left));
  if (variables.size === 0) return areConstantsEqual(gold, response);
  return (
    agreeAtPoints(left, right, variables, (point, domain) => areEqualAt(point, domain, left, right)) &&
    isConfirmedNear(left, right, variables)
  );
}

/** Whether two expressions are the same to many digits too at the first point where both are known. */
function isConfirmedNear(gold: Expression, response: Expression, variables: ReadonlySet<string>): boolean {
  for (const point of samplePoints(gold, response, variables).near) {
    if (areEqualAt(point, "real", gold, response) === true) return isConfirmed(gold, response, point);
  }
  return true;
}

/** Whether two expressions have one value at a point: exactly where that can be worked out; null where that is not known. */
function areEqualAt(point: ExactPoint, domain: Domain, gold: Expression, response: Expression): boolean | null {
  const [goldValue, value] = [evaluateExact(gold, point), evaluateExact(response, point)];
  if (goldValue !== null && value !== null) return isEqual(goldValue, value);
  const doubles = inDoubles(point);
  const [left, right] = [evaluateNumeric(gold, doubles, domain), evaluateNumeric(response, doubles, domain)];
  const isOneExact = goldValue !== null || value !== null;
  return left && right && areApproximatelyEqual(left, right, isOneExact ? MOST_ERROR : Infinity);
}

/**
 * The constant that one expression is a multiple of another by, as far as its sign: 1 or -1; null when it is none.
 * An equation stays the same when both sides are multiplied by a constant, an inequality when that is above zero.
 */
export function signOfRatio(first: Expression, second: Expression): 1 | -1 | null {
  const variables = variablesOf(second, variablesOf(first));
  if (variables.size === 0) return null;
  // Of two constants, such as f(2) - 7 and g(3) - 2, each is a multiple of the other.
  if (!holdsVariable(first) && !holdsVariable(second)) return areScalarsEqual(first, second) ? 1 : null;
  const ratios: Ratio[] = [];
  const [over, under] = resolveCalls(first, second);
  const isConstant = agreeAtPoints(over, under, variables, (point, domain) => {
    const ratio = ratioAt(point, domain, over, under);
    if (ratio === null) return null;
    const [before = ratio] = ratios;
    ratios.push(ratio);
    return areRatiosEqual(before, ratio);
  });
  const [found] = ratios;
  if (!isConstant || found === undefined) return null;
  const { value, error } = found.approximation;
  if (sizeOf(value) <= error || Math.abs(value.im) > error) return null;
  return value.re > 0 ? 1 : -1;
}

/** Whether an expression has a variable that is not only the name of a function. */
function holdsVariable(node: Expression): boolean {
  if (node.kind === "symbol") return !node.name.startsWith(INDEX);
  const parts = childrenOf(node);
  return (node.kind === "apply" && node.operator === "call" ? parts.slice(1) : parts).some(holdsVariable);
}

/** The quotient of two expressions at a point, exactly too where that can be worked out. */
interface Ratio {
  readonly exact: Rational | null;
  readonly approximation: Approximation;
}

function ratioAt(point: ExactPoint, domain: Domain, first: Expression, second: Expression): Ratio | null {
  const doubles = inDoubles(point);
  const [left, right] = [evaluateNumeric(first, doubles, domain), evaluateNumeric(second, doubles, domain)];
  const approximation = left && right && divide(left, right);
  if (approximation === null) return null;
  const [over, under] = [evaluateExact(first, point), evaluateExact(second, point)];
  return { exact: over && under && divideExactly(over, under), approximation };
}

function areRatiosEqual(first: Ratio, second: Ratio): boolean | null {
  if (first.exact !== null && second.exact !== null) return isEqual(first.exact, second.exact);
  return areApproximatelyEqual(first.approximation, second.approximation);
}

/** The difference of two sides. */
export function differenceOf(left: Expression, right: Expression): Expression {
  return apply("add", left, apply("negate", right));
}

function haveDifferentBases(gold: Expression, response: Expression): boolean {
  if (gold.kind !== "number" || response.kind !== "number") return false;
  return gold.base !== null && response.base !== null && gold.base !== response.base;
}

function areNumbersEqual(gold: Expression, goldValue: Rational, response: Expression, value: Rational): boolean {
  if (isEqual(goldValue, value)) return true;
  const [goldPercent, percent] = [isPercentage(gold), isPercentage(response)];
  if (goldPercent !== percent) {
    // A percentage without its sign: 50% and 50. Below one that would be a part of one: 0.5 is 50%.
    const [written, plain] = percent ? [percentOf(value), goldValue] : [percentOf(goldValue), value];
    if (isEqual(written, plain) && Math.abs(toDouble(plain)) >= 1) return true;
  }
  if (goldValue.denominator === 1n || value.denominator === 1n) return false;
  return (isDecimal(gold) || isDecimal(response)) && roundAlike(toDouble(goldValue), toDouble(value));
}

function percentOf(value: Rational): Rational {
  return multiply(value, { numerator: 100n, denominator: 1n });
}

function isPercentage(node: Expression): boolean {
  if (node.kind !== "apply") return false;
  const [first] = node.args;
  return node.operator === "percent" || (node.operator === "negate" && first !== undefined && isPercentage(first));
}

/** Whether an expression was written as a decimal, or as a percentage of one. */
function isDecimal(node: Expression): boolean {
  if (node.kind === "number") return node.decimal;
  const [first] = node.kind === "apply" && ["percent", "negate"].includes(node.operator) ? node.args : [];
  return first !== undefined && isDecimal(first);
}

function roundAlike(first: number, second: number): boolean {
  if (Math.abs(first - second) > DECIMAL_TOLERANCE * Math.max(Math.abs(first), Math.abs(second))) return false;
  return roundHalfToEven(first * DECIMAL_PLACES) === roundHalfToEven(second * DECIMAL_PLACES);
}

/** As math-verify rounds: what lies halfway goes to the even neighbour. */
function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function areConstantsEqual(gold: Expression, response: Expression): boolean {
  const [first, second] = [evaluateNumeric(gold, NOWHERE), evaluateNumeric(response, NOWHERE)];
  if (first === null || second === null) return false;
  const seemEqual = haveNoDifference(gold, response) && areApproximatelyEqual(first, second);
  if (seemEqual && isConfirmed(gold, response, EXACTLY_NOWHERE)) return true;
  if (!isDecimal(gold) && !isDecimal(response)) return false;
  return first.value.im === 0 && second.value.im === 0 && roundAlike(first.value.re, second.value.re);
}

const NOWHERE: Point = new Map();
const EXACTLY_NOWHERE: ExactPoint = new Map();

/** Whether the difference of two constants may be zero. It is worked out without the terms that both have. */
function haveNoDifference(gold: Expression, response: Expression): boolean {
  const difference = evaluateNumeric(differenceOf(gold, response), NOWHERE);
  if (difference === null) return true;
  // Digits of a fraction that the other side rounds away are no evidence.
  const isOneExact = evaluateExact(gold) !== null || evaluateExact(response) !== null;
  return sizeOf(difference.value) <= difference.error && (!isOneExact || difference.error <= MOST_ERROR);
}

/** Null where the rounding errors are too large for a conclusion: above `most`, and relative to the values. */
function areApproximatelyEqual(first: Approximation, second: Approximation, most = Infinity): boolean | null {
  const error = first.error + second.error;
  const size = Math.max(1, sizeOf(first.value), sizeOf(second.value));
  if (error > most || error > MOST_ERROR * size) return null;
  return sizeOf(first.value.sub(second.value)) <= error;
}

type Agree = (point: ExactPoint, domain: Domain) => boolean | null;

/** Whether two sides agree wherever both have a value; `agree` gives null where that is not known. */
function agreeAtPoints(first: Expression, second: Expression, variables: ReadonlySet<string>, agree: Agree): boolean {
  const { near, wide } = samplePoints(first, second, variables);
  let agreed = 0;
  for (const point of near) {
    const agrees = agree(point, "complex");
    if (agrees === false) return false;
    if (agrees === true && ++agreed === AGREED) break;
  }
  if (agreed < AGREED) return false;
  for (const point of wide) if (agree(point, "real") === false) return false;
  return true;
}

function inDoubles(point: ExactPoint): Point {
  return new Map([...point].map(([name, value]) => [name, toDouble(value)]));
}
