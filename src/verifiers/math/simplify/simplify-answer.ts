import {
  apply,
  type BracketNode,
  type Expression,
  type ListNode,
  type RelationNode,
  variablesOf,
} from "../expression.ts";
import { MAX_ALTERNATIVES } from "../limits.ts";
import { namedTuplesOf, orderTuples } from "./named-values.ts";
import { isName } from "./left-side.ts";
import { reduceMatrices } from "./matrix-arithmetic.ts";
import { withoutDegrees } from "./without-degrees.ts";

/**
 * An answer in the form that is compared: ± written out as the two values it stands for, lists without lists in them,
 * x = a, b as x = a and x = b, degrees as plain numbers, a scalar factor inside its matrix, and "= 3.14 (rounded)"
 * left off a longer chain.
 */
export function simplifyAnswer(node: Expression): Expression {
  switch (node.kind) {
    case "list":
      return withJoiner(listOf(namedTuplesOf(withModulus(node.items)).map(simplifyAnswer)), node);
    case "bracket":
      return simplifyBracket(node);
    case "matrix":
      return reduceMatrices({ ...node, rows: node.rows.map((row) => row.map(simplifyAnswer)) });
    case "relation":
      return simplifyRelation(node);
    case "apply":
      return simplifyApply(node.operator, node.args, node);
    default:
      return node;
  }
}

/** A set with both values of each ± in it; a tuple once for each: both for the whole of it where it has a ∓ too. */
function simplifyBracket(node: BracketNode): Expression {
  if (node.open === "{") return { ...node, items: node.items.map(simplifyAnswer).flatMap(itemsIfList) };
  if (node.items.some((item) => holdsOperator(item, "-+"))) {
    return listOf([true, false].map((plus) => ({ ...node, items: node.items.map((item) => withSign(item, plus)) })));
  }
  let tuples: (readonly Expression[])[] = [[]];
  for (const item of node.items.map(simplifyAnswer)) {
    tuples = tuples.flatMap((tuple) => itemsIfList(item).map((value) => [...tuple, value]));
    if (tuples.length > MAX_ALTERNATIVES) return node;
  }
  return listOf(tuples.map((items) => ({ ...node, items })));
}

function simplifyApply(operator: string, args: readonly Expression[], node: Expression): Expression {
  if (operator === "modulo") return simplifyCongruence(args);
  if (SETS.has(operator)) return apply(operator, ...args.map(simplifyAnswer));
  const difference = differenceOfSets(operator, args);
  if (difference !== null) return difference;
  const plain = withoutDegrees(node);
  if (plain !== node) return simplifyAnswer(plain);
  const matrix = reduceMatrices(node);
  if (matrix !== node) return matrix;
  if (!holdsOperator(node, "+-") && !holdsOperator(node, "-+")) return node;
  return listOf([withSign(node, true), withSign(node, false)]);
}

/** All real numbers without some, where a minus says so. */
function differenceOfSets(operator: string, [first, second, ...more]: readonly Expression[]): Expression | null {
  if (operator !== "add" || first?.kind !== "symbol" || first.name !== "\u211d" || more.length > 0) return null;
  const [set] = second?.kind === "apply" && second.operator === "negate" ? second.args : [];
  return set?.kind === "bracket" && set.open === "{" ? apply("difference", first, simplifyAnswer(set)) : null;
}

/** A congruence; one for each value that its residue stands for. */
function simplifyCongruence([residue, modulus]: readonly Expression[]): Expression {
  if (residue === undefined || modulus === undefined) throw new Error("a congruence has a residue and a modulus");
  return listOf(itemsIfList(simplifyAnswer(residue)).map((item) => apply("modulo", item, modulus)));
}

/** Several residues with the modulus that is written behind the last one: n = 1, 4 (mod 5). */
function withModulus(items: readonly Expression[]): readonly Expression[] {
  const last = items.at(-1);
  const modulus = last?.kind === "apply" && last.operator === "modulo" ? last.args[1] : undefined;
  const isShared = modulus !== undefined && !items.slice(0, -1).some((item) => isCongruence(item));
  return isShared ? items.map((item) => (item === last ? item : apply("modulo", item, modulus))) : items;
}

function isCongruence(node: Expression): boolean {
  return node.kind === "apply" && node.operator === "modulo";
}

const SETS: ReadonlySet<string> = new Set(["union", "intersection", "difference"]);

function holdsOperator(node: Expression, operator: string): boolean {
  if (node.kind !== "apply") return false;
  return node.operator === operator || node.args.some((argument) => holdsOperator(argument, operator));
}

/** Each ± as plus and each ∓ as minus, or the other way about. */
function withSign(node: Expression, plus: boolean): Expression {
  if (node.kind !== "apply") return node;
  const args = node.args.map((argument) => withSign(argument, plus));
  if (node.operator !== "+-" && node.operator !== "-+") return apply(node.operator, ...args);
  const last = args.at(-1);
  if (last === undefined) return node;
  const signed = (node.operator === "+-") === plus ? last : apply("negate", last);
  return args.length === 1 ? signed : apply("add", ...args.slice(0, -1), signed);
}

function simplifyRelation(node: RelationNode): Expression {
  const rounded = node.signs.indexOf("~");
  const [first] = node.sides;
  if (rounded > 0 || (rounded === 0 && first !== undefined && !isName(first))) {
    const sides = node.sides.slice(0, rounded + 1);
    const [only] = sides;
    if (sides.length === 1 && only !== undefined) return simplifyAnswer(only);
    return simplifyRelation({ ...node, sides, signs: node.signs.slice(0, rounded) });
  }
  const sides = node.sides.map(simplifyAnswer);
  const last = sides.at(-1);
  if (last?.kind === "list" && sides.length === 2) {
    return listOf(last.items.map((item) => ({ ...node, sides: [...sides.slice(0, -1), item] })));
  }
  if (isTurned(node)) return simplifyRelation({ ...node, sides: node.sides.toReversed() });
  const [names] = sides;
  const areTuples = names?.kind === "bracket" && last?.kind === "bracket" && sides.length === 2;
  return { ...node, sides: areTuples && names.open === "(" && last.open === "(" ? orderTuples(names, last) : sides };
}

/** Whether an equation has its name on the right, and on the left a value, or what has nothing to do with that name: 5 = y. */
function isTurned({ sides, signs }: RelationNode): boolean {
  const [first, last, ...more] = sides;
  if (first === undefined || last === undefined || more.length > 0 || signs[0] !== "=") return false;
  if (isName(first) || !isName(last)) return false;
  const names = variablesOf(first);
  if (last.kind !== "symbol") return names.size === 0;
  return !names.has(last.name);
}

function itemsIfList(node: Expression): readonly Expression[] {
  return node.kind === "list" ? node.items : [node];
}

/** A list joined as another one was. */
function withJoiner(list: Expression, { joiner }: ListNode): Expression {
  return list.kind === "list" && joiner !== undefined ? { ...list, joiner } : list;
}

function listOf(items: readonly Expression[]): Expression {
  const flat = items.flatMap(itemsIfList);
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: "list", items: flat };
}
