import { add, divide, isEqual, multiply, negate, raise, type Rational, toDouble } from "../../../core/rational.ts";
import { numberNode } from "../parse/build-expression.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import { apply, type ApplyNode, type Expression } from "../expression.ts";

/** The coefficients of a polynomial of one variable, from the constant on; the last one is not zero. */
export type Polynomial = readonly Rational[];

/** A quotient of two polynomials. */
export interface RationalFunction {
  readonly over: Polynomial;
  readonly under: Polynomial;
}

/** Polynomials of a higher degree are not solved. */
const HIGHEST_DEGREE = 8;

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE: Rational = { numerator: 1n, denominator: 1n };

/**
 * An expression of one variable as a quotient of polynomials with rational coefficients; null when it is none.
 * @param signOf the sign that an absolute value's inside is taken to have.
 */
export function rationalFunctionOf(
  node: Expression,
  variable: string,
  signOf: (absolute: ApplyNode) => 1 | -1,
): RationalFunction | null {
  const exact = evaluateExact(node);
  if (exact !== null) return { over: trimmed([exact]), under: [ONE] };
  if (node.kind === "symbol") return node.name === variable ? { over: [ZERO, ONE], under: [ONE] } : null;
  if (node.kind !== "apply") return null;
  const parts: RationalFunction[] = [];
  for (const argument of node.operator === "power" ? node.args.slice(0, 1) : node.args) {
    const part = rationalFunctionOf(argument, variable, signOf);
    if (part === null) return null;
    parts.push(part);
  }
  const result = combine(node, parts, signOf);
  return result !== null && Math.max(result.over.length, result.under.length) <= HIGHEST_DEGREE + 1 ? result : null;
}

function combine(
  node: ApplyNode,
  parts: readonly RationalFunction[],
  signOf: (absolute: ApplyNode) => 1 | -1,
): RationalFunction | null {
  const [first, second] = parts;
  if (first === undefined) return null;
  switch (node.operator) {
    case "add":
      return parts.reduce(sumOf);
    case "multiply":
      return parts.reduce(productOf);
    case "negate":
      return { ...first, over: first.over.map(negate) };
    case "abs":
      return signOf(node) === 1 ? first : { ...first, over: first.over.map(negate) };
    case "divide":
      return second === undefined || second.over.length === 0
        ? null
        : productOf(first, { over: second.under, under: second.over });
    case "power":
      return powerOf(first, node.args[1]);
    default:
      return null;
  }
}

function powerOf(base: RationalFunction, written: Expression | undefined): RationalFunction | null {
  const exponent = written && evaluateExact(written);
  if (exponent?.denominator !== 1n || exponent.numerator < 1n || exponent.numerator > HIGHEST_DEGREE) return null;
  if ((base.over.length - 1) * Number(exponent.numerator) > HIGHEST_DEGREE) return null;
  return Array.from({ length: Number(exponent.numerator) }, () => base).reduce(productOf);
}

function sumOf(first: RationalFunction, second: RationalFunction): RationalFunction {
  const over = added(multiplied(first.over, second.under), multiplied(second.over, first.under));
  return { over, under: multiplied(first.under, second.under) };
}

/** The difference of two quotients. */
export function differenceOf(first: RationalFunction, second: RationalFunction): RationalFunction {
  return sumOf(first, { ...second, over: second.over.map(negate) });
}

function productOf(first: RationalFunction, second: RationalFunction): RationalFunction {
  return { over: multiplied(first.over, second.over), under: multiplied(first.under, second.under) };
}

function added(first: Polynomial, second: Polynomial): Polynomial {
  const longest = first.length > second.length ? first : second;
  return trimmed(longest.map((_, index) => add(first[index] ?? ZERO, second[index] ?? ZERO)));
}

function multiplied(first: Polynomial, second: Polynomial): Polynomial {
  const product: Rational[] = [];
  for (const [at, factor] of first.entries()) {
    for (const [index, other] of second.entries()) {
      product[at + index] = add(product[at + index] ?? ZERO, multiply(factor, other));
    }
  }
  return trimmed(product);
}

function trimmed(coefficients: readonly Rational[]): Polynomial {
  return coefficients.slice(0, coefficients.findLastIndex(({ numerator }) => numerator !== 0n) + 1);
}

/**
 * The real roots of a polynomial: its rational ones, and by the quadratic formula those of what is left without them. Null
 * where that has a higher degree than two, and for the polynomial that is zero everywhere.
 */
