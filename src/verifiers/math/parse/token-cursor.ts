import { Unreadable } from "./build-expression.ts";
import { MAX_DEPTH } from "../limits.ts";
import type { Token, TokenType } from "../vocabulary.ts";

/** A place in the tokens of an answer, and how deep in brackets it lies. */
export class TokenCursor {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;
  /** Whether a bar stands open since the innermost bracket, so that the next one closes it. */
  isBarOpen = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens];
  }

  /** The number of tokens taken so far. */
  get at(): number {
    return this.#at;
  }

  /** The token at this place, or some places on; undefined at the end. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether the next token is of a type, and has a text. */
  is(type: TokenType, text?: string): boolean {
    const next = this.peek();
    return next?.type === type && (text === undefined || next.text === text);
  }

  /** Takes the next token if it is of a type, and has a text. */
  take(type: TokenType, text?: string): Token | null {
    return this.is(type, text) ? (this.#tokens[this.#at++] ?? null) : null;
  }

  /** Takes the next token, which has to be of a type. */
  expect(type: TokenType, text?: string): Token {
    const token = this.take(type, text);
    if (token === null) throw new Unreadable();
    return token;
  }

  /** Takes the next token, whatever it is. */
  next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Unreadable();
    return token;
  }

  /** Takes the first digit of a number of several: \frac12 is a half. Null when the next token is no such number. */
  takeDigit(): string | null {
    const next = this.peek();
    if (next?.type !== "number" || !/^\d\d+$/.test(next.text)) return null;
    this.#tokens[this.#at] = { ...next, text: next.text.slice(1) };
    return next.text.slice(0, 1);
  }

  /** Parses what lies below a bracket, a function or a script: the only ways to nest. */
  nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) throw new Unreadable();
    const wasOpen = this.isBarOpen;
    this.isBarOpen = false;
    const result = parse();
    this.isBarOpen = wasOpen;
    this.#depth--;
    return result;
  }
}
