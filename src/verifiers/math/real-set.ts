import { areScalarsEqual } from "./compare-scalars.ts";
import { evaluateNumeric } from "./evaluate-numeric.ts";
import {
  apply,
  type Expression,
  type ListNode,
  type RelationNode,
  type RelationSign,
  variablesOf,
} from "./expression.ts";

/** An end of an interval: its place on the real line, infinite or not, and the expression it was written as. */
interface End {
  readonly at: number;
  readonly open: boolean;
  readonly written: Expression;
}

interface Interval {
  readonly low: End;
  readonly high: End;
}

/** A set of real numbers: intervals apart from each other, in order; a point is an interval closed at both ends. */
export type RealSet = readonly Interval[];

/** Whether an expression speaks of sets of numbers in a way that a comparison item by item would miss. */
export function isSetLike(node: Expression): boolean {
  switch (node.kind) {
    case "symbol":
      return node.name === "\u211d" || node.name === "\u2205";
    case "apply":
      return ["union", "intersection", "difference"].includes(node.operator);
    case "relation":
      return node.signs.some((sign) => sign !== "=");
    case "list":
      return node.items.every(isSetLike);
    default:
      return false;
  }
}

/** The real numbers that an expression stands for: intervals, unions, braces, inequalities of one variable; null when it is none. */
export function realSetOf(node: Expression): RealSet | null {
  switch (node.kind) {
    case "symbol":
      if (node.name === "\u2205") return [];
      return node.name === "\u211d" ? REALS : null;
    case "bracket":
      if (node.open === "{") return unionOfAll(node.items.map(pointSet));
      return node.items.length === 2 ? intervalOf(node.items, node.open === "(", node.close === ")") : null;
    case "apply":
      return combine(node.operator, node.args.map(realSetOf));
    case "relation":
      return solutionsOf(withoutAbsolute(node));
    case "list":
      return joined(node);
    default:
      return null;
  }
}

/**
 * Inequalities that "and" joins hold all at once. Between other items it lists them, as "or" does, and so does a comma,
 * unless together the inequalities would then say nothing: x > 1, x < 5.
 */
function joined({ items, joiner }: ListNode): RealSet | null {
  const sets = items.map((item) =>
    item.kind === "relation" || item.kind === "bracket" ? realSetOf(item) : pointSet(item),
  );
  const all = unionOfAll(sets);
  if (variablesOf({ kind: "list", items }).size > 1) return null;
  if (all === null || joiner === "or" || !items.every(isRelation) || !items.some(isInequality)) return all;
  return joiner === "and" || areRealSetsEqual(all, REALS)
    ? sets.reduce<RealSet>((left, right) => intersect(left, right ?? []), REALS)
    : all;
}

function isRelation(node: Expression): node is RelationNode {
  return node.kind === "relation";
}

function isInequality(node: Expression): boolean {
  return isRelation(node) && node.signs.some((sign) => sign !== "=");
}

/** The inequality |x| < a as -a < x < a; other relations as they are. */
function withoutAbsolute(node: RelationNode): RelationNode {
  const [left, right, ...more] = node.sides;
  const [sign] = node.signs;
  if (left?.kind !== "apply" || left.operator !== "abs" || right === undefined || more.length > 0) return node;
  const [inner] = left.args;
  if (inner?.kind !== "symbol" || (sign !== "<" && sign !== "<=")) return node;
  return { kind: "relation", signs: [sign, sign], sides: [apply("negate", right), inner, right] };
}

/** Whether two sets hold the same numbers. */
export function areRealSetsEqual(first: RealSet, second: RealSet): boolean {
  return (
    first.length === second.length &&
    first.every((interval, index) => {
      const other = second[index];
      return other !== undefined && areEndsEqual(interval.low, other.low) && areEndsEqual(interval.high, other.high);
    })
  );
}

function areEndsEqual(first: End, second: End): boolean {
  if (first.open !== second.open) return false;
  if (!Number.isFinite(first.at) || !Number.isFinite(second.at)) return first.at === second.at;
  return areScalarsEqual(first.written, second.written);
}

const INFINITY: Expression = { kind: "constant", name: "infinity" };
const BELOW: End = { at: -Infinity, open: true, written: INFINITY };
const ABOVE: End = { at: Infinity, open: true, written: INFINITY };
const REALS: RealSet = [{ low: BELOW, high: ABOVE }];

/** An end; open at infinity however it was written. */
function endOf(written: Expression, open: boolean): End | null {
  if (written.kind === "constant" && written.name === "infinity") return ABOVE;
  if (written.kind === "apply" && written.operator === "negate") {
    const [inner] = written.args;
    if (inner?.kind === "constant" && inner.name === "infinity") return BELOW;
  }
  const result = evaluateNumeric(written, new Map());
  return result === null || result.value.im !== 0 ? null : { at: result.value.re, open, written };
}

