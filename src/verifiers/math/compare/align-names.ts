import { areAnswersEqual } from "./compare-answers.ts";
import { evaluateNumeric } from "../evaluate/evaluate-numeric.ts";
import { apply, type Expression, replaceSymbols, type SymbolNode, variablesOf } from "../expression.ts";
import type { Answer } from "../read-answer.ts";

type Read = Answer & { readonly expression: Expression };

/** Two answers in which the letters that may be chosen freely have one name. */
export interface Aligned {
  readonly expressions: readonly [Expression, Expression];
  /** The name that may have any whole number for its value in both; null when there is none. */
  readonly shifts: string | null;
}

/** Gives a free letter of the response the name that it has in the reference; null where they are free in different sets. */
export function alignNames(gold: Read, response: Read): Aligned | null {
  const [own, other] = [gold.parameter, response.parameter];
  if (own === null && other === null) {
    const constant = alignConstants(gold.expression, response.expression);
    return { expressions: [gold.expression, constant], shifts: null };
  }
  if (own !== null && other !== null) {
    if (own.set !== other.set) return null;
    const renamed = renameIn(response.expression, other.name, own.name);
    return renamed && { expressions: [gold.expression, renamed], shifts: own.set === "Z" ? own.name : null };
  }
  const said = own ?? other;
  if (said === null) return null;
  const isGold = own !== null;
  const [free, silent] = isGold ? [gold, response] : [response, gold];
  const letters = FREE.get(said.set);
  const name = variablesOf(silent.expression).has(said.name)
    ? said.name
    : letters === undefined
      ? null
      : unsaidName(silent.expression, free.expression, letters);
  if (name === null) return null;
  const renamed = isGold
    ? renameIn(response.expression, name, said.name)
    : renameIn(response.expression, said.name, name);
  return renamed && { expressions: [gold.expression, renamed], shifts: null };
}

/** Letters that stand for any whole or any real number by convention, where nothing is said of them. */
const FREE: ReadonlyMap<string, RegExp> = new Map([
  ["Z", /^[k-n]$/],
  ["R", /^[k-nr-t]$/],
]);

/** The only letter of an expression that another one does not have, where that is one that is free by convention. */
function unsaidName(silent: Expression, free: Expression, letters: RegExp): string | null {
  const known = variablesOf(free);
  const [name, ...more] = [...variablesOf(silent)].filter((variable) => !known.has(variable));
  return name !== undefined && more.length === 0 && letters.test(name) ? name : null;
}

/** An expression with another name for a variable; null when that name is taken. */
function renameIn(node: Expression, from: string, to: string): Expression | null {
  if (from === to) return node;
  if (variablesOf(node).has(to)) return null;
  return replaceSymbols(node, (symbol) => (symbol.name === from ? { ...symbol, name: to } : symbol));
}

/**
 * Whether two expressions of a whole number k have the same values: one is the other for k + s or s - k instead of k, with
 * a whole number s that their values at 0 and 1 tell.
 */
export function areShifted(gold: Expression, response: Expression, name: string): boolean {
  const [first, second] = [valueOf(gold), valueOf(response)];
  const [start, next, other] = [at(first, name, 0), at(first, name, 1), at(second, name, 0)];
  if (start === null || next === null || other === null || start === next) return false;
  const shift = Math.round((other - start) / (next - start));
  if (!Number.isSafeInteger(shift)) return false;
  return [1, -1].some((sign) => {
    const index: Expression = { kind: "symbol", name };
    const moved = apply("add", sign === 1 ? index : apply("negate", index), whole(shift));
    return areAnswersEqual(
      replaceSymbols(first, (symbol) => (symbol.name === name ? moved : symbol)),
      second,
    );
  });
}

/** The right side of x = ..., which is what is compared; other expressions as they are. */
function valueOf(node: Expression): Expression {
  const last = node.kind === "relation" && node.sides.length === 2 && node.signs[0] === "=" ? node.sides[1] : undefined;
  return last ?? node;
}

function at(node: Expression, name: string, value: number): number | null {
  const result = evaluateNumeric(node, new Map([[name, value]]));
  return result === null || result.value.im !== 0 ? null : result.value.re;
}

function whole(value: number): Expression {
  return { kind: "number", value: { numerator: BigInt(value), denominator: 1n }, decimal: false, base: null };
}

/** Names of a constant of integration. */
const CONSTANT = /^(?:[cCK]|C_[0-9])$/;

/** The response with the reference's name for the constant of an antiderivative, or of a differential equation. */
function alignConstants(gold: Expression, response: Expression): Expression {
  const [names, others] = [variablesOf(valueOf(gold)), variablesOf(valueOf(response))];
  // Beside a and b, c is one of three coefficients.
  if (names.size < 2 || [...names, ...others].some((name) => /^[abAB]$/.test(name))) return response;
  const [own, ...more] = [...names].filter((name) => !others.has(name));
  const [other, ...rest] = [...others].filter((name) => !names.has(name));
  if (own === undefined || other === undefined || more.length + rest.length > 0) return response;
  const areOneLetter = /^[cC]$/.test(own) && /^[cC]$/.test(other);
  if (!areOneLetter && (constantOf(gold)?.name !== own || constantOf(response)?.name !== other)) return response;
  return replaceSymbols(response, (symbol) => (symbol.name === other ? { ...symbol, name: own } : symbol));
}

/** The constant that an expression, or the right side of an equation, adds to its other terms; null when there is none. */
function constantOf(node: Expression): SymbolNode | null {
  const value = valueOf(node);
  if (value.kind !== "apply" || value.operator !== "add") return null;
  const found = value.args.filter((term): term is SymbolNode => term.kind === "symbol" && CONSTANT.test(term.name));
  const [only = null, ...more] = found;
  const others = value.args.filter((term) => term !== only);
  const isElsewhere = only !== null && others.some((term) => variablesOf(term).has(only.name));
  return more.length > 0 || isElsewhere ? null : only;
}
