import { deriveSeed, uniformAt } from "../../../core/random.ts";
import { type Rational, toDouble } from "../../../core/rational.ts";
import { choiceOf, evaluateExact, type ExactPoint } from "./evaluate-exact.ts";
import { type ApplyNode, childrenOf, type Expression, INDEX } from "../expression.ts";

/** Where two expressions are compared. */
export interface Samples {
  /** Points close to zero, tried until both sides have had a value at enough of them. */
  readonly near: Iterable<ExactPoint>;
  /**
   * Points on all scales, each of which is tried: what bends, such as |x - 5|, is another expression farther out. Both
   * sides may differ there where a root of theirs is not real.
   */
  readonly wide: Iterable<ExactPoint>;
}

const NEAR = 16;
const WIDE = 40;

/** The points at which two expressions of some variables are compared; the same ones each time. */
export function samplePoints(gold: Expression, response: Expression, variables: ReadonlySet<string>): Samples {
  const [own, other] = [traitsOf(gold), traitsOf(response)];
  const draws = [...variables].map((name): Draw => {
    const scale = own.counts.has(name) || (other.counts.has(name) && COUNTED.test(name)) ? "count" : null;
    const isWhole = own.whole.has(name) || (other.whole.has(name) && COUNTED.test(name));
    return { name, seed: deriveSeed(0, "math", name), scale: scale ?? (isWhole ? "whole" : "real") };
  });
  const isSmooth = !own.bends && !other.bends && draws.every(({ scale }) => scale === "real");
  const places = placesOf([...own.numbers, ...other.numbers]);
  return {
    near: pointsOf(NEAR, draws, (draw, index) => nearValue(draw, index)),
    wide: pointsOf(isSmooth ? 0 : WIDE, draws, (draw, index) => wideValue(draw, index, places)),
  };
}

/** A variable with the seed of its values, and what those are: fractions, whole numbers, or whole ones above zero. */
interface Draw {
  readonly name: string;
  readonly seed: number;
  readonly scale: "real" | "whole" | "count";
}

/** Letters that stand for whole numbers by convention. */
const COUNTED = /^[i-nN](?:$|_)/;

/** The values of variables are fractions over these primes: few digits, so that powers of them stay small. */
const NEAR_DENOMINATOR = 1009;
const WIDE_DENOMINATOR = 7;

const MOST_COUNTED = 20;

function* pointsOf(
  count: number,
  draws: readonly Draw[],
  valueOf: (draw: Draw, index: number) => Rational,
): Generator<ExactPoint> {
  for (let index = 0; index < count; index++) {
    yield new Map(draws.map((draw) => [draw.name, valueOf(draw, index)]));
  }
}

/**
 * Between 0.5 and 2 in magnitude, so that powers stay within doubles: all above zero at the first point, all below at
 * the second, which tells |x| from x and ln(xy) from ln x + ln y.
 */
function nearValue({ seed, scale }: Draw, index: number): Rational {
  const uniform = uniformAt(seed, index);
  if (scale === "count") return counted(uniform);
  const isNegative = index < 2 ? index === 1 : uniform < 0.5;
  const magnitude = (uniform * 2) % 1;
  const value = scale === "whole" ? 1 + 10 * magnitude : 0.5 + 1.5 * magnitude;
  return fraction(isNegative ? -value : value, scale === "whole" ? 1 : NEAR_DENOMINATOR);
}

/** A value on the small, the middle or the large scale, or close to a number that the expressions name. */
function wideValue({ seed, scale }: Draw, index: number, places: readonly number[]): Rational {
  const uniform = uniformAt(seed, NEAR + index);
  if (scale === "count") return counted(uniform);
  const kind = (index + seed) % 4;
  const round = Math.floor(index / 4);
  const [farthest = 0] = places;
  const around = kind === 3 ? (places[round % places.length] ?? 0) : 0;
  const reach = [4, 16, Math.max(100, 3 * farthest), 1.5][kind] ?? 1;
  return fraction(around + reach * (2 * uniform - 1), scale === "whole" || round % 2 === 1 ? 1 : WIDE_DENOMINATOR);
}

function counted(uniform: number): Rational {
  return fraction(1 + Math.floor(uniform * MOST_COUNTED), 1);
}

/** The fraction over a prime that is close to a value: never a whole number, unless the denominator is one. */
function fraction(value: number, denominator: number): Rational {
  const closest = Math.round(value * denominator);
  const numerator = denominator > 1 && closest % denominator === 0 ? closest + 1 : closest;
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

const MOST_PLACES = 5;
const FARTHEST = 1e6;

/** The largest of some numbers with either sign: where what bends may do so. */
function placesOf(numbers: readonly number[]): readonly number[] {
  const distinct = [...new Set(numbers)].filter((number) => number > 0 && number <= FARTHEST);
  const largest = distinct.toSorted((a, b) => b - a).slice(0, MOST_PLACES);
  return largest.flatMap((number) => [number, -number]);
}

/** What decides where an expression has to be looked at. */
interface Traits {
  bends: boolean;
  /** Variables that are whole numbers by where they stand. */
  readonly whole: Set<string>;
  /** Variables that are counts by where they stand: whole numbers above zero. */
  readonly counts: Set<string>;
  readonly numbers: number[];
}

function traitsOf(node: Expression): Traits {
  const traits: Traits = { bends: false, whole: new Set(), counts: new Set(), numbers: [] };
  collect(node, traits);
  return traits;
}

/** Adds the traits of an expression, and returns the names of the variables in it. */
function collect(node: Expression, traits: Traits): readonly string[] {
  if (node.kind === "symbol") return node.name.startsWith(INDEX) ? [] : [node.name];
  if (node.kind === "number") traits.numbers.push(Math.abs(toDouble(node.value)));
  const names = childrenOf(node).map((child) => collect(child, traits));
  const all = names.flat();
  if (node.kind !== "apply" || all.length === 0) return all;
  const { operator } = node;
  if (BENDING.has(operator) || isEvenRoot(node)) traits.bends = true;
  if (isSeries(node)) for (const name of [...(names[1] ?? []), ...(names[2] ?? [])]) traits.counts.add(name);
  if (COUNTING.has(operator) || choiceOf(node) !== null) for (const name of all) traits.counts.add(name);
  if (ROUNDING.has(operator)) for (const name of all) if (COUNTED.test(name)) traits.whole.add(name);
  if (WHOLE.has(operator)) for (const name of all) traits.whole.add(name);
  if (operator === "power" && isBelowZero(node.args[0])) for (const name of names[1] ?? []) traits.whole.add(name);
  return all;
}

const BENDING: ReadonlySet<string> = new Set(["abs", "norm", "floor", "ceil", "min", "max", "mod", "gcd", "lcm"]);
const COUNTING: ReadonlySet<string> = new Set(["factorial", "binomial", "permutations"]);
const WHOLE: ReadonlySet<string> = new Set(["gcd", "lcm", "mod"]);
const ROUNDING: ReadonlySet<string> = new Set(["floor", "ceil"]);

function isSeries({ operator }: ApplyNode): boolean {
  return operator === "sum" || operator === "prod";
}

function isEvenRoot({ operator, args: [, exponent] }: ApplyNode): boolean {
  if (exponent === undefined || (operator !== "root" && operator !== "power")) return false;
  const value = evaluateExact(exponent);
  if (value === null) return false;
  return (operator === "root" ? value.numerator : value.denominator) % 2n === 0n;
}

function isBelowZero(node: Expression | undefined): boolean {
  const value = node && evaluateExact(node);
  return value ? value.numerator < 0n : false;
}
