import { Complex } from "complex.js";
import { type Rational, toDouble } from "../../core/rational.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import type { ApplyNode, Expression } from "./expression.ts";

/**
 * A complex number in doubles with a bound on its distance from the true value. The bound is what tells two different
 * values from one value that was rounded differently: no tolerance has to be guessed.
 */
export interface Approximation {
  readonly value: Complex;
  readonly error: number;
}

/** Values of the variables by name. */
export type Point = ReadonlyMap<string, number>;

const ULP = 2 ** -51;

/**
 * The value of an expression at a point; null where it has none, where doubles cannot hold it, and where it is not known
 * how to compute it.
 */
export function evaluateNumeric(node: Expression, point: Point): Approximation | null {
  const result = evaluate(node, point);
  return result?.value.isFinite() && Number.isFinite(result.error) ? result : null;
}

function evaluate(node: Expression, point: Point): Approximation | null {
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
      return evaluateApply(node, point);
    default:
      return null;
  }
}

/** Null for a value beyond the doubles: infinite, or so small that it would be zero. */
function fromRational(rational: Rational): Approximation | null {
  const value = toDouble(rational);
  if (!Number.isFinite(value) || (value === 0 && rational.numerator !== 0n)) return null;
  const isExact = rational.denominator === 1n && Number.isSafeInteger(value);
  return { value: new Complex(value, 0), error: isExact ? 0 : Math.abs(value) * ULP };
}

const CONSTANTS: ReadonlyMap<string, Approximation> = new Map([
  ["pi", { value: new Complex(Math.PI, 0), error: Math.PI * ULP }],
  ["e", { value: new Complex(Math.E, 0), error: Math.E * ULP }],
  ["i", { value: new Complex(0, 1), error: 0 }],
]);

