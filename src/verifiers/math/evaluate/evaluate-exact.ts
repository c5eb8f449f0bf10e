import { add, divide, isEqual, multiply, negate, raise, type Rational, toDouble } from "../../../core/rational.ts";
import type { ApplyNode, Expression } from "../expression.ts";
import { MAX_EXACT_BITS, MAX_FACTORIAL } from "../limits.ts";
import { termsOfSeries } from "./series.ts";

/** Fractions for the variables by name. */
export type ExactPoint = ReadonlyMap<string, Rational>;

const NOWHERE: ExactPoint = new Map();

/**
 * The exact value of an expression, at a point where it has variables; null when it is no fraction of whole numbers, or
 * when working it out would take numbers beyond the limits.
 */
export function evaluateExact(node: Expression, point: ExactPoint = NOWHERE): Rational | null {
  if (node.kind === "number") return node.value;
  if (node.kind === "symbol") return point.get(node.name) ?? null;
  if (node.kind !== "apply") return null;
  if (point.size > 0) return evaluateApply(node, point);
  if (node.exact === undefined) node.exact = evaluateApply(node, NOWHERE);
  return node.exact;
}

function evaluateApply(node: ApplyNode, point: ExactPoint): Rational | null {
  if (node.operator === "sum" || node.operator === "prod") return evaluateSeries(node, point);
  const values: Rational[] = [];
  for (const argument of operandsOf(node)) {
    const value = evaluateExact(argument, point);
    if (value === null) return null;
    values.push(value);
  }
  const result = applyExactly(choiceOf(node)?.operator ?? node.operator, values);
  return result !== null && bitsOf(result) <= MAX_EXACT_BITS ? result : null;
}

/** What an operator is applied to; of C(5, 2) and P(5, 2) the pair of numbers. */
function operandsOf(node: ApplyNode): readonly Expression[] {
  return choiceOf(node)?.pair ?? node.args;
}

/** The operator and the pair of numbers that C(5, 2), P(5, 2) and A(5, 2) stand for; null for other nodes. */
export function choiceOf({
  operator,
  args: [head, pair],
}: ApplyNode): { readonly operator: string; readonly pair: readonly Expression[] } | null {
  const chosen = operator === "call" && head?.kind === "symbol" ? CHOICES.get(head.name) : undefined;
  return chosen !== undefined && pair?.kind === "bracket" ? { operator: chosen, pair: pair.items } : null;
}

const CHOICES: ReadonlyMap<string, string> = new Map([
  ["C", "binomial"],
  ["P", "permutations"],
  ["A", "permutations"],
]);

function evaluateSeries(series: ApplyNode, point: ExactPoint): Rational | null {
  const isSum = series.operator === "sum";
  const terms = termsOfSeries(series, (bound) => evaluateExact(bound, point), point.size > 0);
  if (terms === null) return null;
  let total = isSum ? ZERO : ONE;
  for (const index of terms.indices) {
    const value = evaluateExact(terms.body, new Map(point).set(terms.name, { numerator: index, denominator: 1n }));
    if (value === null) return null;
    total = isSum ? add(total, value) : multiply(total, value);
    if (bitsOf(total) > MAX_EXACT_BITS) return null;
  }
  return total;
}

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE: Rational = { numerator: 1n, denominator: 1n };
const HUNDREDTH: Rational = { numerator: 1n, denominator: 100n };

/** About how many bits a fraction takes; zero for small ones. */
function bitsOf({ numerator, denominator }: Rational): number {
  if (isSmall(numerator) && isSmall(denominator)) return 0;
  return 4 * (numerator.toString(16).length + denominator.toString(16).length);
}

function isSmall(value: bigint): boolean {
  return value < 0x1_0000_0000n && value > -0x1_0000_0000n;
}

function applyExactly(operator: string, values: readonly Rational[]): Rational | null {
  const [first = ZERO, second = ZERO] = values;
  switch (operator) {
    case "add":
      return accumulate(values, add);
    case "multiply":
      return accumulate(values, multiply);
    case "divide":
      return divide(first, second);
    case "negate":
      return negate(first);
    case "percent":
      return multiply(first, HUNDREDTH);
    case "power":
      return power(first, second);
    case "root":
      return second.numerator === 0n ? null : power(first, divide(ONE, second) ?? ONE);
    case "log":
      return logarithm(first, second);
    case "abs":
    case "norm":
      return first.numerator < 0n ? negate(first) : first;
    case "floor":
      return { numerator: floorOf(first), denominator: 1n };
    case "ceil":
      return { numerator: -floorOf(negate(first)), denominator: 1n };
    case "max":
      return values.reduce((most, value) => (isLess(most, value) ? value : most));
    case "min":
      return values.reduce((least, value) => (isLess(value, least) ? value : least));
    default:
      return applyToIntegers(operator, values);
  }
}

