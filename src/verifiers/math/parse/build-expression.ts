import { parseDecimal, type Rational } from "../../../core/rational.ts";
import { apply, type Expression, type ListNode } from "../expression.ts";
import { parseRepeating } from "./parse-repeating.ts";

/** Thrown inside the parser only: the tokens are no expression. */
export class Unreadable extends Error {}

/** A number of its text; a repeating decimal has its repeating digits in parentheses. */
export function numberNode(text: string): Expression {
  const value = text.includes("(") ? parseRepeating(text) : parseDecimal(text);
  if (value === null) throw new Unreadable();
  return { kind: "number", value, decimal: /[.]/.test(text) && !text.includes("("), base: null };
}

/** An expression with a minus in front. */
export function negated(node: Expression): Expression {
  if (node.kind !== "number") return apply("negate", node);
  const { numerator, denominator }: Rational = node.value;
  return { ...node, value: { numerator: -numerator, denominator } };
}

/** The sum of some terms; a term alone is itself. */
export function sumOf(terms: readonly Expression[]): Expression {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : apply("add", ...terms);
}

/** A product; factors of factors are put beside each other. */
export function productOf(left: Expression, right: Expression): Expression {
  const factors = left.kind === "apply" && left.operator === "multiply" ? left.args : [left];
  return apply("multiply", ...factors, right);
}

/** Several answers beside each other, joined by "or" where that stands between any two of them. */
export function listOf(items: readonly Expression[], separators: readonly string[]): ListNode {
  if (separators.includes("or")) return { kind: "list", items, joiner: "or" };
  return separators.some((text) => text === "and" || text === "row")
    ? { kind: "list", items, joiner: "and" }
    : { kind: "list", items };
}

/** Whether an expression is a fraction of two whole numbers above zero, such as stands behind the whole of a mixed number. */
export function isFraction(node: Expression): boolean {
  if (node.kind !== "apply" || node.operator !== "divide") return false;
  return node.args.every(
    (part) => part.kind === "number" && part.value.denominator === 1n && part.value.numerator > 0n,
  );
}

const BASE = /^(?:[2-9]|[12]\d|3[0-6]|[a-zA-Z]+)$/;

/** A variable or a number with a subscript: the base of a number. */
export function withSubscript(base: Expression, subscript: string): Expression {
  if (base.kind === "number" && BASE.test(subscript)) return { ...base, base: subscript };
  if (base.kind === "symbol") return { ...base, name: `${base.name}_${subscript}` };
  const [inner, exponent] = base.kind === "apply" && base.operator === "power" ? base.args : [];
  if (inner?.kind !== "symbol" || exponent === undefined) throw new Unreadable();
  return powerOf(withSubscript(inner, subscript), exponent);
}

/** C_5^2, and A_5^2 or P_5^2: choices and arrangements of 2 among 5. */
const CHOSEN = /^([CAP])_(\d{1,4})$/;
const CHOICES: Readonly<Record<string, string>> = { C: "binomial", A: "permutations", P: "permutations" };

/** A power; or a number of choices, where the name and the numbers are those of one. */
export function powerOf(base: Expression, exponent: Expression): Expression {
  const [, letter = "", total = "0"] = (base.kind === "symbol" && CHOSEN.exec(base.name)) || [];
  const operator = CHOICES[letter];
  const chosen = exponent.kind === "number" && exponent.value.denominator === 1n ? exponent.value.numerator : null;
  if (operator === undefined || chosen === null || chosen < 0n || chosen >= BigInt(total))
    return apply("power", base, exponent);
  return apply(operator, numberNode(total), exponent);
}

/** An expression with what is written behind it: !, %, a prime or the sign of degrees. */
export function withPostfix(base: Expression, postfix: string): Expression {
  if (postfix === "'") {
    if (base.kind !== "symbol") throw new Unreadable();
    return { ...base, name: `${base.name}'` };
  }
  const operators: Record<string, string> = { "!": "factorial", "%": "percent", degree: "degree" };
  return apply(operators[postfix] ?? postfix, base);
}

/** A single expression in brackets. */
export function closeAround(inner: Expression, open: string, close: string): Expression {
  if (open === "floor" || open === "ceil") {
    if (close !== open) throw new Unreadable();
    return apply(open, inner);
  }
  if ((open === "group") !== (close === "group")) throw new Unreadable();
  return inner;
}

/** A function of its arguments; roots and exp as the powers they are. */
export function functionOf(name: string, args: readonly Expression[]): Expression {
  const [only] = args;
  if (only === undefined) throw new Unreadable();
  if (name === "sqrt") return apply("root", only, numberNode("2"));
  if (name === "exp") return apply("power", { kind: "constant", name: "e" }, only);
  return apply(name, ...args);
}
