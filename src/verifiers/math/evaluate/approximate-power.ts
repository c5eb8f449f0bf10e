import { Complex } from "complex.js";
import { type Approximation, divide, sizeOf, ULP } from "./approximation.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import type { ApplyNode } from "../expression.ts";

/** A power or root; null where it is not known, such as a power below one of what may be zero. */
export function approximatePower(node: ApplyNode, base: Approximation, written: Approximation): Approximation | null {
  const exponent = node.operator === "root" ? divide({ value: Complex.ONE, error: 0 }, written) : written;
  if (exponent === null) return null;
  const size = sizeOf(base.value);
  if (size <= base.error) {
    // What may be zero is so in a power above zero; any other power of it is unknown.
    if (exponent.value.im !== 0 || exponent.value.re <= 0) return null;
    return { value: Complex.ZERO, error: (size + base.error) ** exponent.value.re };
  }
  const sign = signOfRealPower(node, base.value);
  const value =
    sign === null ? base.value.pow(exponent.value) : new Complex(sign * (-base.value.re) ** exponent.value.re, 0);
  const steepness = sizeOf(exponent.value);
  const logarithm = sizeOf(base.value.log());
  const relative = (steepness * base.error) / (size - base.error) + logarithm * exponent.error;
  return { value, error: sizeOf(value) * (relative + ULP * (2 + steepness * logarithm)) };
}

/**
 * The sign of a negative base raised to a fraction with an odd denominator, which is meant to be real: the cube root of
 * -8 is -2, not the principal root. Null for other powers.
 */
function signOfRealPower(node: ApplyNode, base: Complex): 1 | -1 | null {
  const written = node.args[1];
  if (base.im !== 0 || base.re >= 0 || written === undefined) return null;
  const exact = evaluateExact(written);
  if (exact === null) return null;
  const { numerator, denominator } = exact;
  const [over, under] = node.operator === "root" ? [denominator, numerator] : [numerator, denominator];
  if (under % 2n === 0n) return null;
  return over % 2n === 0n ? 1 : -1;
}

/** Whether a power or root of a base is real: that of a negative one to a whole exponent, or to one with an odd denominator. */
export function isRealPower(node: ApplyNode, base: Approximation, exponent: Approximation): boolean {
  if (base.value.re >= 0 || sizeOf(base.value) <= base.error || signOfRealPower(node, base.value) !== null) return true;
  return node.operator === "power" && exponent.error === 0 && Number.isInteger(exponent.value.re);
}