function evaluateApply(node: ApplyNode, point: Point): Approximation | null {
  const exact = evaluateExact(node);
  if (exact !== null) return fromRational(exact);
  const values: Approximation[] = [];
  for (const argument of node.args) {
    const value = evaluateNumeric(argument, point);
    if (value === null) return null;
    values.push(value);
  }
  const result = applyNumerically(node, values);
  return result !== null && hasVanished(node, values, result) ? null : result;
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

const VANISHING: ReadonlySet<string> = new Set("multiply call divide power root percent".split(" "));

function applyNumerically(node: ApplyNode, values: readonly Approximation[]): Approximation | null {
  const [first, second] = values;
  if (first === undefined) return null;
  switch (node.operator) {
    case "add":
      return values.reduce(add);
    case "multiply":
    case "call":
      return values.reduce(multiply);
    case "negate":
      return { value: first.value.neg(), error: first.error };
    case "percent":
      return scale(first, 0.01);
    case "degree":
      return scale(first, Math.PI / 180);
    case "abs":
      return rounded(new Complex(sizeOf(first.value), 0), first.error);
    case "divide":
      return second === undefined ? null : divide(first, second);
    case "power":
    case "root":
      return second === undefined ? null : evaluatePower(node, first, second);
    case "log":
      return second === undefined ? null : divideOrNull(applyFunction("ln", first), applyFunction("ln", second));
    default:
      return applyFunction(node.operator, first);
  }
}

function rounded(value: Complex, error: number): Approximation {
  return { value, error: error + sizeOf(value) * ULP };
}

/** The magnitude; complex.js squares the parts of small numbers, which would make those below 1e-162 zero. */
export function sizeOf({ re, im }: Complex): number {
  return im === 0 ? Math.abs(re) : Math.hypot(re, im);
}

function add(first: Approximation, second: Approximation): Approximation {
  return rounded(first.value.add(second.value), first.error + second.error);
}

function multiply(first: Approximation, second: Approximation): Approximation {
  const error = sizeOf(first.value) * second.error + sizeOf(second.value) * first.error + first.error * second.error;
  return rounded(first.value.mul(second.value), error);
}

function scale(first: Approximation, factor: number): Approximation {
  return rounded(first.value.mul(factor), first.error * factor);
}

/** Null when the divisor cannot be told from zero. */
export function divide(first: Approximation, second: Approximation): Approximation | null {
  const size = sizeOf(second.value);
  const least = size - second.error;
  if (!(least > 0)) return null;
  const quotient = first.value.div(second.value);
  return rounded(quotient, (first.error + sizeOf(quotient) * second.error) / least);
}

function divideOrNull(first: Approximation | null, second: Approximation | null): Approximation | null {
  return first && second && divide(first, second);
}

function evaluatePower(node: ApplyNode, base: Approximation, written: Approximation): Approximation | null {
  const exponent = node.operator === "root" ? divide({ value: Complex.ONE, error: 0 }, written) : written;
  if (exponent === null) return null;
  const size = sizeOf(base.value);
  if (size <= base.error) {
    // What may be zero is so in a power above zero; any other power of it is unknown.
    if (exponent.value.im !== 0 || exponent.value.re <= 0) return null;
    return { value: Complex.ZERO, error: (size + base.error) ** exponent.value.re };
  }
  const sign = signOfRealPower(node, base.value);
  const value =
    sign === null ? base.value.pow(exponent.value) : new Complex(sign * (-base.value.re) ** exponent.value.re, 0);
  const steepness = sizeOf(exponent.value);
  const logarithm = sizeOf(base.value.log());
  const relative = (steepness * base.error) / (size - base.error) + logarithm * exponent.error;
  return { value, error: sizeOf(value) * (relative + ULP * (2 + steepness * logarithm)) };
}

/**
 * The sign of a negative base raised to a fraction with an odd denominator, which is meant to be real: the cube root of
 * -8 is -2, not the principal root. Null for other powers.
 */
function signOfRealPower(node: ApplyNode, base: Complex): 1 | -1 | null {
  const written = node.args[1];
  if (base.im !== 0 || base.re >= 0 || written === undefined) return null;
  const exact = evaluateExact(written);
  if (exact === null) return null;
  const { numerator, denominator } = exact;
  const [over, under] = node.operator === "root" ? [denominator, numerator] : [numerator, denominator];
  if (under % 2n === 0n) return null;
  return over % 2n === 0n ? 1 : -1;
}

type ComplexFunction = (argument: Complex) => Complex;

/** Functions with their derivatives, which say how an error of the argument grows. */
const FUNCTIONS: ReadonlyMap<string, readonly [ComplexFunction, ComplexFunction]> = new Map([
  ["ln", [(x) => x.log(), (x) => x.inverse()]],
  ["sin", [(x) => x.sin(), (x) => x.cos()]],
  ["cos", [(x) => x.cos(), (x) => x.sin()]],
  ["tan", [(x) => x.tan(), (x) => x.cos().pow(-2)]],
  ["cot", [(x) => x.cot(), (x) => x.sin().pow(-2)]],
  ["sec", [(x) => x.sec(), (x) => x.sec().mul(x.tan())]],
  ["csc", [(x) => x.csc(), (x) => x.csc().mul(x.cot())]],
  ["arcsin", [(x) => x.asin(), (x) => Complex.ONE.sub(x.mul(x)).pow(-0.5)]],
  ["arccos", [(x) => x.acos(), (x) => Complex.ONE.sub(x.mul(x)).pow(-0.5)]],
  ["arctan", [(x) => x.atan(), (x) => Complex.ONE.add(x.mul(x)).inverse()]],
  ["sinh", [(x) => x.sinh(), (x) => x.cosh()]],
  ["cosh", [(x) => x.cosh(), (x) => x.sinh()]],
  ["tanh", [(x) => x.tanh(), (x) => x.cosh().pow(-2)]],
]);

function applyFunction(name: string, argument: Approximation): Approximation | null {
  const functions = FUNCTIONS.get(name);
  if (functions === undefined) return null;
  const [compute, derivative] = functions;
  const value = compute(argument.value);
  // A derivative may be infinite, as that of arcsin at 1: an argument without error does not ask for it.
  const carried = argument.error === 0 ? 0 : sizeOf(derivative(argument.value)) * argument.error;
  return rounded(value, 2 * carried + 4 * ULP * (1 + sizeOf(value)));
}
