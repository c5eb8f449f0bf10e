import { Complex } from "complex.js";
import { applyFunction, callUnknown, extremeOf, roundToWhole } from "./approximate-functions.ts";
import { approximatePower, isRealPower } from "./approximate-power.ts";
import {
  add,
  type Approximation,
  divide,
  fromRational,
  multiply,
  rounded,
  scale,
  sizeOf,
  ULP,
} from "./approximation.ts";
import { choiceOf, evaluateExact } from "./evaluate-exact.ts";
import type { ApplyNode, Expression } from "../expression.ts";
import type { Rational } from "../../../core/rational.ts";
import { termsOfSeries } from "./series.ts";
import { termsOf } from "./terms-of-sum.ts";

/** Values of the variables by name. */
export type Point = ReadonlyMap<string, number>;

/** Whether even roots and logarithms of what is below zero have a value. */
export type Domain = "complex" | "real";

/**
 * The value of an expression at a point; null where it has none, where doubles cannot hold it, and where it is not known
 * how to compute it.
 */
export function evaluateNumeric(node: Expression, point: Point, domain: Domain = "complex"): Approximation | null {
  const result = evaluate(node, point, domain);
  return result?.value.isFinite() && Number.isFinite(result.error) ? result : null;
}

function evaluate(node: Expression, point: Point, domain: Domain): Approximation | null {
  switch (node.kind) {
    case "number":
      return fromRational(node.value);
    case "symbol": {
      const value = point.get(node.name);
      return value === undefined ? null : { value: new Complex(value, 0), error: 0 };
    }
    case "constant":
      return CONSTANTS.get(node.name) ?? null;
    case "apply":
      return evaluateApply(node, point, domain);
    default:
      return null;
  }
}

const CONSTANTS: ReadonlyMap<string, Approximation> = new Map([
  ["pi", { value: new Complex(Math.PI, 0), error: Math.PI * ULP }],
  ["e", { value: new Complex(Math.E, 0), error: Math.E * ULP }],
  ["i", { value: new Complex(0, 1), error: 0 }],
]);

function evaluateApply(node: ApplyNode, point: Point, domain: Domain): Approximation | null {
  const exact = evaluateExact(node);
  if (exact !== null) return fromRational(exact);
  if (node.operator === "sum" || node.operator === "prod") return evaluateSeries(node, point, domain);
  const values: Approximation[] = [];
  for (const argument of operandsOf(node)) {
    const value = evaluateNumeric(argument, point, domain);
    if (value === null) return null;
    values.push(value);
  }
  if (domain === "real" && !isReal(node, values)) return null;
  const result = applyNumerically(node, values);
  return result !== null && hasVanished(node, values, result) ? null : result;
}

function evaluateSeries(series: ApplyNode, point: Point, domain: Domain): Approximation | null {
  const terms = termsOfSeries(series, (bound) => exactlyAt(bound, point), point.size > 0);
  if (terms === null) return null;
  const isSum = series.operator === "sum";
  let total: Approximation = { value: isSum ? Complex.ZERO : Complex.ONE, error: 0 };
  for (const index of terms.indices) {
    const value = evaluateNumeric(terms.body, new Map(point).set(terms.name, Number(index)), domain);
    if (value === null) return null;
    total = isSum ? add(total, value) : multiply(total, value);
  }
  return total;
}

/** The exact value of a bound where the variables in it are whole numbers. */
function exactlyAt(bound: Expression, point: Point): Rational | null {
  const whole = [...point].filter(([, value]) => Number.isSafeInteger(value));
  return evaluateExact(
    bound,
    new Map(whole.map(([name, value]) => [name, { numerator: BigInt(value), denominator: 1n }])),
  );
}

/** What an operator is applied to: the terms of a sum with its fractions added up, what a function is called with. */
function operandsOf(node: ApplyNode): readonly Expression[] {
  if (node.operator === "add") return termsOf(node);
  if (node.operator !== "call") return node.args;
  return node.args.slice(1).flatMap((argument) => (argument.kind === "bracket" ? argument.items : [argument]));
}

/** Smaller values may have lost digits, or be zero because they are beyond the doubles. */
const SMALLEST = 1e-290;

/** Whether a product or power became zero, or nearly so, though nothing in it is zero. */
function hasVanished(
  { operator }: ApplyNode,
  values: readonly Approximation[],
  { value, error }: Approximation,
): boolean {
  if (sizeOf(value) + error >= SMALLEST || !VANISHING.has(operator)) return false;
  return values.every((operand) => sizeOf(operand.value) > 0);
}

const VANISHING: ReadonlySet<string> = new Set("multiply divide power root percent".split(" "));

function applyNumerically(node: ApplyNode, values: readonly Approximation[]): Approximation | null {
  const [first, second] = values;
  const [head] = node.args;
  if (first === undefined) return null;
  switch (node.operator) {
    case "add":
      return values.reduce(add);
    case "multiply":
      return values.reduce(multiply);
    case "negate":
      return { value: first.value.neg(), error: first.error };
    case "percent":
      return scale(first, 0.01);
    case "degree":
      return scale(first, Math.PI / 180);
    case "abs":
    case "norm":
      return rounded(new Complex(sizeOf(first.value), 0), first.error);
    case "floor":
    case "ceil":
      return roundToWhole(first, node.operator);
    case "max":
    case "min":
      return extremeOfAll(values, node.operator === "max" ? 1 : -1);
    case "call":
      return head?.kind === "symbol" && choiceOf(node) === null ? callUnknown(head.name, values) : null;
    case "divide":
      return second === undefined ? null : divide(first, second);
    case "power":
    case "root":
      return second === undefined ? null : approximatePower(node, first, second);
    case "log":
      return second === undefined ? null : divideOrNull(applyFunction("ln", first), applyFunction("ln", second));
    default:
      return applyFunction(node.operator, first);
  }
}

function divideOrNull(first: Approximation | null, second: Approximation | null): Approximation | null {
  return first && second && divide(first, second);
}

function extremeOfAll(values: readonly Approximation[], direction: 1 | -1): Approximation | null {
  const [start = null, ...more] = values;
  return more.reduce<Approximation | null>((most, value) => most && extremeOf(most, value, direction), start);
}

/** Whether what an operator gives is real as long as what it is applied to is. */
function isReal(node: ApplyNode, [first, second]: readonly Approximation[]): boolean {
  if (first === undefined || second === undefined) return node.operator !== "ln" || isAboveZero(first);
  if (node.operator === "log") return isAboveZero(first) && isAboveZero(second);
  return !ROOTS.has(node.operator) || isRealPower(node, first, second);
}

const ROOTS: ReadonlySet<string> = new Set(["power", "root"]);

function isAboveZero(value: Approximation | undefined): boolean {
  return value !== undefined && value.value.re > value.error;
}
