import { areScalarsEqual } from "./compare-scalars.ts";
import { areCongruencesEqual } from "./compare-congruences.ts";
import { areRelationsEqual, assignedValue } from "./compare-relations.ts";
import { type BracketNode, type Expression, type ListNode, type MatrixNode, variablesOf } from "../expression.ts";
import { isForm } from "../simplify/left-side.ts";
import { MAX_COMPARISONS, MAX_ALTERNATIVES } from "../limits.ts";
import { namedValuesOf } from "../simplify/named-values.ts";
import { isSetLike, isSolvedSet, realSetOf } from "../sets/read-real-set.ts";
import { areRealSetsEqual } from "../sets/real-set.ts";
import { structureText } from "../evaluate/structure-text.ts";

/** Whether a response's answer is the reference answer, both simplified: by structure first, then value by value. */
export function areAnswersEqual(gold: Expression, response: Expression): boolean {
  if (gold.kind === "relation" && response.kind === "relation") {
    if (areRelationsEqual(gold, response, areAnswersEqual)) return true;
    return variablesOf(response, variablesOf(gold)).size === 1 && areSameSets(gold, response);
  }
  // The same answer given several times: "1/2, or 0.5".
  if (gold.kind !== "list" && response.kind === "list" && !isCollection(gold)) {
    if (response.items.length <= MAX_ALTERNATIVES && response.items.every((item) => areAnswersEqual(gold, item)))
      return true;
  }
  const areCongruent = areCongruencesEqual(gold, response, areAnswersEqual);
  if (areCongruent !== null) return areCongruent;
  if (isSetLike(gold) || isSetLike(response)) {
    if (areSameSets(gold, response)) return true;
    // Inequalities joined by "and" are not the same ones joined by "or".
    if (gold.kind === "list" && response.kind === "list" && areOpposed(gold, response)) return false;
  }
  if (gold.kind === "relation" || response.kind === "relation") {
    const [left, right] = [isCurve(gold) ? null : valueOf(gold), valueOf(response)];
    return left !== null && right !== null && areAnswersEqual(left, right);
  }
  if (gold.kind === "matrix" || response.kind === "matrix") return areMatricesEqual(gold, response);
  if (isCollection(gold) || isCollection(response)) return areCollectionsEqual(pointOf(gold), pointOf(response));
  return areScalarsEqual(gold, response);
}

/** The coordinates of a point that is written with its name, such as P(5, 2); other expressions as they are. */
function pointOf(node: Expression): Expression {
  const [name, bracket] = node.kind === "apply" && node.operator === "call" ? node.args : [];
  return name?.kind === "symbol" && /^[A-Z]$/.test(name.name) && bracket?.kind === "bracket" ? bracket : node;
}

function areOpposed({ joiner: first }: ListNode, { joiner: second }: ListNode): boolean {
  return first !== undefined && second !== undefined && first !== second;
}

/** Whether a reference answer is the equation of a curve, which no single value is. */
function isCurve(gold: Expression): boolean {
  const [first] = gold.kind === "relation" ? gold.sides : [];
  return first !== undefined && isForm(first);
}

/** What an equation such as x = 5 gives; other expressions as they are. */
function valueOf(node: Expression): Expression | null {
  return node.kind === "relation" ? assignedValue(node, areAnswersEqual) : node;
}

/** Whether two answers are the same numbers. An inequality is no answer where the reference is its solution. */
function areSameSets(gold: Expression, response: Expression): boolean {
  if (isSolvedSet(gold) && !isSolvedSet(response)) return false;
  const first = realSetOf(gold);
  const second = first && realSetOf(response);
  return first !== null && second !== null && areRealSetsEqual(first, second);
}

function isCollection(node: Expression): boolean {
  return node.kind === "bracket" || node.kind === "list" || (node.kind === "apply" && node.operator === "ratio");
}

function isUnordered(node: Expression): boolean {
  return node.kind === "list" || (node.kind === "bracket" && node.open === "{");
}

