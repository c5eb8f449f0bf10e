import { closeAround, Unreadable } from "./build-expression.ts";
import type { BracketNode, Expression } from "./expression.ts";
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
  let items = parser.parseItems();
  const isBuilt = cursor.at === parser.divider;
  if (isBuilt) {
    // {x | x > 2} is what its condition says.
    cursor.next();
    items = parser.parseItems();
  }
  parser.divider = outer;
  const close = cursor.expect("close").text;
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0 && (open !== "{" || isBuilt)) return closeAround(only, open, close);
  if (open === "group" && close === "group") return { kind: "bracket", open: "{", close: "}", items };
  const areBraces = open === "{";
  if (!"([{".includes(open) || !")]}".includes(close) || areBraces !== (close === "}")) throw new Unreadable();
  return { kind: "bracket", open, close, items } as BracketNode;
}

/** The place of the only bar up to the end of the braces that open here, or of the colon behind their first variable. */
function findDivider(cursor: TokenCursor): number {
  if (cursor.peek()?.type === "symbol" && cursor.peek(1)?.text === ":") return cursor.at + 1;
  let found = -1;
  for (let ahead = 0; cursor.peek(ahead) !== undefined && cursor.peek(ahead)?.type !== "close"; ahead++) {
    if (cursor.peek(ahead)?.type !== "bar") continue;
    if (found !== -1) return -1;
    found = cursor.at + ahead;
  }
  return found;
}

const ROWS = /^(?:[pbBvV]|small)?matrix$|^array$/;
const LISTS = /^(?:cases|aligned|align|gathered)\*?$/;

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
