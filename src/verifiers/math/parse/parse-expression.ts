import {
  Unreadable,
  listOf,
  negated,
  numberNode,
  powerOf,
  productOf,
  sumOf,
  withPostfix,
  withSubscript,
} from "./build-expression.ts";
import { apply, type Expression } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import { parseBracket, parseEnvironment } from "./parse-bracket.ts";
import { choicesBehind, holdsPair, parseChoices } from "./parse-choices.ts";
import { parseMixed } from "./parse-mixed.ts";
import { parseCommand, parseFunction } from "./parse-function.ts";
import { parseRelation, startsModulus } from "./parse-relation.ts";
import { withoutReversedBrackets } from "./reversed-brackets.ts";
import { TokenCursor } from "./token-cursor.ts";
import type { Token } from "../vocabulary.ts";

/**
 * The tree of an answer's tokens; null when they are no expression. A recursive descent without backtracking, so
 * linear in the number of tokens, and refused beyond a fixed depth.
 */
export function parseExpression(tokens: readonly Token[]): Expression | null {
  try {
    return new Parser(withoutReversedBrackets(tokens)).parseAll();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Letters that stand for a function when a bracket follows. */
const FUNCTION_LETTERS = /^(?:[fghFGHPpq]'*|mathbb [EP])$/;

class Parser implements ExpressionParser {
  readonly cursor: TokenCursor;
  divider = -1;
  readonly series = { count: 0, depth: 0 };

  constructor(tokens: readonly Token[]) {
    this.cursor = new TokenCursor(tokens);
  }

  parseAll(): Expression {
    const expression = this.parseList();
    if (this.cursor.peek() !== undefined) throw new Unreadable();
    return expression;
  }

  parseItems(): Expression[] {
    return this.#parseSeparated().items;
  }

  parseList(): Expression {
    const { items, separators } = this.#parseSeparated();
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : listOf(items, separators);
  }

  #parseSeparated(): { readonly items: Expression[]; readonly separators: readonly string[] } {
    const items = [parseRelation(this)];
    const separators: string[] = [];
    for (let next = this.cursor.take("separator"); next !== null; next = this.cursor.take("separator")) {
      separators.push(next.text);
      if (this.cursor.is("separator")) continue;
      if (this.cursor.peek() === undefined || this.cursor.is("close") || this.cursor.is("environment")) break;
      items.push(parseRelation(this));
    }
    return { items, separators };
  }

  parseCondition(): Expression {
    if (!this.cursor.is("open", "group")) return this.parsePrimary();
    this.cursor.next();
    const condition = this.parseList();
    this.cursor.expect("close", "group");
    return condition;
  }

  parseSet(): Expression {
    let left = this.parseSum();
    for (let sign = this.cursor.take("set"); sign !== null; sign = this.cursor.take("set")) {
      left = apply(sign.text, left, this.parseSum());
    }
    return left;
  }

  parseSum(): Expression {
    let terms = [this.parseProduct()];
    for (;;) {
      if (this.cursor.take("operator", "+")) terms.push(this.parseProduct());
      else if (this.cursor.take("operator", "-")) terms.push(negated(this.parseProduct()));
      else {
        const sign = this.cursor.take("operator", "+-") ?? this.cursor.take("operator", "-+");
        if (sign === null) return sumOf(terms);
        terms = [apply(sign.text, sumOf(terms), this.parseProduct())];
      }
    }
  }

  parseProduct(): Expression {
    let left = this.#parseSigned();
    for (;;) {
      if (this.cursor.take("operator", "*")) left = productOf(left, this.#parseSigned());
      else if (this.cursor.take("operator", "/")) left = apply("divide", left, this.#parseSigned());
      else if (this.cursor.take("operator", "mod")) left = apply("mod", left, this.#parseSigned());
      else if (this.cursor.is("operator", ":") && this.cursor.at !== this.divider) left = this.#parseRatio(left);
      else return left;
    }
  }

  #parseRatio(first: Expression): Expression {
    const parts = [first];
    while (this.cursor.take("operator", ":")) parts.push(this.#parseSigned());
    return apply(parts.length === 2 ? "divide" : "ratio", ...parts);
  }

  #parseSigned(): Expression {
    let negative = false;
    for (;;) {
      if (this.cursor.take("operator", "-")) negative = !negative;
      else if (!this.cursor.take("operator", "+")) break;
    }
    const sign = this.cursor.take("operator", "+-") ?? this.cursor.take("operator", "-+");
    const value = this.#parseFactors();
    const signed = sign === null ? value : apply(sign.text, value);
    return negative ? negated(signed) : signed;
  }

  /** Factors beside each other without a sign between them. */
  #parseFactors(): Expression {
    const start = this.cursor.at;
    let left = this.parsePower();
    if (left.kind === "number" && left.base === null && this.cursor.at === start + 1) {
      if (this.#startsDigits()) throw new Unreadable();
      left = parseMixed(this, left);
    }
    while (this.#startsFactor()) left = productOf(left, this.parsePower());
    return left;
  }

  /** Whether a number in braces of its own touches the one in front of it: 1{2} looks like 12. */
  #startsDigits(): boolean {
    const [open, number, close] = [this.cursor.peek(), this.cursor.peek(1), this.cursor.peek(2)];
    return open?.text === "group" && !open.spaced && number?.type === "number" && close?.text === "group";
  }

  #startsFactor(): boolean {
    const next = this.cursor.peek();
    if (next === undefined) return false;
    if (next.type === "bar") return !this.cursor.isBarOpen && this.cursor.at !== this.divider;
    if (startsModulus(this.cursor)) return false;
    if (next.type === "environment") return next.text.startsWith("begin");
    return ["number", "symbol", "constant", "word", "function", "open", "command"].includes(next.type);
  }

  parsePower(): Expression {
    let base = this.parsePrimary();
    for (;;) {
      if (this.cursor.take("script", "^")) base = this.#callInverse(this.#raise(base));
      else if (this.cursor.take("script", "_")) base = withSubscript(base, this.#parseSubscript());
      else {
        const postfix = this.cursor.take("postfix");
        if (postfix === null) return base;
        base = withPostfix(base, postfix.text);
      }
    }
  }

  /** f^{-1}(3) is the value of the inverse function. */
  #callInverse(power: Expression): Expression {
    const [head, exponent] = power.kind === "apply" && power.operator === "power" ? power.args : [];
    const isInverse = exponent?.kind === "number" && exponent.value.numerator === -1n;
    if (!isInverse || head?.kind !== "symbol" || !/^[fgh]$/.test(head.name)) return power;
    if (!this.cursor.is("open", "(") || this.cursor.peek()?.spaced !== false) return power;
    return apply("call", { ...head, name: `${head.name}^-1` }, this.parsePrimary());
  }

  /** A power, or what else is written in the place of an exponent: degrees and primes. */
  #raise(base: Expression): Expression {
    const braces = this.cursor.is("open", "group") ? 1 : 0;
    const mark = this.cursor.peek(braces);
    if (mark?.type === "postfix" && (mark.text === "degree" || mark.text === "'")) {
      for (let skipped = 0; skipped <= braces; skipped++) this.cursor.next();
      if (braces === 1) this.cursor.expect("close", "group");
      return withPostfix(base, mark.text);
    }
    return powerOf(base, this.parseExponent());
  }

  parseExponent(): Expression {
    return this.cursor.nested(() => {
      if (this.cursor.take("operator", "-")) return negated(this.parseExponent());
      this.cursor.take("operator", "+");
      const exponent = this.parsePrimary();
      return this.cursor.take("script", "^") ? apply("power", exponent, this.parseExponent()) : exponent;
    });
  }

  /** The text of a subscript. */
  #parseSubscript(): string {
    if (!this.cursor.take("open", "group")) {
      const token = this.cursor.next();
      if (!["number", "symbol", "constant", "word"].includes(token.type)) throw new Unreadable();
      return token.text;
    }
    let text = "";
    while (!this.cursor.take("close", "group")) {
      const token = this.cursor.next();
      if (token.text === "group") throw new Unreadable();
      text += token.text;
    }
    return text;
  }

  parsePrimary(): Expression {
    const token = this.cursor.next();
    switch (token.type) {
      case "number":
        return choicesBehind(this, token) ?? numberNode(token.text);
      case "symbol":
        return this.#parseSymbol(token.text);
      case "word":
        return { kind: "symbol", name: token.text, isWord: true };
      case "constant":
        return { kind: "constant", name: token.text as "pi" };
      case "function":
        return this.cursor.nested(() => parseFunction(this, token.text));
      case "script":
        return this.cursor.nested(() => parseChoices(this));
      case "open":
        if (token.text === "group" && this.cursor.is("close", "group") && this.cursor.peek(1)?.type === "script") {
          this.cursor.next();
          this.cursor.next();
          return this.cursor.nested(() => parseChoices(this));
        }
        return this.cursor.nested(() => parseBracket(this, token.text));
      case "bar":
        return this.cursor.nested(() => this.#parseBars(token.text));
      case "command":
        return this.cursor.nested(() => parseCommand(this, token.text));
      case "environment":
        return this.cursor.nested(() => parseEnvironment(this, token.text));
      default:
        throw new Unreadable();
    }
  }

  #parseSymbol(letter: string): Expression {
    let name = letter;
    while (this.cursor.take("postfix", "'")) name += "'";
    const symbol = { kind: "symbol", name } as const;
    const isFunction = FUNCTION_LETTERS.test(name) || (/^[CA]$/.test(name) && holdsPair(this.cursor));
    const calls = isFunction && this.cursor.is("open", "(") && this.cursor.peek()?.spaced === false;
    return calls ? apply("call", symbol, this.parsePrimary()) : symbol;
  }

  #parseBars(bar: string): Expression {
    this.cursor.isBarOpen = true;
    const inner = this.parseSum();
    this.cursor.expect("bar");
    if (inner.kind === "matrix") return { ...inner, determinant: true };
    return apply(bar === "norm" ? "norm" : "abs", inner);
  }
}
