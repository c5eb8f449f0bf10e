/** An exact fraction: lowest terms, denominator positive. Comparing doubles would call different long integers equal. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Longer numbers and larger exponents are not read: no answer needs them, and their arithmetic gets slow. */
const MAX_DIGITS = 1000;
const MAX_EXPONENT = 1000;

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(first: bigint, second: bigint): bigint {
  let [a, b] = [first, second];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function rational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return { numerator, denominator };
  const divisor = greatestCommonDivisor(magnitude(numerator), denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/**
 * The value of an unsigned decimal such as `1234.5`, `.5` or `1.5e-3`, without separators; null when it is too long or
 * written otherwise.
 */
export function parseDecimal(text: string): Rational | null {
  const parts = /^(\d*)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text);
  const [, whole = "", part = "", exponent = "0"] = parts ?? [];
  const digits = whole + part;
  const power = Number(exponent) - part.length;
  if (parts === null || digits === "" || digits.length > MAX_DIGITS || !(Math.abs(power) <= MAX_EXPONENT)) return null;
  const value = BigInt(digits);
  return power >= 0 ? rational(value * 10n ** BigInt(power), 1n) : rational(value, 10n ** BigInt(-power));
}

/** The sum of two fractions. */
export function add(first: Rational, second: Rational): Rational {
  const denominator = first.denominator * second.denominator;
  return rational(first.numerator * second.denominator + second.numerator * first.denominator, denominator);
}

/** The product of two fractions. */
export function multiply(first: Rational, second: Rational): Rational {
  return rational(first.numerator * second.numerator, first.denominator * second.denominator);
}

/** The quotient of two fractions; null when the second is zero. */
export function divide(first: Rational, second: Rational): Rational | null {
  if (second.numerator === 0n) return null;
  const sign = second.numerator < 0n ? -1n : 1n;
  return rational(sign * first.numerator * second.denominator, sign * first.denominator * second.numerator);
}

/** A fraction multiplied by itself; the exponent is a whole number, not negative. Its size is the caller's to bound. */
export function raise({ numerator, denominator }: Rational, exponent: bigint): Rational {
  return { numerator: numerator ** exponent, denominator: denominator ** exponent };
}

/** Whether two fractions are the same number. */
export function isEqual(first: Rational, second: Rational): boolean {
  return first.numerator === second.numerator && first.denominator === second.denominator;
}

/** The nearest double, or an infinity where there is none. */
export function toDouble({ numerator, denominator }: Rational): number {
  if (denominator === 1n) return Number(numerator);
  // Both parts are cut to 64 bits beyond what they have in common, which keeps every bit that a double holds.
  const excess = Math.min(numerator.toString(16).length, denominator.toString(16).length) - 64;
  const shift = BigInt(Math.max(excess, 0) * 4);
  return Number(numerator >> shift) / Number(denominator >> shift);
}

/** The fraction with its sign turned. */
export function negate({ numerator, denominator }: Rational): Rational {
  return { numerator: -numerator, denominator };
}

/** How far a value may be from the reference: by `absolute`, or by `relative` of the reference's magnitude. */
export interface Tolerance {
  readonly absolute: Rational;
  readonly relative: Rational;
}

/** Whether |value - reference| <= max(absolute, relative x |reference|), decided exactly. */
export function isWithin(value: Rational, reference: Rational, { absolute, relative }: Tolerance): boolean {
  const denominator = value.denominator * reference.denominator;
  const difference = magnitude(value.numerator * reference.denominator - reference.numerator * value.denominator);
  if (difference * absolute.denominator <= absolute.numerator * denominator) return true;
  const allowed = relative.numerator * magnitude(reference.numerator) * value.denominator;
  return difference * relative.denominator <= allowed;
}

/** One text for each value: an integer, a decimal where one ends, or else a fraction in lowest terms. */
export function formatRational({ numerator, denominator }: Rational): string {
  let places = 0;
  let rest = denominator;
  while (rest !== 1n) {
    const common = greatestCommonDivisor(rest, 10n);
    if (common === 1n) return `${numerator}/${denominator}`;
    rest /= common;
    places++;
  }
  if (places === 0) return String(numerator);
  const digits = String((magnitude(numerator) * 10n ** BigInt(places)) / denominator).padStart(places + 1, "0");
  return `${numerator < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
