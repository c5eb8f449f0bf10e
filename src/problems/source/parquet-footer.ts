import { parquetMetadata, parquetSchema, type AsyncBuffer, type FileMetaData, type SchemaTree } from "hyparquet";
import { readThrift } from "./thrift.ts";

/** Longest footer that is read, in bytes, and the most values in it: a chunk of a column takes some fifty. */
const MAX_FOOTER = 16 * 1024 * 1024;
const LIMITS = { values: 1_000_000, depth: 32 };
/** What the schema of a problem set stays far below. */
const MAX_ELEMENTS = 10_000;
const MAX_DEPTH = 32;
const MAX_SCALE = 1000;
/** The length of the footer, and the mark PAR1. */
const TAIL = 8;

/** The metadata at the end of a Parquet file, and its columns as a tree. */
export interface Footer {
  readonly metadata: FileMetaData;
  readonly schema: SchemaTree;
}

/**
 * Reads the footer of a Parquet file. It is walked before it is made objects of, and what it says of the file's columns and
 * rows has to fit together.
 * @throws Error with what is wrong.
 */
export async function readFooter(file: AsyncBuffer): Promise<Footer> {
  const size = file.byteLength;
  if (size < TAIL + 4) throw new Error("the file is too short");
  const tail = Buffer.from(await file.slice(size - TAIL, size));
  if (tail.toString("latin1", 4) !== "PAR1") throw new Error("it does not end with PAR1");
  const length = tail.readUInt32LE();
  if (length > size - TAIL - 4) throw new Error(`its footer of ${length} bytes is longer than the file`);
  if (length > MAX_FOOTER) throw new Error(`its footer has ${length} bytes, more than ${MAX_FOOTER}`);
  const bytes = new Uint8Array(await file.slice(size - TAIL - length, size));
  readThrift(bytes.subarray(0, length), 0, LIMITS);
  const metadata = parquetMetadata(bytes);
  checkElements(metadata);
  const schema = parquetSchema(metadata);
  for (const [index, { num_rows: rows }] of metadata.row_groups.entries())
    if (typeof rows !== "bigint" || rows < 0n || rows > 2n ** 31n)
      throw new Error(`row group ${index + 1} has ${rows} rows`);
  return { metadata, schema };
}

/** Each element of a schema says how many of those behind it are its children. */
function checkElements({ schema }: FileMetaData): void {
  if (schema.length > MAX_ELEMENTS) throw new Error(`its schema has ${schema.length} elements`);
  /** How many children are still to come, for each element that is open. */
  const open = [1];
  for (const { name, num_children: children = 0, type_length: length = 0, scale = 0 } of schema) {
    while (open.at(-1) === 0) open.pop();
    if (open.length === 0) throw new Error("its schema has more elements than children");
    if (open.length > MAX_DEPTH) throw new Error(`its schema is nested deeper than ${MAX_DEPTH} levels`);
    open.push((open.pop() ?? 1) - 1);
    if (typeof name !== "string") throw new Error("an element of its schema has no name");
    if (!isCount(children, MAX_ELEMENTS)) throw new Error(`${name} has ${children} children`);
    if (!isCount(length, MAX_FOOTER)) throw new Error(`${name} has values of ${length} bytes`);
    if (!isCount(scale, MAX_SCALE)) throw new Error(`${name} has numbers of ${scale} places`);
    if (children > 0) open.push(children);
  }
  if (open.some((left) => left > 0)) throw new Error("its schema lacks elements");
}

function isCount(value: unknown, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
}
