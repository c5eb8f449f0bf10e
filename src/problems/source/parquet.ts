import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { isUtf8 } from "node:buffer";
import { cutText } from "../../core/texts/cut-text.ts";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { jsonValue, UnreadableText } from "./json-value.ts";
import { codecs } from "./parquet-codecs.ts";
import { columnReader, keepDecimals } from "./parquet-columns.ts";
import { readFooter } from "./parquet-footer.ts";
import { checkGroup } from "./parquet-pages.ts";
import { parseJson } from "./parse-json.ts";
import type { Source, SourceRow } from "./source-rows.ts";

/** Most rows in memory at once: some writers put a million into a row group. */
const SLICE = 50_000;
/** About how many bytes of unpacked pages are in memory at once, where rows can be read in slices. */
const SLICE_BYTES = 256 * 1024 * 1024;
/** Most bytes of unpacked pages of a row group with nested columns, which is read whole. */
const MAX_GROUP = 8 * SLICE_BYTES;

/** Parsers of text that mark invalid bytes, where hyparquet would put replacement characters. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): unknown => bytes && textOf(bytes),
  jsonFromBytes(bytes: Uint8Array | undefined): unknown {
    const text = bytes && textOf(bytes);
    if (typeof text !== "string") return text;
    const parsed = parseJson(text);
    return "fault" in parsed ? new UnreadableText(parsed.fault) : parsed.value;
  },
};

function textOf(bytes: Uint8Array): string | UnreadableText {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")
    : new UnreadableText("not UTF-8");
}

/**
 * Opens a Parquet file, to be read row group by row group.
 * @throws RlvrError `bad_problems` when its metadata cannot be read.
 */
export async function openParquet(path: string): Promise<Source> {
  const file = await asyncBufferFromFile(path);
  const { metadata, schema } = await readFooter(file).catch((error: unknown) => {
    throw damaged(path, "its metadata", error);
  });
  keepDecimals(metadata.schema);
  const { children } = schema;
  const readers = children.flatMap((child) => {
    const read = columnReader(child);
    return read === undefined ? [] : [{ name: child.element.name, read }];
  });
  const names = children.map(({ element }) => element.name);
  const total = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  let read = 0;

  /** The rows of a row group, which begins at a row of the file, slice by slice. */
  async function* groupRows(index: number, start: number, columns: readonly string[]): AsyncGenerator<object[]> {
    const group = metadata.row_groups[index];
    const end = start + Number(group?.num_rows ?? 0);
    if (group === undefined || start === end) return;
    const bytes = await checkGroup(file, schema, group, columns);
    // Each slice of a nested column would be decoded from the group's first row.
    const isNested = children.some((child) => columns.includes(child.element.name) && child.children.length > 0);
    if (isNested && bytes > MAX_GROUP) throw new Error(`${bytes} bytes in one row group, more than ${MAX_GROUP}`);
    const most = isNested ? Infinity : Math.max(1, Math.min(SLICE, Math.floor((SLICE_BYTES / bytes) * (end - start))));
    for (let rowStart = start; rowStart < end; rowStart += most) {
      const rowEnd = Math.min(end, rowStart + most);
      // utf8: false leaves columns that are not declared as text to their reader, which separates text from bytes.
      const options = { file, metadata, compressors: codecs, parsers, utf8: false, columns: [...columns] };
      const slice = await parquetReadObjects({ ...options, rowStart, rowEnd });
      for (const row of slice)
        for (const { name, read: asMeant } of readers) if (Object.hasOwn(row, name)) row[name] = asMeant(row[name]);
      yield slice;
    }
  }
  async function* rows(columns: readonly string[] = names): AsyncGenerator<SourceRow> {
    let start = 0;
    for (const [index, { num_rows: length }] of metadata.row_groups.entries()) {
      const end = start + Number(length);
      const slices = groupRows(index, start, columns);
      for (;;) {
        const next = await slices.next().catch((error: unknown) => {
          throw damaged(path, `rows ${read + 1} to ${end}`, error);
        });
        if (next.done === true) break;
        for (const row of next.value) yield { number: ++read, ...valueOf(row) };
      }
      start = end;
    }
  }
  return { format: "parquet", columns: names, rows, share: () => (total === 0 ? 1 : read / total) };
}

function valueOf(row: object): { readonly value: unknown } | { readonly fault: string } {
  let column = "";
  try {
    const entries = Object.entries(row).map(([name, value]) => [(column = name), jsonValue(value)] as const);
    return { value: Object.fromEntries(entries) };
  } catch (error) {
    if (error instanceof UnreadableText) return { fault: `column ${column}: ${error.fault}` };
    throw error;
  }
}

function damaged(path: string, what: string, cause: unknown): RlvrError {
  return new RlvrError(
    "bad_problems",
    `${path}: ${what} cannot be read as Parquet: ${cutText(messageOf(cause), 300)}`,
    {
      advice:
        "The file is damaged or was cut off, or its writer used something rare: fetch it again, or write it anew.",
      cause,
    },
  );
}
