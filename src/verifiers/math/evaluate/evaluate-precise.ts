import type { Decimal } from "decimal.js";
import type { Rational } from "../../../core/rational.ts";
import { evaluateExact, type ExactPoint } from "./evaluate-exact.ts";
import type { ApplyNode, Expression } from "../expression.ts";

type Numbers = typeof Decimal;

/**
 * A real number to as many digits as its `Decimal` class holds. "lost": it depends on a part that is too small beside
 * another to be seen in those, as 1 - 10^-1000 does. Null: it is not real, or it is not known how to compute it.
 */
export type Precise = Decimal | "lost" | null;

/** Functions that lose what their argument says far from zero (`far`) or close to it (`near`), with the digits they keep. */
interface PreciseFunction {
  readonly compute: (x: Decimal, numbers: Numbers) => Decimal;
  readonly loses?: (x: Decimal, digits: number) => boolean;
}

/** Digits that a result has to hold beyond those that a part of it takes to be seen. */
const SPARE = 15;

const isHuge = (x: Decimal, digits: number): boolean => x.e > digits - 2 * SPARE;
const isFlat = (x: Decimal, digits: number): boolean => !x.isZero() && 2 * x.e < SPARE - digits;
/** Where the exponential of -2|x| is too small beside 1. */
const isSaturated = (x: Decimal, digits: number): boolean => x.abs().gt((digits - SPARE) * 1.15);
const either =
  (...tests: readonly ((x: Decimal, digits: number) => boolean)[]) =>
  (x: Decimal, digits: number): boolean =>
    tests.some((test) => test(x, digits));

const FUNCTIONS: ReadonlyMap<string, PreciseFunction> = new Map<string, PreciseFunction>([
  ["ln", { compute: (x) => x.ln() }],
  ["sin", { compute: (x) => x.sin(), loses: isHuge }],
  ["cos", { compute: (x) => x.cos(), loses: either(isHuge, isFlat) }],
  ["tan", { compute: (x) => x.tan(), loses: isHuge }],
  ["cot", { compute: (x) => x.tan().pow(-1), loses: isHuge }],
  ["sec", { compute: (x) => x.cos().pow(-1), loses: either(isHuge, isFlat) }],
  ["csc", { compute: (x) => x.sin().pow(-1), loses: isHuge }],
  ["arcsin", { compute: (x) => x.asin() }],
  ["arccos", { compute: (x) => x.acos() }],
  ["arctan", { compute: (x) => x.atan(), loses: isHuge }],
  ["arccot", { compute: (x, numbers) => numbers.acos(-1).div(2).sub(x.atan()), loses: isHuge }],
  ["arcsec", { compute: (x) => x.pow(-1).acos(), loses: isHuge }],
  ["arccsc", { compute: (x) => x.pow(-1).asin() }],
  ["sinh", { compute: (x) => x.sinh(), loses: isSaturated }],
  ["cosh", { compute: (x) => x.cosh(), loses: either(isSaturated, isFlat) }],
  ["tanh", { compute: (x) => x.tanh(), loses: isSaturated }],
  ["coth", { compute: (x) => x.tanh().pow(-1), loses: isSaturated }],
  ["sech", { compute: (x) => x.cosh().pow(-1), loses: either(isSaturated, isFlat) }],
  ["csch", { compute: (x) => x.sinh().pow(-1), loses: isSaturated }],
  ["arcsinh", { compute: (x) => x.asinh() }],
  ["arccosh", { compute: (x) => x.acosh() }],
  ["arctanh", { compute: (x) => x.atanh() }],
  ["arccoth", { compute: (x) => x.pow(-1).atanh() }],
  ["arcsech", { compute: (x) => x.pow(-1).acosh() }],
  ["arccsch", { compute: (x) => x.pow(-1).asinh() }],
]);

/** The value of an expression at a point, to as many digits as a class of `Decimal` holds. */
export function evaluatePrecise(node: Expression, point: ExactPoint, numbers: Numbers): Precise {
  const exact = evaluateExact(node, point);
  if (exact !== null) return fromRational(exact, numbers);
  if (node.kind === "constant") {
    if (node.name === "pi") return numbers.acos(-1);
    return node.name === "e" ? numbers.exp(1) : null;
  }
  if (node.kind !== "apply") return null;
  const value = evaluateApply(node, point, numbers);
  return value instanceof numbers && !value.isFinite() ? null : value;
}

