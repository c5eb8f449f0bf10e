import type { ImportReport } from "../problems/import/import-problems.ts";
import { ROW_WORDS, type SourceFormat } from "../problems/source/source-rows.ts";
import { sizeText } from "../core/texts/size-text.ts";
import { count, counted } from "../report/story/words.ts";
import { oneLine } from "./printable.ts";
import { table } from "./table.ts";

/** What came of importing, for a person. */
export function importText(
  { problems, bad, duplicates, arms }: ImportReport,
  format: SourceFormat,
  out: { readonly path: string; readonly bytes: number },
): string {
  const row = ROW_WORDS[format];
  const lines = [`${counted(problems, "problem")} written to ${out.path} (${sizeText(out.bytes)})`];
  if (bad.count > 0) {
    const told = bad.first.map((each) => `${row} ${each.row}: ${each.fault}`);
    lines.push(`${counted(bad.count, row)} left out:`, ...listed(told, bad.count));
  }
  if (duplicates.count > 0) {
    const told = duplicates.first.map((each) => `${row} ${each.row} repeats ${row} ${each.of}`);
    lines.push(`${counted(duplicates.count, "duplicate")}, kept:`, ...listed(told, duplicates.count));
  }
  const rows = [...arms].map(([arm, number]) => [arm, count(number)]);
  if (rows.length > 1) lines.push("", table(["arm", "problems"], rows));
  return lines.join("\n");
}

/** Reports the rows that are not problems: with any of them, no file is written. */
export function refusalText({ bad }: ImportReport, format: SourceFormat, shown: number): string {
  const row = ROW_WORDS[format];
  const told = bad.first.slice(0, shown).map((each) => `${row} ${each.row}: ${each.fault}`);
  return [
    `${bad.count === 1 ? `1 ${row} is not a problem` : `${count(bad.count)} ${row}s are not problems`}:`,
    ...listed(told, bad.count),
  ].join("\n");
}

function listed(told: readonly string[], total: number): string[] {
  const lines = told.map((line) => `  ${oneLine(line.slice(0, 300))}`);
  return total > told.length ? [...lines, `  and ${count(total - told.length)} more (all with --json)`] : lines;
}
