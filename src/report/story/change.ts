/** Observations that a comparison needs to tell a change from noise. */
const ENOUGH = 10;

/** How many standard errors a change has to be away from nothing. Two: one in twenty is taken for a change by chance. */
const STANDARD_ERRORS = 2;

/** Which way something went, or why that cannot be told. */
export type Direction = "up" | "down" | "unclear" | "too-few";

/**
 * The direction of a mean change, which is called unclear within two standard errors of nothing.
 * @param observations that it is the mean of: below ten nothing can be told.
 */
export function directionOf(change: number, standardError: number, observations: number): Direction {
  if (observations < ENOUGH) return "too-few";
  if (Math.abs(change) <= STANDARD_ERRORS * standardError) return "unclear";
  return change > 0 ? "up" : "down";
}

/** The sample variance from a count, a sum and a sum of squares; 0 below two values. */
export function varianceOf(values: number, sum: number, squares: number): number {
  // A sum of squares may fall short of the squared sum by rounding.
  return values < 2 ? 0 : Math.max(0, (squares - sum ** 2 / values) / (values - 1));
}
