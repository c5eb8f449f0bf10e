import type { Rational } from "../../../core/rational.ts";
import { areScalarsEqual } from "../compare/compare-scalars.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import { evaluateNumeric } from "../evaluate/evaluate-numeric.ts";
import {
  type ApplyNode,
  childrenOf,
  type Expression,
  type RelationNode,
  type RelationSign,
  replaceSymbols,
  variablesOf,
} from "../expression.ts";
import { differenceOf, rationalFunctionOf, rootsOf } from "./polynomial.ts";
import { ABOVE, BELOW, type End, type Interval, type RealSet, unite } from "./real-set.ts";

/** Each absolute value doubles the cases. */
const MOST_ABSOLUTES = 3;
/** Places that doubles tell apart by less than this, as a part of their size, are not told apart. */
const LEAST_GAP = 1e-7;

/**
 * The real solutions of a chain of inequalities of one variable: quotients of polynomials and absolute values. Between
 * the places where two sides may become equal or undefined nothing changes, so that one point of each gap decides. Null
 * where those places are not all known.
 */
export function solveInequality(relation: RelationNode): RealSet | null {
  const [variable, ...more] = [...variablesOf(relation)];
  if (variable === undefined || more.length > 0 || !relation.signs.every((sign) => COMPARED.has(sign))) return null;
  // Equations alone are compared as they stand.
  if (relation.signs.every((sign) => sign === "=")) return null;
  const places = placesOf(relation, variable);
  if (places === null) return null;
  const holds = (place: Expression): boolean => holdsAt(relation, variable, place);
  const pieces: Interval[] = [];
  for (const [index, place] of [...places, null].entries()) {
    const before = places[index - 1];
    const between = pointBetween(before?.at ?? null, place?.at ?? null);
    if (holds(between)) pieces.push({ low: openEnd(before) ?? BELOW, high: openEnd(place) ?? ABOVE });
    if (place !== null && holds(place.written)) pieces.push({ low: closedEnd(place), high: closedEnd(place) });
  }
  return unite(pieces);
}

const COMPARED: ReadonlySet<RelationSign> = new Set<RelationSign>(["=", "!=", "<", "<=", ">", ">="]);

interface Place {
  readonly at: number;
  readonly written: Expression;
}

function openEnd(place: Place | null | undefined): End | null {
  return place ? { ...place, open: true } : null;
}

function closedEnd(place: Place): End {
  return { ...place, open: false };
}

/** The places where the sides of a relation may meet or be undefined, in order; null where they are not all known. */
function placesOf({ sides }: RelationNode, variable: string): readonly Place[] | null {
  const absolutes = [...new Set(sides.flatMap(absolutesOf))];
  if (absolutes.length > MOST_ABSOLUTES) return null;
  const roots: Expression[] = [];
  for (let signs = 0; signs < 1 << absolutes.length; signs++) {
    const signOf = (absolute: ApplyNode): 1 | -1 => ((signs >> absolutes.indexOf(absolute)) & 1 ? -1 : 1);
    const compared = sides.slice(1).map((side, index): readonly Expression[] => [sides[index] ?? side, side]);
    for (const [left, right] of [...compared, ...absolutes.map((absolute) => absolute.args)]) {
      const [first, second] = [left, right].map((side) => side && rationalFunctionOf(side, variable, signOf));
      if (!first || second === null) return null;
      const difference = second === undefined ? first.over : differenceOf(first, second).over;
      for (const polynomial of [difference, first.under, second?.under ?? []]) {
        if (polynomial.length === 0) continue;
        const found = rootsOf(polynomial);
        if (found === null) return null;
        roots.push(...found);
      }
    }
  }
  return inOrder(roots);
}

function absolutesOf(node: Expression): readonly ApplyNode[] {
  const inner = childrenOf(node).flatMap(absolutesOf);
  return node.kind === "apply" && node.operator === "abs" ? [...inner, node] : inner;
}

/** Places in order, each once; null where two are too close to each other to be told apart. */
function inOrder(roots: readonly Expression[]): readonly Place[] | null {
  const places: Place[] = [];
  const found = roots.flatMap((written): Place[] => {
    const value = evaluateNumeric(written, new Map());
    return value === null ? [] : [{ at: value.value.re, written }];
  });
  if (found.length < roots.length) return null;
  for (const place of found.toSorted((left, right) => left.at - right.at)) {
    const last = places.at(-1);
    const isClose = last !== undefined && place.at - last.at <= LEAST_GAP * Math.max(1, Math.abs(place.at));
    if (!isClose) places.push(place);
    else if (!areScalarsEqual(last.written, place.written)) return null;
  }
  return places;
}

const STEPS = 2 ** 24;

/** A fraction between two places; null for one stands for infinity. */
function pointBetween(low: number | null, high: number | null): Expression {
  const value = low === null ? (high ?? 1) - 1 : high === null ? low + 1 : (low + high) / 2;
  const isWide = Math.abs(value) * STEPS > Number.MAX_SAFE_INTEGER;
  const denominator = isWide ? 1 : STEPS;
  const fraction: Rational = { numerator: BigInt(Math.round(value * denominator)), denominator: BigInt(denominator) };
  return { kind: "number", value: fraction, decimal: false, base: null };
}

/** Whether each relation of a chain holds where the variable has a value; not where a side is undefined. */
function holdsAt({ sides, signs }: RelationNode, variable: string, place: Expression): boolean {
  const values = sides.map((side) => replaceSymbols(side, (symbol) => (symbol.name === variable ? place : symbol)));
  return signs.every((sign, index) => {
    const [left, right] = [values[index], values[index + 1]];
    const order = left && right && orderOf(left, right);
    return order !== null && order !== undefined && ALLOWED[sign]?.includes(order) === true;
  });
}

const ALLOWED: Partial<Record<RelationSign, readonly (-1 | 0 | 1)[]>> = {
  "=": [0],
  "!=": [-1, 1],
  "<": [-1],
  "<=": [-1, 0],
  ">": [1],
  ">=": [0, 1],
};

function orderOf(left: Expression, right: Expression): -1 | 0 | 1 | null {
  const [first, second] = [evaluateExact(left), evaluateExact(right)];
  if (first !== null && second !== null) {
    const [over, under] = [first.numerator * second.denominator, second.numerator * first.denominator];
    return over === under ? 0 : over < under ? -1 : 1;
  }
  const [one, other] = [evaluateNumeric(left, new Map()), evaluateNumeric(right, new Map())];
  if (one === null || other === null) return null;
  if (areScalarsEqual(left, right)) return 0;
  return one.value.re < other.value.re ? -1 : 1;
}
