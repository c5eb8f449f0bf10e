import { areScalarsEqual, differenceOf, signOfRatio } from "./compare-scalars.ts";
import { type Expression, type RelationNode, type RelationSign, variablesOf } from "../expression.ts";
import { turned } from "../sets/read-real-set.ts";
import { isForm, isName, isPowerProduct, makesCurve } from "../simplify/left-side.ts";

type Compare = (gold: Expression, response: Expression) => boolean;

/**
 * What an equation says: the last side, where the first is a name or all sides are the same value. Null for other
 * relations, 3x + 1 = 5 is not the answer 5, and where its values contradict each other.
 */
export function assignedValue({ sides, signs }: RelationNode, areEqual: Compare): Expression | null {
  const [first, ...more] = sides;
  const last = more.at(-1);
  if (first === undefined || last === undefined) return null;
  if (!signs.every((sign) => sign === "=" || sign === "in" || sign === "~")) return null;
  if (!isName(first) && !(last.kind === "matrix" && isPowerProduct(first)))
    return sides.every((side) => areEqual(last, side)) ? last : null;
  if (isForm(first) && (variablesOf(last).size > 0 || makesCurve(first, last))) return null;
  // A formula between the name and the value need not say what its variables are: A = bh = 12.
  const values = more.slice(0, -1).filter((side) => variablesOf(side).size === 0 || variablesOf(last).size > 0);
  return values.every((side) => areEqual(last, side)) ? last : null;
}

/**
 * Whether two relations say the same: the same name equal to the same answer, or the same constraints in any order, each
 * up to a constant factor and the exchange of its sides.
 */
export function areRelationsEqual(gold: RelationNode, response: RelationNode, areEqual: Compare): boolean {
  const [name, otherName] = [gold.sides[0], response.sides[0]];
  const [value, otherValue] = [assignedValue(gold, areEqual), assignedValue(response, areEqual)];
  if (name && otherName && value && otherValue && areNamesEqual(name, otherName) && areEqual(value, otherValue))
    return true;
  if (isSolved(gold) && !isSolved(response)) return false;
  const [constraints, others] = [constraintsOf(gold), constraintsOf(response)];
  if (constraints === null || others === null || constraints.length !== others.length) return false;
  const left = [...others];
  return constraints.every((constraint) => {
    const index = left.findIndex((other) => isSameConstraint(constraint, other));
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
}

/** Whether two left sides name the same; one that was not understood could be what the other one names. */
function areNamesEqual(first: Expression, second: Expression): boolean {
  // Sides that are values by themselves name nothing.
  if (!isName(first) || !isName(second)) return isName(first) === isName(second);
  if (isOpaque(first) !== isOpaque(second)) return isSimple(isOpaque(first) ? second : first);
  return areScalarsEqual(withoutBars(first), withoutBars(second));
}

/** The length of a segment is written with and without bars. */
function withoutBars(node: Expression): Expression {
  const [inner] = node.kind === "apply" && (node.operator === "abs" || node.operator === "norm") ? node.args : [];
  return inner?.kind === "apply" && inner.operator === "multiply" ? inner : node;
}

/** Whether a left side names one value, and does not relate several variables. */
function isSimple(name: Expression): boolean {
  return name.kind === "symbol" || (name.kind === "apply" && ["call", "abs", "norm"].includes(name.operator));
}

function isOpaque(node: Expression): boolean {
  return node.kind === "symbol" && node.isOpaque === true;
}

/** Whether each of a relation's sides is its only variable, or holds none. */
function isSolved({ sides }: RelationNode): boolean {
  const bounds = sides.filter((side) => side.kind !== "symbol");
  const names = new Set(sides.flatMap((side) => [...variablesOf(side)]));
  return names.size === 1 && bounds.length < sides.length && bounds.every((bound) => variablesOf(bound).size === 0);
}

/** `difference` stands in the relation `sign` to zero. */
interface Constraint {
  readonly sign: RelationSign;
  readonly difference: Expression;
}

function constraintsOf({ sides, signs }: RelationNode): Constraint[] | null {
  const constraints: Constraint[] = [];
  for (const [index, sign] of signs.entries()) {
    const [left, right] = [sides[index], sides[index + 1]];
    if (left === undefined || right === undefined || sign === "in") return null;
    constraints.push({ sign, difference: differenceOf(left, right) });
  }
  return constraints;
}

function isSameConstraint(first: Constraint, second: Constraint): boolean {
  const ratio = signOfRatio(first.difference, second.difference);
  if (ratio === null) return false;
  return first.sign === (ratio === 1 ? second.sign : turned(second.sign));
}
