import { formatRational } from "../../../core/rational.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import type { ApplyNode, Expression } from "../expression.ts";

/** A text that is the same only for expressions of the same structure, up to the order of terms and factors. */
export function structureText(node: Expression): string {
  return structureOf(node, structureText);
}

/** The text of a structure, with the texts of its parts as they are given. */
export function structureOf(node: Expression, textOf: (node: Expression) => string): string {
  const exact = evaluateExact(node);
  if (exact !== null) return formatRational(exact) + (node.kind === "number" && node.base ? `_${node.base}` : "");
  switch (node.kind) {
    case "number":
      return formatRational(node.value);
    case "symbol":
    case "constant":
      return node.name;
    case "apply":
      return applyText(node, node.args.map(textOf));
    case "list":
      return node.items.map(textOf).toSorted().join(", ");
    case "bracket": {
      const items = node.items.map(textOf);
      return node.open + (node.open === "{" ? items.toSorted() : items).join(", ") + node.close;
    }
    case "matrix":
      return `${node.determinant ? "det" : ""}[${node.rows.map((row) => `[${row.map(textOf).join(", ")}]`).join(", ")}]`;
    case "relation":
      return node.sides.map((side, index) => (index === 0 ? "" : ` ${node.signs[index - 1]} `) + textOf(side)).join("");
  }
}

const COMMUTATIVE: ReadonlyMap<string, string> = new Map([
  ["add", " + "],
  ["multiply", "*"],
  ["union", " union "],
  ["intersection", " intersection "],
]);

/** Functions whose arguments may stand in any order. */
const SYMMETRIC: ReadonlySet<string> = new Set(["gcd", "lcm", "max", "min"]);

const INFIX: ReadonlyMap<string, string> = new Map([
  ["divide", "/"],
  ["power", "^"],
]);

function applyText({ operator }: ApplyNode, texts: readonly string[]): string {
  const [first = ""] = texts;
  if (operator === "negate") return `-${wrapped(first)}`;
  const infix = INFIX.get(operator);
  if (infix !== undefined) return texts.map(wrapped).join(infix);
  const commutative = COMMUTATIVE.get(operator);
  if (commutative === undefined) {
    const ordered = SYMMETRIC.has(operator) ? texts.toSorted() : texts;
    return `${operator}(${ordered.join(", ")})`;
  }
  const parts = operator === "multiply" ? texts.map(wrapped) : texts;
  return parts.toSorted().join(commutative);
}

/** In parentheses, unless it is a number or a name. */
function wrapped(text: string): string {
  return /^[\w.']+$/.test(text) ? text : `(${text})`;
}
