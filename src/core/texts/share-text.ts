/**
 * A share as people read it: `.94`, `1.0`, `-` for none. What is not quite none or all is not rounded to it: `<.01`,
 * `>.99`.
 */
export function share(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (value === 1) return "1.0";
  if (value > 0 && value < 0.005) return "<.01";
  if (value < 1 && value >= 0.995) return ">.99";
  return value.toFixed(2).replace(/^0/, "");
}

/** A difference of shares with its sign, such as `+.40`; what rounds to nothing has none. */
export function signedShare(value: number): string {
  const text = Math.abs(value).toFixed(2).replace(/^0/, "");
  return text === ".00" ? text : (value < 0 ? "-" : "+") + text;
}
