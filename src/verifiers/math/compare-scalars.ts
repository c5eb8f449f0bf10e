import { deriveSeed, uniformAt } from "../../core/random.ts";
import { divide as divideExactly, isEqual, toDouble, type Rational } from "../../core/rational.ts";
import { structureText } from "./canonical-text.ts";
import { evaluateExact, type ExactPoint } from "./evaluate-exact.ts";
import { type Approximation, divide, evaluateNumeric, type Point, sizeOf } from "./evaluate-numeric.ts";
import { apply, type Expression, variablesOf } from "./expression.ts";

/** Places where both sides have to agree, and places tried to find as many where both have a value. */
const POINTS = 4;
const TRIED = 12;

/** A bound on rounding errors above this part of the values says that digits were lost: nothing is concluded. */
const MOST_RELATIVE_ERROR = 1e-9;

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
  const areNames = gold.kind === "symbol" && response.kind === "symbol";
  if (areNames || isWord(gold) || isWord(response))
    return lettersOf(gold) === lettersOf(response) && lettersOf(gold) !== "";
  if (structureText(gold) === structureText(response)) return true;
  const variables = variablesOf(response, variablesOf(gold));
  if (variables.size === 0) return areConstantsEqual(gold, response);
  return agreeAtPoints(variables, (point) => areEqualAt(point, gold, response));
}

/** Whether two expressions have one value at a point: exactly where that can be worked out; null where either has none. */
function areEqualAt(point: ExactPoint, gold: Expression, response: Expression): boolean | null {
  const [goldValue, value] = [evaluateExact(gold, point), evaluateExact(response, point)];
  if (goldValue !== null && value !== null) return isEqual(goldValue, value);
  const doubles = inDoubles(point);
  const [left, right] = [evaluateNumeric(gold, doubles), evaluateNumeric(response, doubles)];
  return left && right && areApproximatelyEqual(left, right);
}

/**
 * The constant that one expression is a multiple of another by, as far as its sign: 1 or -1; null when it is none.
 * An equation stays the same when both sides are multiplied by a constant, an inequality when that is above zero.
 */
export function signOfRatio(first: Expression, second: Expression): 1 | -1 | null {
  const variables = variablesOf(second, variablesOf(first));
  if (variables.size === 0) return null;
  const ratios: Ratio[] = [];
  const isConstant = agreeAtPoints(variables, (point) => {
    const ratio = ratioAt(point, first, second);
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

/** The quotient of two expressions at a point, exactly too where that can be worked out. */
interface Ratio {
  readonly exact: Rational | null;
  readonly approximation: Approximation;
}

function ratioAt(point: ExactPoint, first: Expression, second: Expression): Ratio | null {
  const doubles = inDoubles(point);
  const [left, right] = [evaluateNumeric(first, doubles), evaluateNumeric(second, doubles)];
  const approximation = left && right && divide(left, right);
  if (approximation === null) return null;
  const [over, under] = [evaluateExact(first, point), evaluateExact(second, point)];
  return { exact: over && under && divideExactly(over, under), approximation };
}

function areRatiosEqual(first: Ratio, second: Ratio): boolean {
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
    // A whole percentage beside a whole number: 50% and 50.
    const [whole, plain] = percent ? [percentOf(value), goldValue] : [percentOf(goldValue), value];
    if (whole.denominator === 1n && isEqual(whole, plain)) return true;
  }
  if (goldValue.denominator === 1n || value.denominator === 1n) return false;
  return (isDecimal(gold) || isDecimal(response)) && roundAlike(toDouble(goldValue), toDouble(value));
}

function percentOf(value: Rational): Rational {
  return value.denominator === 100n
    ? { numerator: value.numerator, denominator: 1n }
    : (evaluateExact(apply("multiply", { kind: "number", value, decimal: false, base: null }, HUNDRED)) ?? value);
}

const HUNDRED: Expression = { kind: "number", value: { numerator: 100n, denominator: 1n }, decimal: false, base: null };

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
  if (areApproximatelyEqual(first, second)) return true;
  if (!isDecimal(gold) && !isDecimal(response)) return false;
  return first.value.im === 0 && second.value.im === 0 && roundAlike(first.value.re, second.value.re);
}

const NOWHERE: Point = new Map();

function areApproximatelyEqual(first: Approximation, second: Approximation): boolean {
  const error = first.error + second.error;
  const size = Math.max(1, sizeOf(first.value), sizeOf(second.value));
  return error <= MOST_RELATIVE_ERROR * size && sizeOf(first.value.sub(second.value)) <= error;
}

/** Whether two sides agree wherever both have a value; `agree` gives null where they have none. */
function agreeAtPoints(variables: ReadonlySet<string>, agree: (point: ExactPoint) => boolean | null): boolean {
  let agreed = 0;
  for (let index = 0; index < TRIED && agreed < POINTS; index++) {
    const agrees = agree(pointOf(variables, index));
    if (agrees === false) return false;
    if (agrees === true) agreed++;
  }
  return agreed === POINTS;
}

function inDoubles(point: ExactPoint): Point {
  return new Map([...point].map(([name, value]) => [name, toDouble(value)]));
}

/** The values of variables are fractions over this prime: few digits, so that powers of them stay small. */
const DENOMINATOR = 1009n;

/**
 * Values for the variables, between 0.5 and 2 in magnitude so that powers of them stay within doubles: all above zero at
 * the first point, all below at the second, which tells |x| from x and ln(xy) from ln x + ln y.
 */
function pointOf(variables: ReadonlySet<string>, index: number): ExactPoint {
  const point = new Map<string, Rational>();
  for (const name of variables) {
    const uniform = uniformAt(deriveSeed(0, "math", name), index);
    const isNegative = index < 2 ? index === 1 : uniform < 0.5;
    const magnitude = BigInt(Math.ceil((0.5 + 1.5 * ((uniform * 2) % 1)) * Number(DENOMINATOR)));
    point.set(name, { numerator: isNegative ? -magnitude : magnitude, denominator: DENOMINATOR });
  }
  return point;
}

function isWord(node: Expression): boolean {
  return node.kind === "symbol" && node.isWord === true;
}

/** The letters of a word, or of what reads like one: the product y e s. Upper and lower case are the same. */
function lettersOf(node: Expression): string {
  switch (node.kind) {
    case "symbol":
    case "constant":
      return node.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
    case "apply":
      return node.operator === "multiply" ? node.args.map(lettersOf).join("") : "";
    default:
      return "";
  }
}
