import { evaluateExact } from "./evaluate-exact.ts";
import { apply, childrenOf, type Expression } from "../expression.ts";
import { MAX_EXACT_BITS, MAX_FACTORIAL } from "../limits.ts";

/**
 * Two scalars with their factorials that are too large to be multiplied out as multiples of the least of them, which
 * becomes a variable: what holds for each value of that, such as 2023! = 2023 \u00d7 2022!, holds for its own.
 * Null where there are none, and where they lie too far apart.
 */
export function reduceFactorials(gold: Expression, response: Expression): readonly [Expression, Expression] | null {
  const found = largeFactorials(response, largeFactorials(gold, new Set()));
  const [least, ...more] = [...found].toSorted((a, b) => (a < b ? -1 : 1));
  if (least === undefined) return null;
  const most = more.at(-1) ?? least;
  if ((most - least) * BigInt(4 * most.toString(16).length) > MAX_EXACT_BITS) return null;
  return [withLeast(gold, least), withLeast(response, least)];
}

/** What the factorial of a large whole number is taken of; null for other expressions. */
function largeArgument(node: Expression): bigint | null {
  const [argument] = node.kind === "apply" && node.operator === "factorial" ? node.args : [];
  const value = argument && evaluateExact(argument);
  return value?.denominator === 1n && value.numerator > MAX_FACTORIAL ? value.numerator : null;
}

function largeFactorials(node: Expression, found: Set<bigint>): Set<bigint> {
  const argument = largeArgument(node);
  if (argument !== null) found.add(argument);
  for (const child of childrenOf(node)) largeFactorials(child, found);
  return found;
}

function withLeast(node: Expression, least: bigint): Expression {
  if (node.kind !== "apply") return node;
  const argument = largeArgument(node);
  if (argument === null) return apply(node.operator, ...node.args.map((part) => withLeast(part, least)));
  let numerator = 1n;
  for (let factor = least + 1n; factor <= argument; factor++) numerator *= factor;
  const multiple: Expression = { kind: "number", value: { numerator, denominator: 1n }, decimal: false, base: null };
  return apply("multiply", multiple, { kind: "symbol", name: `${least}!` });
}
