import type { Estimate } from "../hints/estimate.ts";
import type { HintProgress } from "../hints/hint-problems.ts";
import type { HintReport } from "../hints/report.ts";
import { oneLine } from "./printable.ts";
import { bar, duration } from "./run-view/format.ts";

const REFUSALS_SHOWN = 5;

/** How asking for hints goes, on a terminal. */
export function progressText({ done, total, refused, ...counts }: HintProgress, seconds: number): string {
  const left = done === 0 ? "" : `, about ${duration((seconds / done) * (total - done))} to go`;
  return (
    `hinting  ${bar(done / total, 30)} ${done} of ${total} problems  ${duration(seconds)}${left}\n` +
    `${counts.calls} calls   ${refused} without hints   ${tokens(counts)}`
  );
}

/**
 * What asking will come to.
 * @param cached answers that are in the database already.
 */
export function estimateText(
  { calls, mostCalls, promptTokens, completionTokens, price }: Estimate,
  cached: number,
): string {
  const stored = cached > 0 ? ` (${cached} answers are in the database already)` : "";
  if (calls === 0) return `Nothing to ask${stored}.\n`;
  const cost = price === null ? "" : `, about ${money(price)} in the currency of the prices`;
  return (
    `Calls to make: ${calls}${stored}, up to ${mostCalls} where answers cannot be used.\n` +
    `Estimate for ${calls}: ${count(promptTokens)} prompt tokens (4 characters each), ` +
    `${count(completionTokens)} completion tokens (more from a teacher that thinks aloud)${cost}.\n`
  );
}

/** What came of asking. */
export function reportText(report: HintReport): string {
  const { refused, calls, refusals } = report;
  const reasons = Object.entries(refused).flatMap(([reason, problems]) =>
    problems > 0 ? [`${problems} ${reason}`] : [],
  );
  const lines = [
    `${report.problems} problems: ${report.hinted} hinted, ${report.kept} had hints, ${refusals.length} without` +
      (reasons.length > 0 ? ` (${reasons.join(", ")})` : ""),
    `${calls.made} calls, ${calls.cached} answers from the database, ${tokens(report.tokens)}`,
    ...refusals
      .slice(0, REFUSALS_SHOWN)
      .map(({ line, reason, detail }) => oneLine(`  line ${line}: ${reason}: ${detail.slice(0, 200)}`)),
    ...(refusals.length > REFUSALS_SHOWN ? [`  and ${refusals.length - REFUSALS_SHOWN} more (all with --json)`] : []),
    `Written to ${report.out}`,
  ];
  return lines.join("\n");
}

function tokens({ promptTokens, completionTokens }: Pick<HintProgress, "promptTokens" | "completionTokens">): string {
  return `${count(promptTokens)} prompt and ${count(completionTokens)} completion tokens`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function money(price: number): string {
  return price < 1 ? price.toPrecision(2) : price.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
