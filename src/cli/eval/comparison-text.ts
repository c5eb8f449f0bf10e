import { RESAMPLES } from "../../evals/bootstrap.ts";
import { isShown, type ArmComparison, type Comparison } from "../../evals/compare.ts";
import { oneLine } from "../printable.ts";
import { share, signedShare } from "../../core/texts/share-text.ts";
import { table } from "../table.ts";
import { wrapText } from "../wrap-text.ts";

/**
 * A comparison as people read it, for a page of a width: by arm and over all, what the numbers are, and one sentence of what
 * they say.
 */
export function comparisonText(comparison: Comparison, notes: readonly string[], width: number): string {
  const { a, b, arms, all, leftOut } = comparison;
  const rows = [...arms, all].map((row) => [
    row.arm,
    String(row.problems),
    share(row.a),
    share(row.b),
    signedShare(row.difference),
    intervalText(row),
    pText(row.p),
    ...(arms.length > 0 ? [row.adjusted === null ? "-" : pText(row.adjusted)] : []),
    `${row.better}/${row.worse}/${row.same}`,
  ]);
  const holm = arms.length > 0 ? ["Holm"] : [];
  const header = ["arm", "problems", "A", "B", "B - A", "95% interval", "p", ...holm, "+/-/="];
  const tests = [...new Set([...arms, all].map(({ test }) => test))].join("; by arm also: ");
  const hasBound = [...arms, all].some(({ interval }) => interval.method !== "bca");
  return [
    `A: ${oneLine(a)}`,
    `B: ${oneLine(b)}`,
    "",
    table(header, rows, { column: 0, width }),
    "",
    "+/-/=: problems that B does better than A, worse, and as well.",
    `${pairingText(comparison)} Intervals: BCa bootstrap over problems, ${RESAMPLES.toLocaleString("en-US")} resamples, arm by arm.`,
    `p, two-sided: ${tests}.${arms.length > 0 ? ` Holm: p corrected for ${arms.length} arms.` : ""}`,
    ...(hasBound ? ["* No problem of an arm differs from the others: Wilson's bound on those that would."] : []),
    ...(leftOut > 0 ? [`Problems left out, for a side has no verdict on them: ${leftOut}.`] : []),
    ...notes,
    "",
    sentenceOf(comparison),
  ]
    .flatMap((line) => line.split("\n"))
    .flatMap((line) => wrapText(line, width))
    .join("\n");
}

/** What was paired, and what was left out for only one side has it. */
export function pairingText({ onlyA, onlyB }: Comparison): string {
  if (onlyA + onlyB === 0) return "Paired by problem.";
  return `Paired by problem, on those that both have: ${onlyA} of A and ${onlyB} of B are left out.`;
}

/** What a comparison says, in one sentence. */
export function sentenceOf(comparison: Comparison): string {
  const { difference, interval, p, problems } = comparison.all;
  const verdict = isShown(comparison) ? `${difference > 0 ? "B" : "A"} is better` : "No difference is shown";
  const numbers = `${signedShare(difference)} (95% interval ${signedShare(interval.low)} to ${signedShare(interval.high)})`;
  const chance = p < 0.001 ? "p < .001" : `p = ${pText(p)}`;
  return `${verdict}: ${numbers}, ${chance}, ${problems} ${problems === 1 ? "problem" : "problems"}.`;
}

function intervalText({ interval: { low, high, method } }: ArmComparison): string {
  return `${signedShare(low)} to ${signedShare(high)}${method === "bca" ? "" : "*"}`;
}

function pText(p: number): string {
  if (p < 0.001) return "<.001";
  return p.toFixed(p < 0.1 ? 3 : 2).replace(/^0/, "");
}
