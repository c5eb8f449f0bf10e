const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });
const PLAIN = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });

/** From here on numbers have no short names: a compact one is hundreds of digits long at last. */
const NAMELESS = 1e15;

/** A number in few characters, for axes and legends: `0.9834`, `12.5K`, `3.1e-6`, `1.0e+308`. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= NAMELESS || (size !== 0 && size < 0.001)) return value.toExponential(1);
  return (size < 10_000 ? PLAIN : COMPACT).format(value);
}

/** A share as a percentage with a digit: `98.3%`. */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)}%`;
}