export function rootsOf(polynomial: Polynomial): readonly Expression[] | null {
  if (polynomial.length === 0) return null;
  let rest = polynomial;
  const roots: Expression[] = [];
  while (rest.length > 3 || (rest.length > 1 && rest[0]?.numerator === 0n)) {
    const root = rationalRoot(rest);
    if (root === null) return null;
    roots.push(numberOf(root));
    rest = withoutRoot(rest, root);
  }
  return [...roots, ...rootsOfQuadratic(rest)];
}

function rootsOfQuadratic([c = ZERO, b = ZERO, a = ZERO]: Polynomial): readonly Expression[] {
  if (a.numerator === 0n) {
    const root = divide(negate(c), b);
    return root === null ? [] : [numberOf(root)];
  }
  const four: Rational = { numerator: 4n, denominator: 1n };
  const discriminant = add(multiply(b, b), negate(multiply(four, multiply(a, c))));
  if (discriminant.numerator < 0n) return [];
  const root = apply("root", numberOf(discriminant), numberNode("2"));
  const twice = numberOf(add(a, a));
  const signs = discriminant.numerator === 0n ? [root] : [root, apply("negate", root)];
  return signs.map((term) => apply("divide", apply("add", numberOf(negate(b)), term), twice));
}

/** A rational root, found near one of the roots in doubles: its denominator divides the leading coefficient. */
function rationalRoot(polynomial: Polynomial): Rational | null {
  if (polynomial[0]?.numerator === 0n) return ZERO;
  const scale = polynomial.reduce(
    (least, { denominator }) => (least * denominator) / commonDivisor(least, denominator),
    1n,
  );
  const lead = polynomial.at(-1);
  const leading = lead === undefined ? 1n : (lead.numerator * scale) / lead.denominator;
  for (const near of approximateRoots(polynomial.map(toDouble))) {
    const numerator = Math.round(near * Number(leading));
    if (!Number.isSafeInteger(numerator)) continue;
    const root = divide({ numerator: BigInt(numerator), denominator: 1n }, { numerator: leading, denominator: 1n });
    if (root !== null && isEqual(valueAt(polynomial, root), ZERO)) return root;
  }
  return null;
}

function commonDivisor(first: bigint, second: bigint): bigint {
  let [a, b] = [first, second];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function valueAt(polynomial: Polynomial, at: Rational): Rational {
  return polynomial.reduce(
    (total, coefficient, power) => add(total, multiply(coefficient, raise(at, BigInt(power)))),
    ZERO,
  );
}

/** The quotient by x - root, by Horner's scheme. */
function withoutRoot(polynomial: Polynomial, root: Rational): Polynomial {
  const quotient: Rational[] = [];
  let carry = ZERO;
  for (const coefficient of polynomial.slice(1).toReversed()) {
    carry = add(multiply(carry, root), coefficient);
    quotient.unshift(carry);
  }
  return quotient;
}

const ROUNDS = 60;

/** The real parts of a polynomial's roots in doubles, by the iteration of Durand and Kerner. */
function approximateRoots(coefficients: readonly number[]): readonly number[] {
  const degree = coefficients.length - 1;
  const leading = coefficients.at(-1) ?? 1;
  const monic = coefficients.map((coefficient) => coefficient / leading);
  const radius = 1 + Math.max(...monic.slice(0, -1).map(Math.abs));
  let roots = Array.from({ length: degree }, (_, index): readonly [number, number] => {
    const angle = (2 * Math.PI * index) / degree + 0.4;
    return [(radius / 2) * Math.cos(angle), (radius / 2) * Math.sin(angle)];
  });
  for (let round = 0; round < ROUNDS; round++) {
    roots = roots.map((root, index) => {
      const others = roots.filter((_, other) => other !== index);
      const divisor = others.reduce<Pair>((product, other) => times(product, minus(root, other)), [1, 0]);
      return minus(root, quotientOf(evaluateAt(monic, root), divisor));
    });
  }
  return roots.map(([real]) => real);
}

type Pair = readonly [number, number];

function times([a, b]: Pair, [c, d]: Pair): Pair {
  return [a * c - b * d, a * d + b * c];
}

function minus([a, b]: Pair, [c, d]: Pair): Pair {
  return [a - c, b - d];
}

function quotientOf([a, b]: Pair, [c, d]: Pair): Pair {
  const size = c * c + d * d || Number.MIN_VALUE;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
}

function evaluateAt(monic: readonly number[], at: Pair): Pair {
  return monic.reduceRight<Pair>(
    ([re, im], coefficient) => {
      const [real, imaginary] = times([re, im], at);
      return [real + coefficient, imaginary];
    },
    [0, 0],
  );
}

function numberOf(value: Rational): Expression {
  return { kind: "number", value, decimal: false, base: null };
}
