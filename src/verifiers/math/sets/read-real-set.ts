import { evaluateNumeric } from "../evaluate/evaluate-numeric.ts";
import {
  apply,
  type Expression,
  type ListNode,
  type RelationNode,
  type RelationSign,
  variablesOf,
} from "../expression.ts";
import {
  ABOVE,
  areRealSetsEqual,
  BELOW,
  complementOf,
  type End,
  intersect,
  type RealSet,
  REALS,
  unionOfAll,
  unite,
} from "./real-set.ts";
import { solveInequality } from "./solve-inequality.ts";

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
      return absoluteSolutions(node) ?? solutionsOf(node) ?? solveInequality(node);
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
  const names = [...variablesOf({ kind: "list", items })].filter((name) => name !== "\u211d");
  if (names.length > 1) return null;
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

/** An end; open at infinity however it was written. */
function endOf(written: Expression, open: boolean): End | null {
  if (written.kind === "constant" && written.name === "infinity") return ABOVE;
  if (written.kind === "apply" && written.operator === "negate") {
    const [inner] = written.args;
    const end = inner && endOf(inner, open);
    if (end === ABOVE) return BELOW;
    if (end === BELOW) return ABOVE;
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

/** The numbers x with |x| on one side of a bound; null for other relations. */
function absoluteSolutions({ sides, signs }: RelationNode): RealSet | null {
  const [left, right, ...more] = sides;
  const [written] = signs;
  if (left === undefined || right === undefined || written === undefined || more.length > 0) return null;
  const isLeft = isAbsoluteName(left);
  if (!isLeft && !isAbsoluteName(right)) return null;
  const [sign, bound] = isLeft ? [written, right] : [turned(written), left];
  const isOpen = sign === "<" || sign === ">=";
  const [low, high] = [endOf(apply("negate", bound), isOpen), endOf(bound, isOpen)];
  if (low === null || high === null) return null;
  const within: RealSet = low.at < high.at || (low.at === high.at && !isOpen) ? [{ low, high }] : [];
  if (sign === "<" || sign === "<=") return within;
  return sign === ">" || sign === ">=" ? complementOf(within) : null;
}

function isAbsoluteName(node: Expression): boolean {
  return node.kind === "apply" && node.operator === "abs" && node.args[0]?.kind === "symbol";
}

/**
 * Whether an answer says which numbers it means, so that nothing is left to be solved: a set, or inequalities of a variable
 * or its absolute value by itself and a bound.
 */
export function isSolvedSet(node: Expression): boolean {
  if (node.kind === "list") return node.items.every(isSolvedSet);
  if (node.kind !== "relation") return true;
  return node.sides.every((side) => isBare(side) || variablesOf(side).size === 0);
}

/** Whether a side is a variable, with a minus or bars around it at most. */
function isBare(side: Expression): boolean {
  if (side.kind === "symbol") return true;
  const [inner] = side.kind === "apply" && (side.operator === "negate" || side.operator === "abs") ? side.args : [];
  return inner?.kind === "symbol";
}

/** The numbers that a chain of relations leaves for its one variable. */
function solutionsOf({ sides, signs }: RelationNode): RealSet | null {
  let solutions: RealSet = REALS;
  let variable: string | null = null;
  for (const [index, sign] of signs.entries()) {
    const [left, right] = [sides[index], sides[index + 1]];
    if (left === undefined || right === undefined) return null;
    const isLeft = isSigned(left);
    const [side, written] = isLeft ? [left, right] : [right, left];
    const isNegated = side.kind === "apply" && side.operator === "negate";
    const name = isNegated ? (side.args[0] ?? side) : side;
    const bound = isNegated ? apply("negate", written) : written;
    if (name.kind !== "symbol" || (variable !== null && variable !== name.name)) return null;
    variable = name.name;
    const part =
      sign === "in" && isLeft ? realSetOf(bound) : halfLine(bound, isLeft === isNegated ? turned(sign) : sign);
    if (part === null) return null;
    solutions = intersect(solutions, part);
  }
  return solutions;
}

function isSigned(side: Expression): boolean {
  return (
    side.kind === "symbol" || (side.kind === "apply" && side.operator === "negate" && side.args[0]?.kind === "symbol")
  );
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
