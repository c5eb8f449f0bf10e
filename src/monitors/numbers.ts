/** Small pure pieces that several monitors share. */

/** Pass rate from which on a policy counts as done with its problems: what then fades is no cause for alarm. */
export const SOLVED = 0.9;

/** A rise of the pass rate below this is none. */
export const NO_RISE = 0.02;

/** The middle value; the mean of the two in the middle of an even number; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** A number as an alarm's sentence has it: three significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A share as per cent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
