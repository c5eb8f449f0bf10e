import { createTally, type Tally } from "../../core/tally.ts";
import { checkProblem } from "../check-problem.ts";
import { askedText } from "../own-messages.ts";
import { createSeenTexts } from "../seen-texts.ts";
import type { Source, SourceRow } from "../source/source-rows.ts";
import { mappedRows } from "./mapped-rows.ts";
import type { Mapping } from "./map-record.ts";

/** What to import, and how. */
export interface ImportSettings {
  readonly mapping: Mapping;
  /** Most problems. Default: all. */
  readonly limit?: number | undefined;
  /** Whether rows that are not problems are left out; otherwise nothing is written from the first of them on. */
  readonly keepGood: boolean;
  /** How many faults and duplicates are listed. */
  readonly told: number;
}

/** What came of importing. Rows are numbered from 1. */
export interface ImportReport {
  readonly rows: number;
  readonly problems: number;
  readonly bad: Tally<{ readonly row: number; readonly fault: string }>;
  /** Problems whose text stood in an earlier row: they are kept. */
  readonly duplicates: Tally<{ readonly row: number; readonly of: number }>;
  /** Problems by arm, in order of their first. */
  readonly arms: ReadonlyMap<string, number>;
}

/** Characters that are written at once. */
const CHUNK = 256 * 1024;

/**
 * Turns the rows of a source into lines of a problem set.
 * @param write takes the text of the set, bit by bit.
 * @param onRow called with the number of each row that is done, and how many of them were bad.
 * @throws RlvrError like {@link mappedRows}, `bad_problems` when the source is damaged; what `write` or `onRow` throws.
 */
export async function importProblems(
  source: Source,
  { mapping, limit = Infinity, keepGood, told }: ImportSettings,
  write: (text: string) => Promise<void>,
  onRow: (rows: number, bad: number) => void,
): Promise<ImportReport> {
  const bad = createTally<{ row: number; fault: string }>(told);
  const duplicates = createTally<{ row: number; of: number }>(told);
  const arms = new Map<string, number>();
  const seen = createSeenTexts();
  let [rows, problems, text] = [0, 0, ""];
  for await (const row of mappedRows(source, mapping, { isLenient: keepGood })) {
    if (problems >= limit) break;
    rows++;
    const result = problemIn(row);
    if ("fault" in result) {
      bad.add({ row: row.number, fault: result.fault });
    } else {
      const { asked, arm } = result;
      problems++;
      arms.set(arm, (arms.get(arm) ?? 0) + 1);
      const of = seen.firstOf(asked, row.number);
      if (of !== undefined) duplicates.add({ row: row.number, of });
      text += `${result.json}\n`;
    }
    if (text.length >= CHUNK) {
      if (bad.count === 0 || keepGood) await write(text);
      text = "";
    }
    onRow(rows, bad.count);
  }
  if (bad.count === 0 || keepGood) await write(text);
  return { rows, problems, bad, duplicates, arms };
}

function problemIn(
  row: SourceRow,
): { readonly fault: string } | { readonly json: string; readonly asked: string; readonly arm: string } {
  const checked = "fault" in row ? row : checkProblem(row.value);
  if ("fault" in checked) return checked;
  const { problem } = checked;
  return { json: JSON.stringify("value" in row ? row.value : null), asked: askedText(problem), arm: problem.arm };
}
