import { isFraction, numberNode, productOf, Unreadable } from "./build-expression.ts";
import { apply, type Expression, type NumberNode } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";

/** A number, or the mixed number that it is with the fraction directly behind it: 3 1/2, 3\frac12, but not 3(1/2). */
export function parseMixed(parser: ExpressionParser, number: NumberNode): Expression {
  if (parser.cursor.is("number")) return apply("add", number, parseTypedFraction(parser));
  if (!parser.cursor.is("command", "frac")) return number;
  const factor = parser.parsePower();
  const isWhole = number.value.denominator === 1n && isFraction(factor);
  return isWhole ? apply("add", number, factor) : productOf(number, factor);
}

/** The fraction of a mixed number in plain text. */
function parseTypedFraction({ cursor }: ExpressionParser): Expression {
  const top = numberNode(cursor.expect("number").text);
  cursor.expect("operator", "/");
  const fraction = apply("divide", top, numberNode(cursor.expect("number").text));
  if (!isFraction(fraction)) throw new Unreadable();
  return fraction;
}
