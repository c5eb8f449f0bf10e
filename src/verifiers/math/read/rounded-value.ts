import { toDouble } from "../../../core/rational.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import { evaluateNumeric } from "../evaluate/evaluate-numeric.ts";
import type { Expression } from "../expression.ts";

/** A whole number of fewer digits is too rough to stand for the value that it was rounded from. */
const LEAST_WHOLE = 100;

/** The decimal at the end of "exact value \approx decimal", where that is what the value rounds to; else null. */
export function roundedValue(node: Expression): Expression | null {
  if (node.kind !== "relation" || node.signs.at(-1) !== "~") return null;
  const [exact, decimal] = node.sides.slice(-2);
  const written = decimal && evaluateExact(decimal);
  const value = exact && evaluateNumeric(exact, new Map());
  if (decimal === undefined || !written || !value || value.value.im !== 0 || !isNumber(decimal)) return null;
  const rounded = toDouble(written);
  if (written.denominator === 1n && Math.abs(rounded) < LEAST_WHOLE) return null;
  // The digits behind the point are those of the smallest power of ten that clears the denominator.
  let places = 0;
  while (10n ** BigInt(places) % written.denominator !== 0n && places < 20) places++;
  return Math.abs(value.value.re - rounded) <= 0.5 * 10 ** -places + value.error ? decimal : null;
}

function isNumber(node: Expression): boolean {
  const [inner = node] = node.kind === "apply" && node.operator === "negate" ? node.args : [];
  return inner.kind === "number";
}
