/**
 * A spread below this part of the largest magnitude is the rounding of floating-point sums (about 1e-13 after a few
 * hundred additions), not a difference between values: dividing by it would turn noise into full-size advantages.
 */
const ROUNDING = 1e-9;

/** The arithmetic mean; NaN of no values. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * The standard deviation around the mean, in two passes.
 * @param ddof what is taken off the count in the denominator: 1 for a sample, 0 for a whole population.
 * @returns 0 where the denominator would not be positive, such as the sample standard deviation of one value.
 */
export function standardDeviation(values: readonly number[], ddof: 0 | 1): number {
  const degrees = values.length - ddof;
  if (degrees <= 0) return 0;
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
