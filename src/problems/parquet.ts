import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type FileMetaData,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { RlvrError, messageOf } from "../core/errors.ts";
import { jsonValue } from "./json-value.ts";
import type { Source, SourceRow } from "./source-rows.ts";

/** Most rows in memory at once: some writers put a million into a row group. */
const SLICE = 50_000;

/**
 * Opens a Parquet file, to be read row group by row group.
 * @throws RlvrError `bad_problems` when its metadata cannot be read.
 */
export async function openParquet(path: string): Promise<Source> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw damaged(path, "its metadata", error);
  });
  const { children } = parquetSchema(metadata);
  const names = children.map(({ element }) => element.name);
  const total = Number(metadata.num_rows);
  let read = 0;
  async function* rows(columns: readonly string[] = names): AsyncGenerator<SourceRow> {
    const wanted = children.filter(({ element }) => columns.includes(element.name));
    // Each slice of a nested column would be decoded from the group's first row.
    const most = wanted.every((column) => column.children.length === 0) ? SLICE : Infinity;
    for (const [rowStart, rowEnd] of slices(metadata, most)) {
      const options = { file, metadata, compressors, columns: [...columns], rowStart, rowEnd };
      const slice = await parquetReadObjects(options).catch((error: unknown) => {
        throw damaged(path, `rows ${rowStart + 1} to ${rowEnd}`, error);
      });
      for (const row of slice) yield { number: ++read, value: jsonValue(row) };
    }
  }
  return { format: "parquet", columns: names, rows, share: () => (total === 0 ? 1 : read / total) };
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
