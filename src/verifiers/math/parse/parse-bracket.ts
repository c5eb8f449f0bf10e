import { closeAround, Unreadable } from "./build-expression.ts";
import { apply, type BracketNode, type Expression, type RelationNode, variablesOf } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** What is in brackets, behind the opening one: a value, a tuple, a set or an interval. */
export function parseBracket(parser: ExpressionParser, open: string): Expression {
  const { cursor } = parser;
  const outer = parser.divider;
  if (open === "{") {
    if (cursor.take("close")) return { kind: "symbol", name: "\u2205" };
    parser.divider = findDivider(cursor);
  }
  const items = parser.parseItems();
  if (open === "group" && cursor.is("operator")) return parseStacked(parser, items);
  const condition = cursor.at === parser.divider ? parseCondition(parser, items) : null;
  parser.divider = outer;
  const close = cursor.expect("close").text;
  if (condition !== null) return closeAround(condition, open, close);
  const [only, ...more] = items;
  // The set of one point is that point.
  const isPoint = only?.kind === "bracket" && only.open === "(" && only.close === ")";
  if (only !== undefined && more.length === 0 && (open !== "{" || isPoint)) return closeAround(only, open, close);
  if (open === "group" && close === "group") return { kind: "bracket", open: "{", close: "}", items };
  const areBraces = open === "{";
  if (!"([{".includes(open) || !")]}".includes(close) || areBraces !== (close === "}")) throw new Unreadable();
  return { kind: "bracket", open, close, items } as BracketNode;
}

const STACKED: ReadonlyMap<string, string> = new Map([
  ["over", "divide"],
  ["choose", "binomial"],
]);

/** The operators of TeX that divide their braces in two: {9 \over 7}, {n \choose 2}. */
function parseStacked(parser: ExpressionParser, [top, ...more]: readonly Expression[]): Expression {
  const operator = STACKED.get(parser.cursor.next().text);
  if (top === undefined || more.length > 0 || operator === undefined) throw new Unreadable();
  const bottom = parser.parseSum();
  parser.cursor.expect("close", "group");
  return apply(operator, top, bottom);
}

/**
 * The condition behind the bar of {x | x > 2}, which says all that the set does: so long as the set is one of real
 * numbers that the condition speaks of, not of their doubles or of whole numbers.
 */
function parseCondition(parser: ExpressionParser, heads: readonly Expression[]): Expression {
  parser.cursor.next();
  const condition = parser.parseList();
  const [head, ...more] = heads;
  const variable = head?.kind === "relation" && isRealMembership(head) ? head.sides[0] : head;
  if (variable?.kind !== "symbol" || more.length > 0 || !variablesOf(condition).has(variable.name)) {
    throw new Unreadable();
  }
  return condition.kind === "list" ? { joiner: "and", ...condition } : condition;
}

function isRealMembership({ sides, signs }: RelationNode): boolean {
  const [, set] = sides;
  return signs.length === 1 && signs[0] === "in" && set?.kind === "symbol" && set.name === "\u211d";
}

/** The place of the only bar up to the end of the braces that open here, or of the colon behind their variable. */
function findDivider(cursor: TokenCursor): number {
  const variable = cursor.peek(1)?.text === "in" ? 3 : 1;
  if (cursor.peek()?.type === "symbol" && cursor.peek(variable)?.text === ":") return cursor.at + variable;
  let found = -1;
  for (let ahead = 0; cursor.peek(ahead) !== undefined && cursor.peek(ahead)?.type !== "close"; ahead++) {
    if (cursor.peek(ahead)?.type !== "bar") continue;
    if (found !== -1) return -1;
    found = cursor.at + ahead;
  }
  return found;
}

const ROWS = /^(?:[pbBvV]|small)?matrix$|^array$/;
const LISTS = /^(?:cases|aligned|align|split|gathered)\*?$/;

/** An environment behind its `\begin`: a matrix, or lines of equations. */
export function parseEnvironment(parser: ExpressionParser, text: string): Expression {
  const { cursor } = parser;
  const name = text.replace("begin ", "");
  if (LISTS.test(name)) {
    const list = parser.parseList();
    cursor.expect("environment", `end ${name}`);
    return list;
  }
  if (!ROWS.test(name)) throw new Unreadable();
  const rows: Expression[][] = [[]];
  while (!cursor.take("environment", `end ${name}`)) {
    if (cursor.take("separator", "row")) rows.push([]);
    else {
      rows.at(-1)?.push(parser.parseSum());
      cursor.take("cell");
    }
  }
  if (rows.at(-1)?.length === 0) rows.pop();
  const [width] = rows.map((row) => row.length);
  if (width === undefined || rows.some((row) => row.length !== width)) throw new Unreadable();
  return { kind: "matrix", rows, determinant: /^[vV]/.test(name) };
}