function fromRational({ numerator, denominator }: Rational, numbers: Numbers): Decimal {
  return new numbers(String(numerator)).div(String(denominator));
}

function evaluateApply(node: ApplyNode, point: ExactPoint, numbers: Numbers): Precise {
  const values: Decimal[] = [];
  for (const argument of node.args) {
    const value = evaluatePrecise(argument, point, numbers);
    if (value === null || value === "lost") return value;
    values.push(value);
  }
  const [first, second] = values;
  if (first === undefined) return null;
  switch (node.operator) {
    case "add":
      return sumOf(values, numbers);
    case "multiply":
      return values.reduce((left, right) => left.mul(right));
    case "divide":
      return second === undefined || second.isZero() ? null : first.div(second);
    case "negate":
      return first.neg();
    case "percent":
      return first.div(100);
    case "degree":
      return first.mul(numbers.acos(-1)).div(180);
    case "abs":
    case "norm":
      return first.abs();
    case "max":
      return numbers.max(...values);
    case "min":
      return numbers.min(...values);
    case "power":
      return second === undefined ? null : powerOf(first, second, evaluateExact(node.args[1] ?? node, point), numbers);
    case "root":
      return second === undefined || second.isZero() ? null : rootOf(node, first, second, point, numbers);
    case "log":
      return second === undefined || !first.gt(0) || !second.gt(0) || second.eq(1) ? null : first.ln().div(second.ln());
    default:
      return applyFunction(node.operator, first, numbers);
  }
}

function applyFunction(name: string, argument: Decimal, numbers: Numbers): Precise {
  const found = FUNCTIONS.get(name);
  if (found === undefined) return null;
  if (found.loses?.(argument, numbers.precision)) return "lost";
  const value = found.compute(argument, numbers);
  return value.isNaN() ? null : value;
}

function sumOf(values: readonly Decimal[], numbers: Numbers): Precise {
  const largest = Math.max(...values.filter((value) => !value.isZero()).map((value) => value.e));
  const isLost = values.some((value) => !value.isZero() && value.e < largest - numbers.precision + SPARE);
  return isLost ? "lost" : values.reduce((left, right) => left.add(right), new numbers(0));
}

function rootOf(node: ApplyNode, base: Decimal, degree: Decimal, point: ExactPoint, numbers: Numbers): Precise {
  const exact = evaluateExact(node.args[1] ?? node, point);
  const turned = exact && exact.numerator !== 0n ? reciprocal(exact) : null;
  return powerOf(base, degree.pow(-1), turned, numbers);
}

function reciprocal({ numerator, denominator }: Rational): Rational {
  return numerator < 0n
    ? { numerator: -denominator, denominator: -numerator }
    : { numerator: denominator, denominator: numerator };
}

/** A square or cube root, or a whole power, which are quicker than others; null for these. */
function simpleRoot(size: Decimal, { numerator, denominator }: Rational): Decimal | null {
  if (numerator !== 1n || !(Math.abs(size.e) <= ROOTED)) return null;
  if (denominator === 2n) return size.sqrt();
  return denominator === 3n ? size.cbrt() : null;
}

/** Decimal exponents of sizes whose roots are not lost beside 1, upwards and downwards. */
const ROOTED = 9;

/** A real power; of a negative base where the exponent is a fraction with an odd denominator. */
function powerOf(base: Decimal, exponent: Decimal, exact: Rational | null, numbers: Numbers): Precise {
  if (base.isZero()) return exponent.gt(0) ? base : null;
  if (base.isNegative() && (exact === null || exact.denominator % 2n === 0n)) return null;
  const size = base.abs();
  const root = exact === null ? null : simpleRoot(size, exact);
  if (root !== null) return base.isNegative() ? root.neg() : root;
  const logarithm = size.ln().mul(exponent);
  // Close to 1 the power of a base other than 1 differs from it by about this.
  if (!logarithm.isZero() && logarithm.e < SPARE - numbers.precision) return "lost";
  const power = size.pow(exponent);
  return base.isNegative() && exact !== null && exact.numerator % 2n !== 0n ? power.neg() : power;
}
