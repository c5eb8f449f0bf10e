import { apply, type Expression, type RelationNode, type RelationSign } from "../expression.ts";
import type { ExpressionParser } from "./expression-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

const CONGRUENT = "\u2261";

/** A chain of relations, with the modulus behind it; what stands by itself is no relation. */
export function parseRelation(parser: ExpressionParser): Expression {
  const { cursor } = parser;
  const first = parser.parseSet();
  const sides = [first];
  const signs: RelationSign[] = [];
  let isCongruent = false;
  for (let sign = cursor.take("relation"); sign !== null; sign = cursor.take("relation")) {
    if (sign.text === CONGRUENT) isCongruent = true;
    signs.push(sign.text === CONGRUENT ? "=" : (sign.text as RelationSign));
    sides.push(parser.parseSet());
  }
  const node: Expression = signs.length === 0 ? first : { kind: "relation", signs, sides };
  // What (mod 7) says of a congruence is no value: it is compared as it stands.
  const modulus = parseModulus(parser);
  if (modulus !== null) return apply("modulo", node, modulus);
  return isCongruent && node.kind === "relation" ? asCongruence(node) : node;
}

/** The modulus of a congruence, \pmod 7 or (mod 7); null when none is written. */
function parseModulus(parser: ExpressionParser): Expression | null {
  const { cursor } = parser;
  if (cursor.take("operator", "modulo")) return parser.parsePower();
  if (!startsModulus(cursor)) return null;
  cursor.next();
  cursor.next();
  const modulus = parser.parseSum();
  cursor.expect("close", ")");
  return modulus;
}

/** Whether the bracket of (mod 7) opens next. */
export function startsModulus(cursor: TokenCursor): boolean {
  const operator = cursor.peek(1);
  return cursor.is("open", "(") && operator?.type === "operator" && operator.text === "mod";
}

/** A relation written with the sign of congruence: behind its last side `\mod 7` is no remainder, but says how it is meant. */
function asCongruence(node: RelationNode): Expression {
  const last = node.sides.at(-1);
  if (last?.kind !== "apply" || last.operator !== "mod") return node;
  const [residue, modulus] = last.args;
  if (residue === undefined || modulus === undefined) return node;
  return apply("modulo", { ...node, sides: [...node.sides.slice(0, -1), residue] }, modulus);
}
