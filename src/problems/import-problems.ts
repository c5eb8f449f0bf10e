import { RlvrError } from "../core/errors.ts";
import { unknownName } from "../core/nearest-name.ts";
import { createTally, type Tally } from "../core/tally.ts";
import { checkProblem } from "./check-problem.ts";
import { columnsOf, fieldsOf, mapRecord, missing, valueAt, type Mapping } from "./map-record.ts";
import { createSeenTexts } from "./seen-texts.ts";
import type { Source, SourceRow } from "./source-rows.ts";

/** What to import, and how. */
export interface ImportSettings {
  readonly mapping: Mapping;
  /** Most problems. Default: all. */
  readonly limit?: number | undefined;
  /** Whether rows that are no problems are left out; otherwise nothing is written from the first of them on. */
  readonly keepGood: boolean;
  /** How many faults and duplicates are told one by one. */
  readonly told: number;
}

/** What came of importing. A row is a line of JSON Lines or a row of Parquet, numbered from 1. */
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
 * @throws RlvrError `unknown_name` or `bad_usage` when the mapping names what the source does not have, `bad_problems`
 * when the source is damaged; what `write` or `onRow` throws.
 */
export async function importProblems(
  source: Source,
  { mapping, limit = Infinity, keepGood, told }: ImportSettings,
  write: (text: string) => Promise<void>,
  onRow: (rows: number, bad: number) => void,
): Promise<ImportReport> {
  if (source.columns !== undefined) checkColumns(mapping, source.columns);
  const bad = createTally<{ row: number; fault: string }>(told);
  const duplicates = createTally<{ row: number; of: number }>(told);
  const arms = new Map<string, number>();
  const seen = createSeenTexts();
  let [rows, problems, text] = [0, 0, ""];
  for await (const row of source.rows(source.columns && columnsOf(mapping, source.columns))) {
    if (problems >= limit) break;
    if (rows++ === 0 && !keepGood) checkFields(row, mapping);
    const result = problemIn(row, mapping);
    if ("fault" in result) {
      bad.add({ row: row.number, fault: result.fault });
    } else {
      const { problem, arm } = result;
      problems++;
      arms.set(arm, (arms.get(arm) ?? 0) + 1);
      const of = seen.firstOf(problem, row.number);
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
  mapping: Mapping,
): { readonly fault: string } | { readonly json: string; readonly problem: string; readonly arm: string } {
  if ("fault" in row) return row;
  const mapped = mapRecord(row.value, mapping);
  if ("fault" in mapped) return mapped;
  const checked = checkProblem(mapped.line);
  if ("fault" in checked) return checked;
  return { json: JSON.stringify(mapped.line), problem: checked.problem.problem, arm: checked.problem.arm };
}

function checkColumns(mapping: Mapping, columns: readonly string[]): void {
  for (const field of fieldsOf(mapping)) {
    if (columns.some((column) => field === column || field.startsWith(`${column}.`))) continue;
    throw unknownName("column", field, columns);
  }
}

/** A wrong name would make every row a bad one: the first row shows it. */
function checkFields(row: SourceRow, { problem, answer }: Mapping): void {
  if ("fault" in row || typeof row.value !== "object" || row.value === null) return;
  for (const field of [problem, answer]) {
    if (valueAt(row.value, field) !== undefined) continue;
    throw new RlvrError("bad_usage", `the first record has ${missing(field, Object.keys(row.value))}`, {
      advice:
        "Say where the problem and its answer stand, such as --problem question --answer answer; " +
        "where only the first record is odd, add --keep-good.",
    });
  }
}