/** Null as soon as what has been accumulated is beyond the limits. */
function accumulate(
  values: readonly Rational[],
  step: (first: Rational, second: Rational) => Rational,
): Rational | null {
  let [total = ZERO] = values;
  for (const value of values.slice(1)) {
    total = step(total, value);
    if (bitsOf(total) > MAX_EXACT_BITS) return null;
  }
  return total;
}

function applyToIntegers(operator: string, values: readonly Rational[]): Rational | null {
  if (values.some(({ denominator }) => denominator !== 1n)) return null;
  const integers = values.map(({ numerator }) => numerator);
  const [first = 0n, second = 0n] = integers;
  const result =
    operator === "gcd" || operator === "lcm"
      ? integers.reduce<bigint | null>((left, right) => left && integerOf(operator, left, right), first)
      : values.length <= 2
        ? integerOf(operator, first, second)
        : null;
  return result === null ? null : { numerator: result, denominator: 1n };
}

function integerOf(operator: string, first: bigint, second: bigint): bigint | null {
  switch (operator) {
    case "factorial":
      return first < 0n || first > MAX_FACTORIAL ? null : productUpTo(2n, first);
    case "binomial":
      return second < 0n || second > first ? null : binomial(first, second);
    case "permutations":
      return second < 0n || second > first || first > MAX_FACTORIAL ? null : productUpTo(first - second + 1n, first);
    case "gcd":
      return greatestCommonDivisor(first, second);
    case "lcm":
      return first === 0n || second === 0n ? null : absolute(first * second) / greatestCommonDivisor(first, second);
    case "mod":
      return second <= 0n ? null : ((first % second) + second) % second;
    default:
      return null;
  }
}

function power(base: Rational, exponent: Rational): Rational | null {
  const root = exponent.denominator === 1n ? base : rootOf(base, exponent.denominator);
  if (root === null) return null;
  const times = absolute(exponent.numerator);
  if (exponent.numerator < 0n && root.numerator === 0n) return null;
  const isUnit = root.denominator === 1n && absolute(root.numerator) <= 1n;
  // A number of n + 1 bits has at least n times as many as the exponent in its power, and at most twice that.
  const bits = Math.max(absolute(root.numerator).toString(2).length, root.denominator.toString(2).length) - 1;
  if (!isUnit && times * BigInt(bits) > BigInt(MAX_EXACT_BITS)) return null;
  // A power of 0, 1 or -1 depends on whether the exponent is even at most: nothing large is multiplied.
  const raised = raise(root, isUnit && times > 1n ? 2n - (times % 2n) : times);
  return exponent.numerator < 0n ? divide(ONE, raised) : raised;
}

/** The logarithm where it is a whole number, as that of a power of the base. */
function logarithm(value: Rational, base: Rational): Rational | null {
  const exponent = Math.round(Math.log(toDouble(value)) / Math.log(toDouble(base)));
  if (!Number.isSafeInteger(exponent)) return null;
  const whole: Rational = { numerator: BigInt(exponent), denominator: 1n };
  const raised = base.numerator > 0n && !isEqual(base, ONE) ? power(base, whole) : null;
  return raised !== null && isEqual(raised, value) ? whole : null;
}

/** The real root of a fraction where that is a fraction too. */
function rootOf(value: Rational, degree: bigint): Rational | null {
  if (degree > 64n || (value.numerator < 0n && degree % 2n === 0n)) return null;
  const top = integerRoot(absolute(value.numerator), degree);
  const bottom = integerRoot(value.denominator, degree);
  if (top === null || bottom === null) return null;
  return { numerator: value.numerator < 0n ? -top : top, denominator: bottom };
}

/** The whole root of a whole number; null when there is none. Bisection from the number of bits. */
function integerRoot(value: bigint, degree: bigint): bigint | null {
  if (value < 2n) return value;
  let low = 1n;
  let high = 1n << (BigInt(4 * value.toString(16).length) / degree + 1n);
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (middle ** degree < value) low = middle + 1n;
    else high = middle;
  }
  return low ** degree === value ? low : null;
}

function isLess(first: Rational, second: Rational): boolean {
  return !isEqual(first, second) && first.numerator * second.denominator < second.numerator * first.denominator;
}

function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function productUpTo(from: bigint, to: bigint): bigint {
  let product = 1n;
  for (let factor = from; factor <= to; factor++) product *= factor;
  return product;
}

/** Null when it is beyond the limits: its factors are counted from the nearer end, and no longer than its digits allow. */
function binomial(total: bigint, chosen: bigint): bigint | null {
  const factors = chosen * 2n > total ? total - chosen : chosen;
  if (factors > MAX_FACTORIAL || factors * BigInt(total.toString(16).length) > MAX_EXACT_BITS) return null;
  return productUpTo(total - factors + 1n, total) / productUpTo(2n, factors);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(first: bigint, second: bigint): bigint {
  let [a, b] = [absolute(first), absolute(second)];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
