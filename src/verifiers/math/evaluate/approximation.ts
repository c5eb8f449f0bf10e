import { Complex } from "complex.js";
import { type Rational, toDouble } from "../../../core/rational.ts";

/**
 * A complex number in doubles with a bound on its distance from the true value. The bound is what tells two different
 * values from one value that was rounded differently: no tolerance has to be guessed.
 */
export interface Approximation {
  readonly value: Complex;
  readonly error: number;
}

/** Twice the distance of neighbouring doubles, as a part of their value. */
export const ULP = 2 ** -51;

/** A fraction in doubles; null for a value beyond those: infinite, or so small that it would be zero. */
export function fromRational(rational: Rational): Approximation | null {
  const value = toDouble(rational);
  if (!Number.isFinite(value) || (value === 0 && rational.numerator !== 0n)) return null;
  const isExact = rational.denominator === 1n && Number.isSafeInteger(value);
  return { value: new Complex(value, 0), error: isExact ? 0 : Math.abs(value) * ULP };
}

/** A value with the error that rounding it adds. */
export function rounded(value: Complex, error: number): Approximation {
  return { value, error: error + sizeOf(value) * ULP };
}

/** The magnitude; complex.js squares the parts of small numbers, which would make those below 1e-162 zero. */
export function sizeOf({ re, im }: Complex): number {
  return im === 0 ? Math.abs(re) : Math.hypot(re, im);
}

/** The sum. */
export function add(first: Approximation, second: Approximation): Approximation {
  return rounded(first.value.add(second.value), first.error + second.error);
}

/** The product. */
export function multiply(first: Approximation, second: Approximation): Approximation {
  const error = sizeOf(first.value) * second.error + sizeOf(second.value) * first.error + first.error * second.error;
  return rounded(first.value.mul(second.value), error);
}

/** A multiple. */
export function scale(first: Approximation, factor: number): Approximation {
  return rounded(first.value.mul(factor), first.error * factor);
}

/** The quotient; null when the divisor cannot be told from zero. */
export function divide(first: Approximation, second: Approximation): Approximation | null {
  const size = sizeOf(second.value);
  const least = size - second.error;
  if (!(least > 0)) return null;
  const quotient = first.value.div(second.value);
  return rounded(quotient, (first.error + sizeOf(quotient) * second.error) / least);
}
