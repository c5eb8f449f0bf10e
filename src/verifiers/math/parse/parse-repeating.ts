import { add, divide, parseDecimal, type Rational } from "../../../core/rational.ts";

/** The value of a decimal whose last digits repeat, written `0.1(6)`; null when it is too long. */
export function parseRepeating(text: string): Rational | null {
  const [, whole = "", start = "", repeated = ""] = /^(\d*)\.(\d*)\((\d+)\)$/.exec(text) ?? [];
  const finite = parseDecimal(`${whole || "0"}.${start}0`);
  const top = parseDecimal(repeated);
  const bottom = parseDecimal("9".repeat(repeated.length) + "0".repeat(start.length));
  const rest = top && bottom && divide(top, bottom);
  return finite && rest && add(finite, rest);
}