function areCollectionsEqual(gold: Expression, response: Expression): boolean {
  if (!isCollection(gold) || !isCollection(response)) {
    const [collection, other] = isCollection(gold) ? [gold, response] : [response, gold];
    const only = onlyItem(collection);
    return only !== null && !isSetLike(only) && areAnswersEqual(only, other);
  }
  const [named, values] = [namedValuesOf(gold), namedValuesOf(response)];
  if ((named === null) !== (values === null)) {
    const plain = named === null ? gold : response;
    // Values by the names of their places are a tuple's, not the ends of an interval, nor values of one name.
    if ((plain.kind === "bracket" && isInterval(plain)) || itemsOf(plain).some(isEquation)) return false;
    return areSame(named ?? itemsOf(gold), values ?? itemsOf(response));
  }
  if (isUnordered(gold) && isUnordered(response)) return holdSame(itemsOf(gold), itemsOf(response));
  if (gold.kind === "bracket" && response.kind === "bracket") return areBracketsEqual(gold, response);
  if (gold.kind === "apply" && response.kind === "apply") return areRatiosEqual(gold.args, response.args);
  // A list without brackets is compared with a tuple in order, and never with an interval.
  const [list, bracket] = gold.kind === "list" ? [gold, response] : [response, gold];
  if (list.kind !== "list" || bracket.kind !== "bracket" || isInterval(bracket) || list.joiner === "or") return false;
  return areSame(itemsOf(gold), itemsOf(response));
}

function isEquation(node: Expression): boolean {
  return node.kind === "relation";
}

/** What stands in braces by itself: a set of one item and that item are the same answer. */
function onlyItem(node: Expression): Expression | null {
  if (node.kind !== "bracket" || node.open !== "{") return null;
  const [only = null, ...more] = node.items;
  return more.length === 0 ? only : null;
}

/** Two ends with a square bracket among them; (1, 2) may be a point as well. */
function isInterval({ open, close, items }: BracketNode): boolean {
  return items.length === 2 && (open === "[" || close === "]");
}

function isPoint(node: Expression): boolean {
  return node.kind === "bracket" && node.open === "(" && node.close === ")";
}

function areBracketsEqual(gold: BracketNode, response: BracketNode): boolean {
  const [point, otherPoint] = [onlyItem(gold), onlyItem(response)];
  if (point !== null && otherPoint === null) return isPoint(point) && areAnswersEqual(point, response);
  if (point === null && otherPoint !== null) return isPoint(otherPoint) && areAnswersEqual(gold, otherPoint);
  const braces = gold.open === "{" || response.open === "{";
  const ends = isInterval(gold) || isInterval(response);
  if ((braces || ends) && (gold.open !== response.open || gold.close !== response.close)) return false;
  return areSame(gold.items, response.items);
}

function areRatiosEqual(gold: readonly Expression[], response: readonly Expression[]): boolean {
  const parts = (items: readonly Expression[]): Expression[] =>
    items.slice(1).map((item) => ({ kind: "apply", operator: "divide", args: [item, items[0] ?? item] }));
  return areSame(parts(gold), parts(response));
}

function itemsOf(node: Expression): readonly Expression[] {
  return node.kind === "bracket" || node.kind === "list" ? node.items : [];
}

function areSame(gold: readonly Expression[], response: readonly Expression[]): boolean {
  return (
    gold.length === response.length &&
    gold.every((item, index) => {
      const other = response[index];
      return other !== undefined && areAnswersEqual(item, other);
    })
  );
}

/** Whether each item of either has its equal in the other: the same text, or else the same value. */
function holdSame(gold: readonly Expression[], response: readonly Expression[]): boolean {
  const [texts, otherTexts] = [new Set(gold.map(structureText)), new Set(response.map(structureText))];
  const left = gold.filter((item) => !otherTexts.has(structureText(item)));
  const others = new Set(response.filter((item) => !texts.has(structureText(item))));
  if (left.length * response.length + others.size * gold.length > MAX_COMPARISONS) return areSame(gold, response);
  for (const item of left) {
    const equal = response.find((other) => areAnswersEqual(item, other));
    if (equal === undefined) return false;
    others.delete(equal);
  }
  return [...others].every((other) => gold.some((item) => areAnswersEqual(item, other)));
}

function areMatricesEqual(gold: Expression, response: Expression): boolean {
  if (gold.kind === "matrix" && response.kind === "matrix") {
    return (
      gold.determinant === response.determinant &&
      gold.rows.length === response.rows.length &&
      gold.rows.every((row, index) => areSame(row, response.rows[index] ?? []))
    );
  }
  const [matrix, other] = gold.kind === "matrix" ? [gold, response] : [response, gold];
  if (matrix.kind !== "matrix" || matrix.determinant) return false;
  const [[entry, ...more] = [], ...rows] = matrix.rows;
  // A row times a column is a number.
  if (entry !== undefined && more.length + rows.length === 0 && other.kind !== "bracket")
    return areAnswersEqual(entry, other);
  if (other.kind !== "bracket" || other.open === "{") return false;
  return areSame(rowsOf(matrix), other.items);
}

/** A matrix as brackets within brackets; a vector as its entries. */
function rowsOf({ rows }: MatrixNode): readonly Expression[] {
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) return first;
  if (first?.length === 1) return rows.flat();
  return rows.map((items) => ({ kind: "bracket", open: "[", close: "]", items }));
}
