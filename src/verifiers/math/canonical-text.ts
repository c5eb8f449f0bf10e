import { formatRational } from "../../core/rational.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import { evaluateNumeric } from "./evaluate-numeric.ts";
import { type ApplyNode, type Expression, variablesOf } from "./expression.ts";

const DIGITS = 12;

/**
 * A text that is the same for equal answers as far as that is cheap: values without variables always, other
 * expressions up to the order of terms and factors, sets up to the order of their items. Values that are no fractions
 * are rounded to 12 digits.
 */
export function canonicalText(node: Expression): string {
  switch (node.kind) {
    case "apply":
      return SET_OPERATORS.has(node.operator) ? structureOf(node, canonicalText) : scalarText(node);
    case "bracket":
    case "list":
    case "matrix":
    case "relation":
      return structureOf(node, canonicalText);
    default:
      return scalarText(node);
  }
}

const SET_OPERATORS: ReadonlySet<string> = new Set(["union", "intersection", "difference"]);

function scalarText(node: Expression): string {
  if (node.kind === "symbol" && node.name.length > 1) return node.name.toLowerCase();
  if (evaluateExact(node) !== null || variablesOf(node).size > 0) return structureText(node);
  const result = evaluateNumeric(node, new Map());
  if (result === null) return structureText(node);
  const { re, im } = result.value;
  const [real, imaginary] = [re, im].map((part) =>
    Math.abs(part) <= result.error ? 0 : Number(part.toPrecision(DIGITS)),
  );
  if (!imaginary) return String(real ?? 0);
  return `${real ? real : ""}${imaginary > 0 && real ? "+" : ""}${imaginary}i`;
}

/** A text that is the same only for expressions of the same structure, up to the order of terms and factors. */
export function structureText(node: Expression): string {
  return structureOf(node, structureText);
}

function structureOf(node: Expression, textOf: (node: Expression) => string): string {
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
  if (commutative === undefined) return `${operator}(${texts.join(", ")})`;
  const parts = operator === "multiply" ? texts.map(wrapped) : texts;
  return parts.toSorted().join(commutative);
}

/** In parentheses, unless it is a number or a name. */
function wrapped(text: string): string {
  return /^[\w.']+$/.test(text) ? text : `(${text})`;
}
