import { add, divide, isEqual, negate } from "../../../core/rational.ts";
import { areScalarsEqual } from "./compare-scalars.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import type { Expression } from "../expression.ts";

type Compare = (gold: Expression, response: Expression) => boolean;

/** What x = 3 (mod 7) says: of x, which need not be written, that it is 3 up to multiples of 7. */
interface Congruence {
  readonly name: Expression | null;
  readonly residue: Expression;
  readonly modulus: Expression;
}

/** Whether two congruences leave the same residue; null when neither is one. */
export function areCongruencesEqual(gold: Expression, response: Expression, areEqual: Compare): boolean | null {
  const [first, second] = [congruenceOf(gold), congruenceOf(response)];
  if (first === null && second === null) return null;
  if (gold.kind === "list" || response.kind === "list") return null;
  if (first === null || second === null) return false;
  if (!areScalarsEqual(first.modulus, second.modulus)) return false;
  if (first.name !== null && second.name !== null && !areEqual(first.name, second.name)) return false;
  return areCongruent(first, second) ?? areEqual(first.residue, second.residue);
}

function congruenceOf(node: Expression): Congruence | null {
  if (node.kind !== "apply" || node.operator !== "modulo") return null;
  const [residue, modulus] = node.args;
  if (residue === undefined || modulus === undefined) return null;
  if (residue.kind !== "relation") return { name: null, residue, modulus };
  const [left, right, ...more] = residue.sides;
  if (left === undefined || right === undefined || more.length > 0 || residue.signs[0] !== "=") return null;
  // 3 = x (mod 7) says it the other way about.
  const isTurned = right.kind === "symbol" && left.kind !== "symbol";
  return isTurned ? { name: right, residue: left, modulus } : { name: left, residue: right, modulus };
}

/** Whether two whole residues differ by a multiple of the modulus; null where they are not whole numbers. */
function areCongruent(first: Congruence, second: Congruence): boolean | null {
  const [one, other, modulus] = [first.residue, second.residue, first.modulus].map((node) => evaluateExact(node));
  if (one?.denominator !== 1n || other?.denominator !== 1n || modulus?.denominator !== 1n) return null;
  if (isEqual(one, other)) return true;
  return divide(add(one, negate(other)), modulus)?.denominator === 1n;
}
