import { parseDecimal, type Rational } from "../../core/rational.ts";
import { apply, type BracketNode, type Expression, type RelationSign } from "./expression.ts";
import { MAX_DEPTH } from "./limits.ts";
import { parseRepeating } from "./parse-repeating.ts";
import type { Token, TokenType } from "./vocabulary.ts";

/** Thrown inside the parser only: the tokens are no expression. */
class Unreadable extends Error {}

/**
 * The tree of an answer's tokens; null when they are no expression. A recursive descent without backtracking, so
 * linear in the number of tokens, and refused beyond a fixed depth.
 */
export function parseExpression(tokens: readonly Token[]): Expression | null {
  try {
    return new Parser(tokens).parseAll();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

const ROWS = /^(?:[pbBvV]|small)?matrix$|^array$/;
const LISTS = /^(?:cases|aligned|align|gathered)\*?$/;
const INVERSES: ReadonlyMap<string, string> = new Map(
  ["sin", "cos", "tan"].map((name): [string, string] => [name, `arc${name}`]),
);
/** Letters that stand for a function when a bracket follows. */
const FUNCTION_LETTERS = /^[fghFGHPpq]$/;

class Parser {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;
  /** Whether a bar would close: the number of open ones since the innermost bracket. */
  #bars = 0;
  /** Where the bar of {x | x > 2} stands. */
  #divider = -1;

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens];
  }

  parseAll(): Expression {
    const expression = this.#parseList();
    if (this.#at < this.#tokens.length) throw new Unreadable();
    return expression;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(type: TokenType, text?: string): boolean {
    const next = this.#next;
    return next?.type === type && (text === undefined || next.text === text);
  }

  /** Takes the next token if it is of a type, and has a text. */
  #take(type: TokenType, text?: string): Token | null {
    if (!this.#is(type, text)) return null;
    return this.#tokens[this.#at++] ?? null;
  }

  #expect(type: TokenType, text?: string): Token {
    const token = this.#take(type, text);
    if (token === null) throw new Unreadable();
    return token;
  }

  /** Parses below a bracket or a script: the only ways to nest. */
  #nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) throw new Unreadable();
    const bars = this.#bars;
    this.#bars = 0;
    const result = parse();
    this.#bars = bars;
    this.#depth--;
    return result;
  }

  #parseItems(): Expression[] {
    const items = [this.#parseRelation()];
    while (this.#take("separator")) {
      while (this.#take("separator"));
      if (this.#next === undefined || this.#is("close") || this.#is("environment")) break;
      items.push(this.#parseRelation());
    }
    return items;
  }

  #parseList(): Expression {
    const items = this.#parseItems();
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "list", items };
  }

  #parseRelation(): Expression {
    const first = this.#parseSet();
    const sides = [first];
    const signs: RelationSign[] = [];
    for (let sign = this.#take("relation"); sign !== null; sign = this.#take("relation")) {
      signs.push(sign.text as RelationSign);
      sides.push(this.#parseSet());
    }
    return signs.length === 0 ? first : { kind: "relation", signs, sides };
  }

  #parseSet(): Expression {
    let left = this.#parseSum();
    for (let sign = this.#take("set"); sign !== null; sign = this.#take("set")) {
      left = apply(sign.text, left, this.#parseSum());
    }
    return left;
  }

  #parseSum(): Expression {
    let terms = [this.#parseProduct()];
    for (;;) {
      if (this.#take("operator", "+")) terms.push(this.#parseProduct());
      else if (this.#take("operator", "-")) terms.push(negated(this.#parseProduct()));
      else {
        const sign = this.#take("operator", "+-") ?? this.#take("operator", "-+");
        if (sign === null) return sumOf(terms);
        terms = [apply(sign.text, sumOf(terms), this.#parseProduct())];
      }
    }
  }

  #parseProduct(): Expression {
    let left = this.#parseSigned();
    for (;;) {
      if (this.#take("operator", "*")) left = productOf(left, this.#parseSigned());
      else if (this.#take("operator", "/")) left = apply("divide", left, this.#parseSigned());
      else if (this.#take("operator", "mod")) left = apply("mod", left, this.#parseSigned());
      else if (this.#is("operator", ":")) left = this.#parseRatio(left);
      else return left;
    }
  }

  #parseRatio(first: Expression): Expression {
    const parts = [first];
    while (this.#take("operator", ":")) parts.push(this.#parseSigned());
    return apply(parts.length === 2 ? "divide" : "ratio", ...parts);
  }

  #parseSigned(): Expression {
    let negative = false;
    for (;;) {
      if (this.#take("operator", "-")) negative = !negative;
      else if (!this.#take("operator", "+")) break;
    }
    const sign = this.#take("operator", "+-") ?? this.#take("operator", "-+");
    const value = this.#parseFactors();
    const signed = sign === null ? value : apply(sign.text, value);
    return negative ? negated(signed) : signed;
  }

  /** Factors beside each other without a sign between them. */
  #parseFactors(): Expression {
    let left = this.#parsePower();
    let mixed = left.kind === "number";
    while (this.#startsFactor()) {
      const wasNumber = mixed;
      mixed = false;
      if (this.#is("number") && wasNumber) {
        left = apply("add", left, this.#parseTypedFraction());
        continue;
      }
      const factor = this.#parsePower();
      const whole = wasNumber && left.kind === "number" && left.value.denominator === 1n && isFraction(factor);
      left = whole ? apply("add", left, factor) : productOf(left, factor);
    }
    return left;
  }

  /** The fraction of a mixed number in plain text: 3 1/2. */
  #parseTypedFraction(): Expression {
    const top = numberNode(this.#expect("number").text);
    this.#expect("operator", "/");
    const fraction = apply("divide", top, numberNode(this.#expect("number").text));
    if (!isFraction(fraction)) throw new Unreadable();
    return fraction;
  }

  #startsFactor(): boolean {
    const next = this.#next;
    if (next === undefined) return false;
    if (next.type === "bar") return this.#bars === 0 && this.#at !== this.#divider;
    if (next.type === "environment") return next.text.startsWith("begin");
    return ["number", "symbol", "constant", "word", "function", "open", "command"].includes(next.type);
  }

  #parsePower(): Expression {
    let base = this.#parsePrimary();
    for (;;) {
      if (this.#take("script", "^")) base = this.#raise(base);
      else if (this.#take("script", "_")) base = withSubscript(base, this.#parseSubscript());
      else {
        const postfix = this.#take("postfix");
        if (postfix === null) return base;
        base = withPostfix(base, postfix.text);
      }
    }
  }

  /** A power, or what else is written in the place of an exponent: degrees and primes. */
  #raise(base: Expression): Expression {
    const braces = this.#is("open", "group") ? 1 : 0;
    const mark = this.#tokens[this.#at + braces];
    if (mark?.type === "postfix" && (mark.text === "degree" || mark.text === "'")) {
      this.#at += 1 + 2 * braces;
      if (braces === 1 && this.#tokens[this.#at - 1]?.type !== "close") throw new Unreadable();
      return withPostfix(base, mark.text);
    }
    return apply("power", base, this.#parseExponent());
  }

  #parseExponent(): Expression {
    return this.#nested(() => {
      if (this.#take("operator", "-")) return negated(this.#parseExponent());
      this.#take("operator", "+");
      const exponent = this.#parsePrimary();
      return this.#take("script", "^") ? apply("power", exponent, this.#parseExponent()) : exponent;
    });
  }

  /** The text of a subscript. */
  #parseSubscript(): string {
    if (!this.#take("open", "group")) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || !["number", "symbol", "constant", "word"].includes(token.type)) throw new Unreadable();
      return token.text;
    }
    let text = "";
    while (!this.#take("close", "group")) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || token.text === "group") throw new Unreadable();
      text += token.text;
    }
    return text;
  }

  #parsePrimary(): Expression {
    const token = this.#tokens[this.#at++];
    switch (token?.type) {
      case "number":
        return numberNode(token.text);
      case "symbol":
        return this.#parseSymbol(token.text);
      case "word":
        return { kind: "symbol", name: token.text, isWord: true };
      case "constant":
        return { kind: "constant", name: token.text as "pi" };
      case "function":
        return this.#nested(() => this.#parseFunction(token.text));
      case "open":
        return this.#nested(() => this.#parseBracket(token.text));
      case "bar":
        return this.#nested(() => this.#parseBars());
      case "command":
        return this.#nested(() => this.#parseCommand(token.text));
      case "environment":
        return this.#nested(() => this.#parseEnvironment(token.text));
      default:
        throw new Unreadable();
    }
  }

  #parseSymbol(name: string): Expression {
    const symbol = { kind: "symbol", name } as const;
    const calls = FUNCTION_LETTERS.test(name) && this.#is("open", "(") && this.#next?.spaced === false;
    return calls ? apply("call", symbol, this.#parsePrimary()) : symbol;
  }

  #parseBracket(open: string): Expression {
    const [divider, end] = [this.#divider, this.#at];
    if (open === "{") this.#divider = this.#findDivider(end);
    if (open === "{" && this.#take("close")) return { kind: "symbol", name: "\u2205" };
    const items = this.#parseItems();
    const built = this.#at === this.#divider;
    if (built) {
      this.#at++;
      const conditions = this.#parseItems();
      items.splice(0, items.length, ...conditions);
    }
    this.#divider = divider;
    const close = this.#expect("close").text;
    const [only] = items;
    if (only !== undefined && items.length === 1 && (open !== "{" || built)) return closeAround(only, open, close);
    if (open === "group" && close === "group") return { kind: "bracket", open: "{", close: "}", items };
    if (!"([{".includes(open) || !")]}".includes(close)) throw new Unreadable();
    return { kind: "bracket", open, close, items } as BracketNode;
  }

  /** The place of the only bar, or of the colon behind the first variable, inside the braces that begin at a place. */
  #findDivider(start: number): number {
    if (this.#tokens[start + 1]?.text === ":" && this.#tokens[start]?.type === "symbol") return start + 1;
    let found = -1;
    for (let at = start; at < this.#tokens.length && this.#tokens[at]?.type !== "close"; at++) {
      if (this.#tokens[at]?.type !== "bar") continue;
      if (found !== -1) return -1;
      found = at;
    }
    return found;
  }

  #parseBars(): Expression {
    this.#bars = 1;
    const inner = this.#parseSum();
    this.#expect("bar");
    return inner.kind === "matrix" ? { ...inner, determinant: true } : apply("abs", inner);
  }

  #parseCommand(name: string): Expression {
    switch (name) {
      case "frac":
        return apply("divide", this.#parseArgument(), this.#parseArgument());
      case "binom":
        return apply("binomial", this.#parseArgument(), this.#parseArgument());
      case "sqrt": {
        if (!this.#take("open", "[")) return apply("root", this.#parseArgument(), numberNode("2"));
        const index = this.#parseSum();
        this.#expect("close", "]");
        return apply("root", this.#parseArgument(), index);
      }
      default:
        return this.#parseArgument();
    }
  }

  /** An argument of a LaTeX command: braces, or else a single digit, letter or command. */
  #parseArgument(): Expression {
    const next = this.#next;
    if (next?.type === "number" && /^\d\d+$/.test(next.text)) {
      this.#tokens[this.#at] = { ...next, text: next.text.slice(1) };
      return numberNode(next.text.slice(0, 1));
    }
    return this.#parsePrimary();
  }

  #parseFunction(name: string): Expression {
    const base = name === "log" && this.#take("script", "_") ? this.#parsePrimary() : numberNode("10");
    const exponent = this.#take("script", "^") ? this.#parseExponent() : null;
    const inverse = INVERSES.get(name);
    if (inverse !== undefined && exponent?.kind === "number" && exponent.value.numerator === -1n) {
      return apply(inverse, ...this.#parseFunctionArguments(name));
    }
    const args = this.#parseFunctionArguments(name);
    const value = functionOf(name, name === "log" ? [...args.slice(0, 1), base] : args);
    return exponent === null ? value : apply("power", value, exponent);
  }

  /** What a function is applied to: brackets, or else the factors up to the next sign, bracket or function. */
  #parseFunctionArguments(name: string): readonly Expression[] {
    if (this.#is("open")) {
      const inner = this.#parsePrimary();
      return inner.kind === "bracket" || inner.kind === "list" ? inner.items : [inner];
    }
    if (this.#take("operator", "-")) return this.#parseFunctionArguments(name).map(negated);
    if (name === "sqrt" || this.#is("bar") || this.#is("function")) return [this.#parsePower()];
    let argument = this.#parsePower();
    while (["number", "symbol", "constant", "command"].includes(this.#next?.type ?? "")) {
      argument = productOf(argument, this.#parsePower());
    }
    return [argument];
  }

  #parseEnvironment(text: string): Expression {
    const name = text.replace("begin ", "");
    if (LISTS.test(name)) {
      const list = this.#parseList();
      this.#expect("environment", `end ${name}`);
      return list;
    }
    if (!ROWS.test(name)) throw new Unreadable();
    const rows: Expression[][] = [[]];
    while (!this.#take("environment", `end ${name}`)) {
      if (this.#take("separator", "row")) rows.push([]);
      else {
        rows.at(-1)?.push(this.#parseSum());
        this.#take("cell");
      }
    }
    if (rows.at(-1)?.length === 0) rows.pop();
    const [width] = rows.map((row) => row.length);
    if (width === undefined || rows.some((row) => row.length !== width)) throw new Unreadable();
    return { kind: "matrix", rows, determinant: /^[vV]/.test(name) };
  }
}

function numberNode(text: string): Expression {
  const value = text.includes("(") ? parseRepeating(text) : parseDecimal(text);
  if (value === null) throw new Unreadable();
  return { kind: "number", value, decimal: /[.]/.test(text) && !text.includes("("), base: null };
}

function negated(node: Expression): Expression {
  if (node.kind !== "number") return apply("negate", node);
  const { numerator, denominator }: Rational = node.value;
  return { ...node, value: { numerator: -numerator, denominator } };
}

function sumOf(terms: readonly Expression[]): Expression {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : apply("add", ...terms);
}

function productOf(left: Expression, right: Expression): Expression {
  const factors = left.kind === "apply" && left.operator === "multiply" ? left.args : [left];
  return apply("multiply", ...factors, right);
}

/** Whether an expression is a fraction of two whole numbers above zero, such as stands behind the whole of a mixed number. */
function isFraction(node: Expression): boolean {
  if (node.kind !== "apply" || node.operator !== "divide") return false;
  return node.args.every(
    (part) => part.kind === "number" && part.value.denominator === 1n && part.value.numerator > 0n,
  );
}

function withSubscript(base: Expression, subscript: string): Expression {
  if (base.kind === "number") return { ...base, base: subscript };
  if (base.kind === "symbol") return { ...base, name: `${base.name}_${subscript}` };
  throw new Unreadable();
}

function withPostfix(base: Expression, postfix: string): Expression {
  if (postfix === "'") {
    if (base.kind !== "symbol") throw new Unreadable();
    return { ...base, name: `${base.name}'` };
  }
  const operators: Record<string, string> = { "!": "factorial", "%": "percent", degree: "degree" };
  return apply(operators[postfix] ?? postfix, base);
}

function closeAround(inner: Expression, open: string, close: string): Expression {
  if (open === "floor" || open === "ceil") {
    if (close !== open) throw new Unreadable();
    return apply(open, inner);
  }
  if ((open === "group") !== (close === "group")) throw new Unreadable();
  return inner;
}

function functionOf(name: string, args: readonly Expression[]): Expression {
  const [only] = args;
  if (only === undefined) throw new Unreadable();
  if (name === "sqrt") return apply("root", only, numberNode("2"));
  if (name === "exp") return apply("power", { kind: "constant", name: "e" }, only);
  return apply(name, ...args);
}
