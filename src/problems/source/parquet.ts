import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type FileMetaData,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { isUtf8 } from "node:buffer";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { jsonValue, UnreadableText } from "./json-value.ts";
import { columnReader, keepDecimals } from "./parquet-columns.ts";
import { parseJson } from "./parse-json.ts";
import type { Source, SourceRow } from "./source-rows.ts";

/** Most rows in memory at once: some writers put a million into a row group. */
const SLICE = 50_000;

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
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw damaged(path, "its metadata", error);
  });
  keepDecimals(metadata.schema);
  const { children } = parquetSchema(metadata);
  const readers = children.flatMap((child) => {
    const read = columnReader(child);
    return read === undefined ? [] : [{ name: child.element.name, read }];
  });
  const names = children.map(({ element }) => element.name);
  const total = Number(metadata.num_rows);
  let read = 0;
  async function* rows(columns: readonly string[] = names): AsyncGenerator<SourceRow> {
    const wanted = children.filter(({ element }) => columns.includes(element.name));
    // Each slice of a nested column would be decoded from the group's first row.
    const most = wanted.every((column) => column.children.length === 0) ? SLICE : Infinity;
    for (const [rowStart, rowEnd] of slices(metadata, most)) {
      // utf8: false leaves columns that are not declared as text to their reader, which separates text from bytes.
      const options = { file, metadata, compressors, parsers, utf8: false, columns: [...columns], rowStart, rowEnd };
      const slice = await parquetReadObjects(options).catch((error: unknown) => {
        throw damaged(path, `rows ${rowStart + 1} to ${rowEnd}`, error);
      });
      for (const row of slice) {
        for (const { name, read: asMeant } of readers) if (Object.hasOwn(row, name)) row[name] = asMeant(row[name]);
        yield { number: ++read, ...valueOf(row) };
      }
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

/** Ranges of rows, row group by row group; a large one in several. */
function* slices({ row_groups }: FileMetaData, most: number): Generator<[start: number, end: number]> {
  let groupStart = 0;
  for (const { num_rows } of row_groups) {
    const groupEnd = groupStart + Number(num_rows);
    for (let start = groupStart; start < groupEnd; start += most) yield [start, Math.min(groupEnd, start + most)];
    groupStart = groupEnd;
  }
}

function damaged(path: string, what: string, cause: unknown): RlvrError {
  return new RlvrError("bad_problems", `${path}: ${what} cannot be read as Parquet: ${messageOf(cause)}`, {
    advice: "The file is damaged or was cut off, or its writer used something rare: fetch it again, or write it anew.",
    cause,
  });
}
