import { numberNode, Unreadable } from "./build-expression.ts";
import { apply, type Expression } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";
import type { Token } from "../vocabulary.ts";

/** What the letter between two numbers says of how many are taken: with regard to their order, or not. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["C", "binomial"],
  ["P", "permutations"],
]);

/** The number of choices in the notation {}_5C_2 or ^5C_2, behind its first script. */
export function parseChoices(parser: ExpressionParser): Expression {
  const total = parser.parseCondition();
  const operator = OPERATORS.get(parser.cursor.expect("symbol").text);
  if (operator === undefined) throw new Unreadable();
  parser.cursor.expect("script", "_");
  return apply(operator, total, parser.parseCondition());
}

/** The same as typed without scripts: 5C2. Null when something else stands behind the number. */
export function choicesBehind({ cursor }: ExpressionParser, total: Token): Expression | null {
  const [letter, chosen] = [cursor.peek(), cursor.peek(1)];
  const operator = letter?.type === "symbol" && !letter.spaced ? OPERATORS.get(letter.text) : undefined;
  const areWhole = chosen?.type === "number" && !chosen.spaced && /^\d+$/.test(total.text) && /^\d+$/.test(chosen.text);
  if (operator === undefined || !areWhole) return null;
  cursor.next();
  cursor.next();
  return apply(operator, numberNode(total.text), numberNode(chosen.text));
}

/** Whether the bracket that opens next holds two items: C(5, 2), but not C(x + 1). */
export function holdsPair(cursor: TokenCursor): boolean {
  let depth = 0;
  let commas = 0;
  for (let ahead = 0; ; ahead++) {
    const token = cursor.peek(ahead);
    if (token === undefined) return false;
    if (token.type === "open") depth++;
    if (token.type === "close" && --depth === 0) return commas === 1;
    if (token.type === "separator" && depth === 1) commas++;
    if (depth === 0) return false;
  }
}
