import { open } from "node:fs/promises";
import { zstdCompressSync } from "node:zlib";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { valueOf, type Column, type ColumnType } from "./column.ts";
import { parquetSchema } from "./parquet-schema.ts";
import type { OpenRowFile } from "./row-file.ts";

/** Rows of a row group end where they hold this much: the writer keeps a whole group in memory, several times over. */
const GROUP_SIZE = 1 << 22;
/** Most rows of a row group, for rows that hold next to nothing. */
const GROUP_ROWS = 50_000;

/** How large rows are. */
type SizeOf<Row> = (row: Row) => number;

/**
 * Opens Parquet files, compressed by Zstandard, and written a row group at a time.
 * @param sizeOf about how many bytes a row takes; see {@link GROUP_SIZE}.
 */
export function parquetFiles<Row>(columns: readonly Column<Row>[], sizeOf: SizeOf<Row>): OpenRowFile<Row> {
  return async (path) => {
    const file = fileWriter(path);
    const parquet = new ParquetWriter({
      writer: file,
      schema: parquetSchema(columns),
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      createdBy: "rlvr",
    });
    let waiting: Row[] = [];
    let size = 0;
    const writeGroup = async (): Promise<void> => {
      if (waiting.length === 0) return;
      const columnData = columns.map((column) => columnDataOf(column, waiting));
      waiting = [];
      size = 0;
      await parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
    };
    return {
      async write(rows) {
        for (const row of rows) {
          waiting.push(row);
          size += sizeOf(row);
          if (size >= GROUP_SIZE || waiting.length === GROUP_ROWS) await writeGroup();
        }
      },
      bytes: () => file.offset,
      async finish() {
        await writeGroup();
        await parquet.finish();
        const handle = await open(path);
        await handle.sync();
        await handle.close();
      },
      abandon: async () => undefined,
    };
  };
}

function columnDataOf<Row>(column: Column<Row>, rows: readonly Row[]) {
  const { name, type } = column;
  const data = rows.map((row) => storedValue(type, valueOf(column, row)));
  // A dictionary of floats would take -0 for 0, and their lists rarely repeat.
  const isFloat = type === "float64" || (typeof type === "object" && "list" in type && type.list === "float32");
  return { name, data, ...(isFloat && { encoding: "PLAIN" as const }) };
}

/** A value in the form that the writer takes for its type. */
function storedValue(type: ColumnType, value: unknown): unknown {
  if (value === null) return null;
  if (type === "int64") return BigInt(value as number);
  if (type === "timestamp") return new Date(value as string);
  return value;
}
