import { RlvrError } from "../../core/errors.ts";
import { unknownName } from "../../core/nearest-name.ts";
import type { Source, SourceRow } from "../source/source-rows.ts";
import { candidates, columnsOf, fieldsOf, isWithin, mapRecord, missing, valueAt, type Mapping } from "./map-record.ts";

/**
 * The rows of a source as lines of a problem set, not checked yet.
 * @param options `isLenient`: a first row that lacks the named fields is a fault like any other. `file`: what it is called.
 * @throws RlvrError `unknown_name` or `bad_usage` when the mapping names a field that the source lacks.
 */
export async function* mappedRows(
  source: Source,
  mapping: Mapping,
  { isLenient = false, file }: { readonly isLenient?: boolean; readonly file?: string } = {},
): AsyncGenerator<SourceRow> {
  if (source.columns !== undefined) checkColumns(mapping, source.columns);
  let isFirst = !isLenient;
  for await (const row of source.rows(source.columns && columnsOf(mapping, source.columns))) {
    if (isFirst) checkFields(row, mapping, file);
    isFirst = false;
    yield "fault" in row ? row : { number: row.number, ...mapRecord(row.value, mapping) };
  }
}

function checkColumns(mapping: Mapping, columns: readonly string[]): void {
  for (const fields of fieldsOf(mapping)) {
    if (fields.some((field) => columns.some((column) => isWithin(field, column)))) continue;
    throw unknownName("column", fields[0] ?? "", columns);
  }
}

/** A wrong name would make every row a bad one: the first row shows it. */
function checkFields(row: SourceRow, { problem, messages = problem, answer }: Mapping, file: string | undefined): void {
  if ("fault" in row || typeof row.value !== "object" || row.value === null) return;
  const record = row.value;
  for (const fields of [problem, messages, answer].map(candidates)) {
    if (fields.length === 0) continue;
    if (fields.some((field) => valueAt(record, field) !== undefined)) continue;
    throw new RlvrError(
      "bad_usage",
      `the first record${file === undefined ? "" : ` of ${file}`} has ${missing(fields, record)}`,
      {
        advice:
          "Name the fields of the problem and its answer: problems.fields of a recipe, fields of a suite, or on the command " +
          "line --problem question --answer answer, or what wrote the file (--from). rlvr problems import --keep-good leaves out " +
          "records that are odd.",
      },
    );
  }
}
