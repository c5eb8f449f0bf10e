import { type ApplyNode, childrenOf, type Expression, replaceSymbols, variablesOf } from "../expression.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import { structureText } from "../evaluate/structure-text.ts";

/**
 * Whether an expression only names a value, so that it could be the left side of "the area A = 5", "a + b = 5",
 * "f(x) = x + 1", "|AB| = 5" or "a^2 + b^2 = 13". Not so -x, |x| and x^2: x is still to be found.
 */
export function isName(node: Expression): boolean {
  switch (node.kind) {
    case "symbol":
      return !(node.isWord && NEGATED.test(node.name));
    case "apply":
      return isNamingApply(node) || isForm(node);
    case "bracket":
    case "list":
      return node.items.length > 0 && node.items.every(isName);
    default:
      return false;
  }
}

/** What says that a name does not have the value that follows. */
const NEGATED = /\b(?:not|never|unless)\b|n't\b/i;
const NAMING: ReadonlySet<string> = new Set([
  "add",
  "multiply",
  "divide",
  "ratio",
  "union",
  "intersection",
  "difference",
]);
const ANGULAR: ReadonlySet<string> = new Set(["sin", "cos", "tan", "cot", "sec", "csc"]);

function isNamingApply(node: ApplyNode): boolean {
  const { operator, args } = node;
  const [first] = args;
  if (NAMING.has(operator) && args.every((part) => isName(operator === "add" ? unsigned(part) : part))) return true;
  switch (operator) {
    case "call":
    case "norm":
    case "extreme":
      return true;
    case "abs":
      return first !== undefined && (variablesOf(first).size > 1 || namesObject(first));
    case "max":
    case "min":
    case "gcd":
    case "lcm":
    case "log":
    case "det":
      return variablesOf(node).size > 1 || args.every((part) => part.kind === "symbol");
    case "sum":
    case "prod":
      return variablesOf(node).size > 0 || holdsInfinity(node);
    case "add":
      return args.some(isDots);
    case "multiply":
      return isDerivative(first) || isValueOfFunction(args);
    default:
      return ANGULAR.has(operator) && first !== undefined && (namesObject(first) || isGreek(first));
  }
}

/** Whether a term is the dots of a sum that is not written out. */
function isDots(term: Expression): boolean {
  return term.kind === "symbol" && term.name === "dots";
}

/** Whether a factor is the d/dx in front of what is differentiated. */
function isDerivative(factor: Expression | undefined): boolean {
  const [over, under] = factor?.kind === "apply" && factor.operator === "divide" ? factor.args : [];
  const [first] = under?.kind === "apply" && under.operator === "multiply" ? under.args : [];
  return isD(over) && isD(first);
}

function isD(node: Expression | undefined): boolean {
  return node?.kind === "symbol" && node.name === "d";
}

/** Whether a product is a function of a number, such as \varphi(10) and a(3): the name stands first, unlike in 3x. */
function isValueOfFunction([name, number, ...more]: readonly Expression[]): boolean {
  if (name?.kind !== "symbol" || more.length > 0) return false;
  return number?.kind === "number" && (isGreek(name) || /^[a-wA-W]$/.test(name.name));
}

/**
 * Whether an expression relates two variables or more without being made of names alone: a^2 + b^2, 2a + 3b. As a left side
 * it names a value in a response: a^2 + b^2 = 13. In a reference answer it makes the equation of a curve: x^2 + y^2 = 25 is
 * not 25.
 */
export function isForm(node: Expression): boolean {
  return node.kind === "apply" && !isNamingApply(node) && variablesOf(node).size > 1 && !holdsWord(node);
}

/**
 * Whether a left side and the value on its right make the equation of a curve: one of coordinates that cannot be exchanged,
 * as in 2x + 3y = 6, or in one of the usual forms, which end in = 0 and = 1.
 */
export function makesCurve(form: Expression, value: Expression): boolean {
  const exact = evaluateExact(value);
  if (exact?.numerator === 0n) return true;
  const [first = "", second = "", ...more] = variablesOf(form);
  if (![first, second, ...more].every((name) => /^[xyz]$/.test(name))) return false;
  const exchanged = replaceSymbols(form, (symbol) =>
    symbol.name === first ? { ...symbol, name: second } : symbol.name === second ? { ...symbol, name: first } : symbol,
  );
  return (exact?.numerator === 1n && exact.denominator === 1n) || structureText(exchanged) !== structureText(form);
}

function holdsWord(node: Expression): boolean {
  return (node.kind === "symbol" && node.isWord === true) || childrenOf(node).some(holdsWord);
}

/** Whether an expression is a product of powers of variables: A^2, x y^3. */
export function isPowerProduct(node: Expression): boolean {
  if (node.kind !== "apply") return node.kind === "symbol";
  const [base, exponent] = node.args;
  if (node.operator === "power") return base?.kind === "symbol" && exponent?.kind === "number";
  return node.operator === "multiply" && node.args.every(isPowerProduct);
}

/** Whether an expression is the name of a thing, such as a complex number, a point or an angle, not an unknown real number. */
function namesObject(node: Expression): boolean {
  if (node.kind === "apply" && node.operator === "multiply") return node.args.every((part) => part.kind === "symbol");
  return node.kind === "symbol" && /^[zwA-Z]/.test(node.name);
}

function isGreek(node: Expression): boolean {
  return (
    node.kind === "symbol" &&
    /^(?:alpha|beta|gamma|delta|theta|lambda|mu|sigma|tau|phi|psi|omega|Omega|Phi)/.test(node.name)
  );
}

function holdsInfinity(node: Expression): boolean {
  if (node.kind === "constant") return node.name === "infinity";
  return node.kind === "apply" && node.args.some(holdsInfinity);
}

function unsigned(term: Expression): Expression {
  const [inner = term] = term.kind === "apply" && term.operator === "negate" ? term.args : [];
  return inner;
}
