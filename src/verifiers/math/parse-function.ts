import { functionOf, negated, numberNode, productOf, Unreadable } from "./build-expression.ts";
import { apply, type Expression } from "./expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";

const INVERSES: ReadonlyMap<string, string> = new Map(
  ["sin", "cos", "tan"].map((name): [string, string] => [name, `arc${name}`]),
);

/** A function behind its name: base, exponent and arguments. `\sin^{-1}` is the inverse of the sine. */
export function parseFunction(parser: ExpressionParser, name: string): Expression {
  const { cursor } = parser;
  const base = name === "log" && cursor.take("script", "_") ? parser.parsePrimary() : numberNode("10");
  const exponent = cursor.take("script", "^") ? parser.parseExponent() : null;
  const args = parseArguments(parser, name);
  const inverse = INVERSES.get(name);
  if (inverse !== undefined && exponent?.kind === "number" && exponent.value.numerator === -1n) {
    return apply(inverse, ...args);
  }
  const value = functionOf(name, name === "log" ? [...args.slice(0, 1), base] : args);
  return exponent === null ? value : apply("power", value, exponent);
}

/** What a function is applied to: brackets, or else the factors up to the next sign, bracket or function. */
function parseArguments(parser: ExpressionParser, name: string): readonly Expression[] {
  const { cursor } = parser;
  if (cursor.is("open")) {
    const inner = parser.parsePrimary();
    return inner.kind === "bracket" || inner.kind === "list" ? inner.items : [inner];
  }
  if (cursor.take("operator", "-")) return parseArguments(parser, name).map(negated);
  if (name === "sqrt" || cursor.is("bar") || cursor.is("function")) return [parser.parsePower()];
  let argument = parser.parsePower();
  while (["number", "symbol", "constant", "command"].includes(cursor.peek()?.type ?? "")) {
    argument = productOf(argument, parser.parsePower());
  }
  return [argument];
}

/** A LaTeX command behind its name: \frac, \binom, \sqrt, or one that means its argument. */
export function parseCommand(parser: ExpressionParser, name: string): Expression {
  const { cursor } = parser;
  switch (name) {
    case "frac":
      return apply("divide", parseArgument(parser), parseArgument(parser));
    case "binom":
      return apply("binomial", parseArgument(parser), parseArgument(parser));
    case "sqrt": {
      if (!cursor.take("open", "[")) return apply("root", parseArgument(parser), numberNode("2"));
      const index = parser.parseSum();
      cursor.expect("close", "]");
      return apply("root", parseArgument(parser), index);
    }
    case "overline":
      return parseOverline(parser);
    default:
      throw new Unreadable();
  }
}

/** The name under a bar: that of a segment by its ends, or another variable than the letter alone. */
function parseOverline(parser: ExpressionParser): Expression {
  const name = parseArgument(parser);
  if (name.kind === "symbol") return { ...name, name: `${name.name}bar` };
  if (name.kind !== "apply" || name.operator !== "multiply") throw new Unreadable();
  if (name.args.some((part) => part.kind !== "symbol")) throw new Unreadable();
  return name;
}

/** An argument of a LaTeX command: braces, or else a single digit, letter or command. */
function parseArgument(parser: ExpressionParser): Expression {
  const digit = parser.cursor.takeDigit();
  return digit === null ? parser.parsePrimary() : numberNode(digit);
}
