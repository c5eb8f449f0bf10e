import { functionOf, negated, numberNode, productOf, Unreadable } from "./build-expression.ts";
import { apply, type Expression, variablesOf } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import { parseSeries } from "./parse-series.ts";

const INVERSES: ReadonlyMap<string, string> = new Map(
  "sin cos tan cot sec csc sinh cosh tanh coth sech csch"
    .split(" ")
    .map((name): [string, string] => [name, `arc${name}`]),
);

/** A function behind its name: base, exponent and arguments. `\sin^{-1}` is the inverse of the sine. */
export function parseFunction(parser: ExpressionParser, name: string): Expression {
  const { base, exponent } = parseScripts(parser, name);
  const args = parseArguments(parser, name);
  if (EXTREMES.has(name) && (base !== null || isOverRange(args))) return apply("extreme", ...args);
  const inverse = INVERSES.get(name);
  if (inverse !== undefined && exponent?.kind === "number" && exponent.value.numerator === -1n) {
    return apply(inverse, ...args);
  }
  const value = functionOf(name, name === "log" ? [...args.slice(0, 1), base ?? numberNode("10")] : args);
  return exponent === null ? value : apply("power", value, exponent);
}

/** The subscript and the exponent of a function, in any order. */
function parseScripts(
  parser: ExpressionParser,
  name: string,
): { readonly base: Expression | null; readonly exponent: Expression | null } {
  const { cursor } = parser;
  let base: Expression | null = null;
  let exponent: Expression | null = null;
  for (;;) {
    if (exponent === null && cursor.take("script", "^")) exponent = parser.parseExponent();
    else if (base === null && (name === "log" || EXTREMES.has(name)) && cursor.take("script", "_"))
      base = name === "log" ? parser.parsePrimary() : parser.parseCondition();
    else return { base, exponent };
  }
}

const EXTREMES: ReadonlySet<string> = new Set(["max", "min"]);

/** Whether what an extreme is taken of is one expression over the values of its variables: \max f(x). */
function isOverRange([only, ...more]: readonly Expression[]): boolean {
  return only !== undefined && more.length === 0 && variablesOf(only).size > 0;
}

/** What a function is applied to: brackets, or else the factors up to the next sign, bracket or function. */
function parseArguments(parser: ExpressionParser, name: string): readonly Expression[] {
  const { cursor } = parser;
  if (cursor.is("open")) {
    const inner = parser.parsePrimary();
    return inner.kind === "bracket" || inner.kind === "list" ? inner.items : [inner];
  }
  if (cursor.take("operator", "-")) return parseArguments(parser, name).map(negated);
  if (name === "sqrt" || cursor.is("environment") || cursor.is("bar") || cursor.is("function"))
    return [parser.parsePower()];
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
    case "sum":
    case "prod":
      return parseSeries(parser, name);
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
