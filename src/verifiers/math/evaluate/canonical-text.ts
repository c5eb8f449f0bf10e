import { evaluateExact } from "./evaluate-exact.ts";
import { evaluateNumeric } from "./evaluate-numeric.ts";
import { type Expression, variablesOf } from "../expression.ts";
import { structureOf, structureText } from "./structure-text.ts";

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
