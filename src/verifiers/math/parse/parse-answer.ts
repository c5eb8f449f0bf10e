import type { Expression, RelationSign } from "../expression.ts";
import { parseExpression } from "./parse-expression.ts";
import type { Token } from "../vocabulary.ts";

/**
 * The tree of an answer's tokens; null when they are none. What stands to the left of its first sign of equality need not
 * be understood: it only names the value on the right, as in `\lim_{x\to0} f(x) = 1` and `P(X = 2) = 1/2`.
 */
export function parseAnswer(tokens: readonly Token[]): Expression | null {
  return parseExpression(tokens) ?? behindLeftSide(tokens);
}

function behindLeftSide(tokens: readonly Token[]): Expression | null {
  const at = firstRelation(tokens);
  const sign = tokens[at]?.text;
  if (at < 1 || (sign !== "=" && sign !== "~")) return null;
  const left = tokens.slice(0, at);
  if (left.some(({ type, text }) => REFUSED.has(type) || NEGATING.test(text))) return null;
  const right = parseExpression(tokens.slice(at + 1));
  if (right === null || right.kind === "list") return null;
  const name: Expression = { kind: "symbol", name: nameOf(left), isOpaque: true };
  const more: readonly Expression[] = right.kind === "relation" ? right.sides : [right];
  const signs: readonly RelationSign[] = right.kind === "relation" ? right.signs : [];
  return { kind: "relation", sides: [name, ...more], signs: [sign, ...signs] };
}

/** What joins a left side to others: then it is more than one answer. */
const REFUSED: ReadonlySet<string> = new Set(["separator", "environment", "cell"]);
const NEGATING = /\bnot\b|n't\b|^(?:neg|lnot|nexists|if|when)$/i;

/** The place of the first sign of a relation outside all brackets and scripts; -1 when there is none. */
function firstRelation(tokens: readonly Token[]): number {
  let depth = 0;
  for (const [index, { type }] of tokens.entries()) {
    if (type === "open") depth++;
    if (type === "close") depth--;
    if (type === "relation" && depth === 0) return index;
  }
  return -1;
}

function nameOf(tokens: readonly Token[]): string {
  return tokens
    .filter(({ text }) => text !== "group")
    .map(({ text }) => text)
    .join(" ");
}
