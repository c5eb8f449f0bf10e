import type { Expression } from "../expression.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** What the parts of the parser need of each other. Each method parses from the cursor on and throws `Unreadable`. */
export interface ExpressionParser {
  readonly cursor: TokenCursor;
  /** Where the bar of {x | x > 2} stands: the number of tokens in front of it, or -1. */
  divider: number;
  /** How many sums and products have been read, and how many of them the place lies in. */
  readonly series: { count: number; depth: number };
  /** Items between separators. */
  parseItems(): Expression[];
  /** Items between separators as a list; one alone is itself. */
  parseList(): Expression;
  /** Sums with signs of sets between them. */
  parseSet(): Expression;
  /** Factors and divisors up to the next sign of a sum. */
  parseProduct(): Expression;
  /** What stands in the braces of a subscript, or the one sign that it is: a condition, or a value. */
  parseCondition(): Expression;
  /** Terms with signs between them. */
  parseSum(): Expression;
  /** A value with its exponents, subscripts and postfixes. */
  parsePower(): Expression;
  /** A value that nothing is attached to. */
  parsePrimary(): Expression;
  /** What stands behind ^. */
  parseExponent(): Expression;
}
