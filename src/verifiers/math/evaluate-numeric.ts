import { Complex } from "complex.js";
import { toDouble } from "../../core/rational.ts";
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
      return fromDouble(toDouble(node.value), node.value.numerator === 0n);
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

/** Null for a value beyond the doubles: infinite, or so small that it became zero. */
function fromDouble(value: number, isZero: boolean): Approximation | null {
  if (!Number.isFinite(value) || (value === 0 && !isZero)) return null;
  return { value: new Complex(value, 0), error: Math.abs(value) * ULP };
}

const CONSTANTS: ReadonlyMap<string, Approximation> = new Map([
  ["pi", { value: new Complex(Math.PI, 0), error: Math.PI * ULP }],
  ["e", { value: new Complex(Math.E, 0), error: Math.E * ULP }],
  ["i", { value: new Complex(0, 1), error: 0 }],
]);

function evaluateApply(node: ApplyNode, point: Point): Approximation | null {
  if (EXACT_ONLY.has(node.operator)) {
    const exact = evaluateExact(node);
    return exact && fromDouble(toDouble(exact), exact.numerator === 0n);
  }
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
function hasVanished({ operator }: ApplyNode, values: readonly Approximation[], { value }: Approximation): boolean {
  if (sizeOf(value) >= SMALLEST || !VANISHING.has(operator)) return false;
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

/** What is worked out for whole numbers alone, or for fractions alone. */
const EXACT_ONLY: ReadonlySet<string> = new Set("factorial binomial gcd lcm mod floor ceil max min".split(" "));

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
    // Zero to a power above zero; any other power of what may be zero is unknown.
    return size === 0 && base.error === 0 && exponent.value.re > 0 ? base : null;
  }
  const value = hasRealRoot(node, base.value)
    ? new Complex(-((-base.value.re) ** exponent.value.re), 0)
    : base.value.pow(exponent.value);
  const steepness = sizeOf(exponent.value);
  const logarithm = sizeOf(base.value.log());
  const relative = (steepness * base.error) / (size - base.error) + logarithm * exponent.error;
  return { value, error: sizeOf(value) * (relative + ULP * (2 + steepness * logarithm)) };
}

/** Whether a negative base is raised to 1/3, 1/5, ...: a cube root of -8 means -2, not the principal root. */
function hasRealRoot(node: ApplyNode, base: Complex): boolean {
  const written = node.args[1];
  if (base.im !== 0 || base.re >= 0 || written === undefined) return false;
  const exact = evaluateExact(written);
  if (exact === null) return false;
  const [over, under] =
    node.operator === "root" ? [exact.denominator, exact.numerator] : [exact.numerator, exact.denominator];
  return under > 1n && under % 2n === 1n && over % 2n !== 0n;
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
  // A rounding error of the argument in the last place is added, as the function itself may round it.
  const slack = argument.error + sizeOf(argument.value) * ULP;
  return rounded(value, sizeOf(derivative(argument.value)) * slack * 2);
}