function pointSet(node: Expression): RealSet | null {
  const end = endOf(node, false);
  return end === null || !Number.isFinite(end.at) ? null : [{ low: end, high: end }];
}

function intervalOf(ends: readonly Expression[], lowOpen: boolean, highOpen: boolean): RealSet | null {
  const [first, second] = ends;
  if (first === undefined || second === undefined) return null;
  const [low, high] = [endOf(first, lowOpen), endOf(second, highOpen)];
  if (low === null || high === null || low.at > high.at) return null;
  // (3, 3) is a point of the plane rather than an interval without numbers.
  return low.at === high.at && (low.open || high.open) ? null : [{ low, high }];
}

function keepFilled(intervals: readonly Interval[]): RealSet {
  return intervals.filter(({ low, high }) => low.at < high.at || (low.at === high.at && !low.open && !high.open));
}

function combine(operator: string, sets: readonly (RealSet | null)[]): RealSet | null {
  const [first, second] = sets;
  if (!first || !second) return null;
  switch (operator) {
    case "union":
      return unite([...first, ...second]);
    case "intersection":
      return intersect(first, second);
    case "difference":
      return intersect(first, complementOf(second));
    default:
      return null;
  }
}

function unionOfAll(sets: readonly (RealSet | null)[]): RealSet | null {
  const all: Interval[] = [];
  for (const set of sets) {
    if (set === null) return null;
    all.push(...set);
  }
  return unite(all);
}

function unite(intervals: readonly Interval[]): RealSet {
  const sorted = intervals.toSorted(({ low: a }, { low: b }) => a.at - b.at || Number(a.open) - Number(b.open));
  const united: Interval[] = [];
  for (const interval of sorted) {
    const last = united.at(-1);
    const { low, high } = interval;
    const touches = last && (low.at < last.high.at || (low.at === last.high.at && !(low.open && last.high.open)));
    if (!last || !touches) united.push(interval);
    else united[united.length - 1] = { low: last.low, high: farther(last.high, high) };
  }
  return united;
}

function farther(first: End, second: End): End {
  if (first.at !== second.at) return first.at > second.at ? first : second;
  return first.open ? second : first;
}

function intersect(first: RealSet, second: RealSet): RealSet {
  const both = first.flatMap((a) =>
    second.map((b) => ({ low: nearer(a.low, b.low, 1), high: nearer(a.high, b.high, -1) })),
  );
  return unite(keepFilled(both.filter(({ low, high }) => low.at <= high.at)));
}

/** The end that leaves less: the larger of two lower ends (1), the smaller of two upper ones (-1). */
function nearer(first: End, second: End, direction: 1 | -1): End {
  if (first.at !== second.at) return (first.at - second.at) * direction > 0 ? first : second;
  return first.open ? first : second;
}

function complementOf(set: RealSet): RealSet {
  const gaps: Interval[] = [];
  let low = BELOW;
  for (const interval of set) {
    gaps.push({ low, high: { ...interval.low, open: !interval.low.open } });
    low = { ...interval.high, open: !interval.high.open };
  }
  return keepFilled(
    [...gaps, { low, high: ABOVE }].filter((gap) => gap.low.at !== Infinity && gap.high.at !== -Infinity),
  );
}

/** The numbers that a chain of relations leaves for its one variable. */
function solutionsOf({ sides, signs }: RelationNode): RealSet | null {
  let solutions: RealSet = REALS;
  let variable: string | null = null;
  for (const [index, sign] of signs.entries()) {
    const [left, right] = [sides[index], sides[index + 1]];
    if (left === undefined || right === undefined) return null;
    const isLeft = left.kind === "symbol";
    const [name, bound] = isLeft ? [left, right] : [right, left];
    if (name.kind !== "symbol" || (variable !== null && variable !== name.name)) return null;
    variable = name.name;
    const part = sign === "in" && isLeft ? realSetOf(bound) : halfLine(bound, isLeft ? sign : turned(sign));
    if (part === null) return null;
    solutions = intersect(solutions, part);
  }
  return solutions;
}

/** The numbers x with x `sign` bound. */
function halfLine(bound: Expression, sign: RelationSign): RealSet | null {
  const end = endOf(bound, sign === "<" || sign === ">");
  if (end === null) return null;
  switch (sign) {
    case "<":
    case "<=":
      return [{ low: BELOW, high: end }];
    case ">":
    case ">=":
      return [{ low: end, high: ABOVE }];
    case "=":
      return [{ low: end, high: end }];
    case "!=":
      return complementOf([{ low: end, high: end }]);
    default:
      return null;
  }
}

const TURNED: Partial<Record<RelationSign, RelationSign>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** The sign with its sides exchanged. */
export function turned(sign: RelationSign): RelationSign {
  return TURNED[sign] ?? sign;
}
