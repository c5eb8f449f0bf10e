import { apply, childrenOf, type Expression, variablesOf } from "../expression.ts";

/**
 * Two scalars with each p(x) read as a product where p is a variable: it stands alone too, in the reference or, where
 * that leaves it open, in a response that applies it to nothing. Elsewhere it is a function of its argument.
 */
export function resolveCalls(gold: Expression, response: Expression): readonly [Expression, Expression] {
  const [called, others] = [calledIn(gold), calledIn(response)];
  if (called.size === 0 && others.size === 0) return [gold, response];
  const [alone, alsoAlone] = [aloneIn(gold), aloneIn(response)];
  const isVariable = (name: string): boolean =>
    alone.has(name) || (alsoAlone.has(name) && !(called.has(name) && others.has(name)));
  return [withProducts(gold, isVariable), withProducts(response, isVariable)];
}

/** The names that are applied to something. */
function calledIn(node: Expression, names = new Set<string>()): Set<string> {
  const [head] = node.kind === "apply" && node.operator === "call" ? node.args : [];
  if (head !== undefined) variablesOf(head, names);
  for (const child of childrenOf(node)) calledIn(child, names);
  return names;
}

/** The names that are not applied to anything somewhere. */
function aloneIn(node: Expression, names = new Set<string>()): Set<string> {
  if (node.kind === "symbol") names.add(node.name);
  const children = childrenOf(node);
  for (const child of node.kind === "apply" && node.operator === "call" ? children.slice(1) : children)
    aloneIn(child, names);
  return names;
}

function withProducts(node: Expression, isVariable: (name: string) => boolean): Expression {
  if (node.kind !== "apply") return node;
  const args = node.args.map((argument) => withProducts(argument, isVariable));
  const [head] = args;
  const isProduct = node.operator === "call" && head?.kind === "symbol" && isVariable(head.name);
  return apply(isProduct ? "multiply" : node.operator, ...args);
}
