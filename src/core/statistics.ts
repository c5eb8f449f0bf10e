/**
 * A spread below this part of the largest magnitude is the rounding of floating-point sums (about 1e-13 after a few
 * hundred additions), not a difference between values: dividing by it would turn noise into full-size advantages.
 */
const ROUNDING = 1e-9;

/** Up to this magnitude sums of squares of a billion values are finite. */
const SAFE = 2 ** 400;

/**
 * A factor under which sums and squares of values stay finite: a power of two, so that scaling rounds nothing, and 1
 * unless a value is beyond 2^400.
 */
export function safeScale(values: readonly number[]): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most > SAFE && most < Infinity ? 2 ** -Math.ceil(Math.log2(most)) : 1;
}

/** The arithmetic mean, also where the sum would overflow; NaN of no values. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  if (Number.isFinite(sum) || values.length === 0) return sum / values.length;
  const scale = safeScale(values);
  return scale === 1 ? sum / values.length : mean(values.map((value) => value * scale)) / scale;
}

/**
 * The standard deviation around the mean, in two passes; also where squares would overflow.
 * @param ddof what is taken off the count in the denominator: 1 for a sample, 0 for a whole population.
 * @returns 0 where the denominator would not be positive, such as the sample standard deviation of one value.
 */
export function standardDeviation(values: readonly number[], ddof: 0 | 1): number {
  const degrees = values.length - ddof;
  if (degrees <= 0) return 0;
  const scale = safeScale(values);
  if (scale !== 1)
    return (
      standardDeviation(
        values.map((value) => value * scale),
        ddof,
      ) / scale
    );
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / degrees);
}

/** Whether values differ by more than rounding: max - min above 1e-9 of the largest magnitude. False below two values. */
export function hasSpread(values: readonly number[]): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low > ROUNDING * Math.max(Math.abs(low), Math.abs(high));
}
