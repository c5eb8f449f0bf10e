import type { Estimate } from "./study-statistics.ts";

/** Small pieces of text of a study's report. */

/** Shown where there is nothing to show. */
export const NOTHING = "–";

/** An accuracy: `.93`, `1.00`. */
export function accuracy(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? NOTHING : value.toFixed(2).replace(/^0/, "");
}

/** A difference of accuracies with its sign: `+.62`, `-.05`. */
export function difference(value: number): string {
  const text = accuracy(Math.abs(value));
  return `${value < 0 && text !== ".00" ? "-" : "+"}${text}`;
}

/** A number of tokens, steps or runs: `220,344`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A share in percent: `12.4%`. */
export function percent(value: number): string {
  return Number.isNaN(value) ? NOTHING : `${(value * 100).toFixed(1)}%`;
}

/** A mean with its interval, each number written by `show`: `.93 ± .02`, or the mean alone. */
export function meanText({ mean, halfWidth, count }: Estimate, show: (value: number) => string): string {
  if (count === 0) return NOTHING;
  return halfWidth === null ? show(mean) : `${show(mean)} ± ${show(halfWidth)}`;
}

/** A Markdown table; the first column is to the left, the others to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  const rule = header.map((_, column) => (column === 0 ? "---" : "--:"));
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Text in which neither a table nor HTML is read anything into. */
function escapeCell(text: string): string {
  return text
    .replaceAll("|", String.raw`\|`)
    .replaceAll("<", "&lt;")
    .replaceAll(/\s*\n\s*/g, " ");
}
