import { Unreadable } from "./build-expression.ts";
import { apply, type Expression, INDEX, type SymbolNode } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import { MAX_SERIES } from "../limits.ts";

/** Sums within sums that are read: each takes as many evaluations as the one around it has terms. */
const MAX_NESTED = 2;

/**
 * A sum or product behind its sign: bounds in any order, and the factors behind them. Its index gets a name of its own, so
 * that two that differ by its letter alone are the same.
 */
export function parseSeries(parser: ExpressionParser, operator: "sum" | "prod"): Expression {
  const { cursor, series } = parser;
  if (++series.count > MAX_SERIES || ++series.depth > MAX_NESTED) throw new Unreadable();
  let low: Expression | null = null;
  let high: Expression | null = null;
  while (low === null || high === null) {
    if (low === null && cursor.take("script", "_")) low = parser.parseCondition();
    else if (high === null && cursor.take("script", "^")) high = parser.parseExponent();
    else throw new Unreadable();
  }
  const [index, first, ...more] = low.kind === "relation" && low.signs[0] === "=" ? low.sides : [];
  // The letter of the imaginary unit is an index as well.
  const isLetter = index?.kind === "symbol" || index?.kind === "constant";
  if (!isLetter || first === undefined || more.length > 0) throw new Unreadable();
  const own: SymbolNode = { kind: "symbol", name: `${INDEX}${series.depth}` };
  const body = withIndex(parser.parseProduct(), index.name, own);
  series.depth--;
  return apply(operator, own, first, high, body);
}

/** An expression with a variable replaced by an index; a_k becomes a function of it. */
function withIndex(node: Expression, name: string, index: SymbolNode): Expression {
  if (node.kind === "symbol") {
    if (node.name === name) return index;
    const [base = "", subscript] = node.name.split("_");
    if (subscript === name) return apply("call", { kind: "symbol", name: base }, index);
    // Such as that of a_{k+1}: its parts are not kept.
    if (subscript?.includes(name)) throw new Unreadable();
    return node;
  }
  if (node.kind === "apply") return apply(node.operator, ...node.args.map((part) => withIndex(part, name, index)));
  if (node.kind === "bracket") return { ...node, items: node.items.map((item) => withIndex(item, name, index)) };
  if (node.kind === "constant") return node.name === name ? index : node;
  if (node.kind === "number") return node;
  throw new Unreadable();
}
