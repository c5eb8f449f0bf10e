import { Decimal } from "decimal.js";
import { evaluateExact, type ExactPoint } from "./evaluate-exact.ts";
import { evaluatePrecise } from "./evaluate-precise.ts";
import { childrenOf, type Expression } from "../expression.ts";

/** Digits beyond those of the longest number that an expression holds, and how many more the second time. */
const DIGITS = 40;
const MORE_DIGITS = 40;
/** More digits are not worked out: values that take them are not confirmed. */
const MOST_DIGITS = 200;
/** Values of more functions, powers and roots are not confirmed: each takes up to a millisecond. */
const MOST_FUNCTIONS = 50;
/** Digits at the end of a value that rounding may have changed. */
const ROUNDED = 12;

/**
 * Whether two values that doubles do not tell apart at a point are the same to many more digits: \arctan(10^{18}) is not
 * \pi/2. What takes too many digits to be seen, as in \tanh(10^6), is not confirmed. True where the values cannot be
 * worked out that way, as they are not real: then the doubles are all that is known.
 */
export function isConfirmed(gold: Expression, response: Expression, point: ExactPoint): boolean {
  if (evaluateExact(gold, point) !== null && evaluateExact(response, point) !== null) return true;
  const digits = roundUp(DIGITS + Math.max(digitsOf(gold, point), digitsOf(response, point)));
  if (digits > MOST_DIGITS || functionsIn(gold) + functionsIn(response) > MOST_FUNCTIONS) return false;
  const first = differenceOf(gold, response, point, digits);
  if (first === "lost") return false;
  if (first === null || first.isZero() || first.e < ROUNDED - digits) return true;
  // What cancelled may have taken digits with it: then more of them make the difference smaller, or else it is one.
  const second = differenceOf(gold, response, point, digits + MORE_DIGITS);
  if (second === "lost" || second === null) return false;
  return second.isZero() || second.e < first.e - MORE_DIGITS / 2;
}

/** The distance of two values as a part of the larger one. */
function differenceOf(
  gold: Expression,
  response: Expression,
  point: ExactPoint,
  digits: number,
): Decimal | "lost" | null {
  const numbers = numbersOf(digits);
  const first = evaluatePrecise(gold, point, numbers);
  const second = first === null ? null : evaluatePrecise(response, point, numbers);
  if (first === "lost" || second === "lost") return "lost";
  if (first === null || second === null) return null;
  const size = numbers.max(first.abs(), second.abs());
  return size.isZero() ? size : first.sub(second).abs().div(size);
}

const CLASSES = new Map<number, typeof Decimal>();

/** The class of the numbers with some digits. There are few, as the digits are rounded up. */
function numbersOf(digits: number): typeof Decimal {
  const known = CLASSES.get(digits);
  if (known !== undefined) return known;
  const numbers = Decimal.clone({ precision: digits, defaults: true });
  CLASSES.set(digits, numbers);
  return numbers;
}

function roundUp(digits: number): number {
  return Math.ceil(digits / 20) * 20;
}

/** The digits of the longest fraction in an expression. */
function digitsOf(node: Expression, point: ExactPoint): number {
  const exact = evaluateExact(node, point);
  if (exact !== null) return Math.max(exact.numerator.toString().length, exact.denominator.toString().length);
  return childrenOf(node).reduce((most, child) => Math.max(most, digitsOf(child, point)), 0);
}

const QUICK: ReadonlySet<string> = new Set("add multiply divide negate percent degree abs norm max min".split(" "));

/** The number of operators in an expression that are no plain arithmetic. */
function functionsIn(node: Expression): number {
  if (node.kind !== "apply" || evaluateExact(node) !== null) return 0;
  const own = QUICK.has(node.operator) ? 0 : 1;
  return node.args.reduce((total, part) => total + functionsIn(part), own);
}
