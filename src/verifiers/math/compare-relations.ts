import { areScalarsEqual, differenceOf, signOfRatio } from "./compare-scalars.ts";
import type { Expression, RelationNode, RelationSign } from "./expression.ts";
import { turned } from "./real-set.ts";
import { isName } from "./simplify-answer.ts";

type Compare = (gold: Expression, response: Expression) => boolean;

/**
 * What an equation says: the last side, where the first is a name or all sides are the same value. Null for other
 * relations: 3x + 1 = 5 is not the answer 5.
 */
export function assignedValue({ sides, signs }: RelationNode): Expression | null {
  const [first] = sides;
  const last = sides.at(-1);
  if (first === undefined || last === undefined) return null;
  if (!signs.every((sign) => sign === "=" || sign === "in" || sign === "~")) return null;
  if (isName(first) || sides.every((side) => areScalarsEqual(side, last))) return last;
  return null;
}

/**
 * Whether two relations say the same: the same name equal to the same answer, or the same constraints in any order, each
 * up to a constant factor and the exchange of its sides.
 */
export function areRelationsEqual(gold: RelationNode, response: RelationNode, areEqual: Compare): boolean {
  const [name, otherName] = [gold.sides[0], response.sides[0]];
  const [value, otherValue] = [assignedValue(gold), assignedValue(response)];
  if (name && otherName && value && otherValue && isName(name) && isName(otherName)) {
    if (areScalarsEqual(name, otherName) && areEqual(value, otherValue)) return true;
  }
  const [constraints, others] = [constraintsOf(gold), constraintsOf(response)];
  if (constraints === null || others === null || constraints.length !== others.length) return false;
  const left = [...others];
  return constraints.every((constraint) => {
    const index = left.findIndex((other) => isSameConstraint(constraint, other));
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
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
