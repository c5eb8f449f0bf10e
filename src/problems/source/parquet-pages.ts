import type { AsyncBuffer, ColumnMetaData, RowGroup, SchemaTree } from "hyparquet";
import { codecs } from "./parquet-codecs.ts";
import { byteAt, deltaHead, sumOfDeltas, walkRuns } from "./parquet-runs.ts";
import { readThrift, type ThriftStruct, type ThriftValue } from "./thrift.ts";

const MIB = 1024 * 1024;
/** Most bytes of a page once unpacked, and of a column's chunk as it lies in the file. */
const MAX_PAGE = 256 * MIB;
const MAX_CHUNK = 1024 * MIB;
/** Most values of a page. */
const MAX_VALUES = 2 ** 24;
/** How much these formats can pack, about: their decompressors make room for as much as they are told to. */
const MAX_RATIOS: Readonly<Record<string, number>> = { SNAPPY: 24, LZ4: 256, LZ4_RAW: 256 };
const HEADER_LIMITS = { values: 1000, depth: 8 };

const PAGE = { data: 0, dictionary: 2, data2: 3 } as const;
const ENCODING = { dictionary: 2, runs: 3, deltas: 5, deltaLengths: 6, deltaTexts: 7, indexes: 8 } as const;

/** A leaf of the schema, and how its levels are kept. */
interface Leaf {
  readonly isBoolean: boolean;
  readonly isFlat: boolean;
  readonly definition: number;
  readonly repetition: number;
}

/**
 * Walks the pages of a row group's columns before they are decoded: their sizes, and every length inside of them that a
 * decoder makes room for, must fit what the footer and the page itself have.
 * @param names the columns that are read.
 * @returns bytes of all pages, unpacked.
 * @throws Error with the column and what is wrong in it.
 */
export async function checkGroup(
  file: AsyncBuffer,
  schema: SchemaTree,
  group: RowGroup,
  names: readonly string[],
): Promise<number> {
  let bytes = 0;
  const wanted = group.columns.flatMap(({ meta_data: chunk }) => {
    return chunk !== undefined && names.includes(chunk.path_in_schema[0] ?? "") ? [chunk] : [];
  });
  if (wanted.length === 0) throw new Error("a row group without columns");
  for (const chunk of wanted) {
    try {
      bytes += walkChunk(await bytesOf(file, chunk), chunk, leafOf(schema, chunk), Number(group.num_rows));
    } catch (error) {
      throw new Error(`column ${chunk.path_in_schema.join(".")}: ${(error as Error).message}`, { cause: error });
    }
  }
  return bytes;
}

async function bytesOf(file: AsyncBuffer, chunk: ColumnMetaData): Promise<Uint8Array> {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const length = Number(chunk.total_compressed_size);
  if (!(start >= 4 && length >= 0 && length <= MAX_CHUNK && start + length <= file.byteLength))
    throw new Error(`its ${length} bytes at ${start} are not in the file, or more than ${MAX_CHUNK}`);
  return new Uint8Array(await file.slice(start, start + length));
}

function leafOf(schema: SchemaTree, { path_in_schema: path, type }: ColumnMetaData): Leaf {
  let [node, definition] = [schema, 0];
  let repetition = schema.element.repetition_type === "REPEATED" ? 1 : 0;
  for (const part of path) {
    const child = node.children.find(({ element }) => element.name === part);
    if (child === undefined) throw new Error("the schema has no such column");
    node = child;
    if (node.element.repetition_type !== "REQUIRED") definition++;
    if (node.element.repetition_type === "REPEATED") repetition++;
  }
  const { type: declared, repetition_type: repeated } = node.element;
  if (node.children.length > 0 || declared !== type) throw new Error("the schema has another type for it");
  const isFlat = path.length === 1 && repeated !== "REPEATED";
  return { isBoolean: type === "BOOLEAN", isFlat, definition, repetition };
}

/** Goes from page to page as far as a decoder does, and adds up their unpacked bytes. */
function walkChunk(bytes: Uint8Array, { codec }: ColumnMetaData, leaf: Leaf, groupRows: number): number {
  let [at, values, total] = [0, 0, 0];
  while (at < bytes.length - 1 && !(leaf.isFlat && values >= groupRows)) {
    const { value: header, end } = readThrift(bytes, at, HEADER_LIMITS);
    const [unpacked, packed] = [count(header.get(2), MAX_PAGE), count(header.get(3), bytes.length - end)];
    const body = bytes.subarray(end, end + packed);
    const type = header.get(1);
    if (type === PAGE.dictionary) count(struct(header.get(7)).get(1), MAX_VALUES);
    else if (type === PAGE.data) values += checkData(unpack(body, unpacked, codec), struct(header.get(5)), leaf);
    else if (type === PAGE.data2) values += checkData2(body, unpacked, codec, struct(header.get(8)), leaf);
    else throw new Error("a page of an unknown kind");
    total += unpacked;
    at = end + packed;
  }
  // In a nested column a row is one value or more.
  if (leaf.isFlat ? values !== groupRows : values < groupRows)
    throw new Error(`${values} values in a group of ${groupRows} rows`);
  return total;
}

function checkData(page: Uint8Array, header: ThriftStruct, leaf: Leaf): number {
  const values = count(header.get(1), MAX_VALUES);
  let [at, present] = [0, values];
  /** A stream of levels behind its length; gives how many are the highest. */
  const levels = (highest: number): number => {
    const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(at, true);
    const found = walkRuns(page, at + 4, widthOf(highest), values, highest);
    at += 4 + length;
    return found;
  };
  if (leaf.repetition > 0) levels(leaf.repetition);
  if (leaf.definition > 0) present = levels(leaf.definition);
  const encoding = header.get(2);
  if (present === 0) return values;
  if (isDeltas(encoding)) checkDeltas(page, at, present, encoding);
  else if (!isRuns(encoding)) return values;
  else if (leaf.isBoolean) walkRuns(page, at + 4, 1, present);
  // Indexes of no bits are zeros, of which there is no stream.
  else if (byteAt(page, at) > 0) walkIndexes(page, at, present);
  return values;
}

function checkData2(body: Uint8Array, unpacked: number, codec: string, header: ThriftStruct, leaf: Leaf): number {
  const values = count(header.get(1), MAX_VALUES);
  const [nulls, rows] = [count(header.get(2), values), count(header.get(3), values)];
  if (leaf.isFlat && rows !== values) throw new Error(`${values} values in a page of ${rows} rows`);
  const definitionBytes = count(header.get(5), body.length);
  const repetitionBytes = count(header.get(6), body.length - definitionBytes);
  if (leaf.repetition > 0) walkRuns(body, 0, widthOf(leaf.repetition), values);
  if (leaf.definition > 0) walkRuns(body, repetitionBytes, widthOf(leaf.definition), values);
  const length = unpacked - definitionBytes - repetitionBytes;
  if (length < 0) throw new Error("a page that is shorter than its levels");
  const rest = body.subarray(repetitionBytes + (leaf.definition > 0 ? definitionBytes : 0));
  const page = header.get(7) === false || length === 0 ? rest : unpack(rest, length, codec);
  const [encoding, present] = [header.get(4), values - nulls];
  if (present === 0) return values;
  if (isDeltas(encoding)) checkDeltas(page, 0, present, encoding);
  else if (encoding === ENCODING.runs) walkRuns(page, 4, 1, present);
  else if (isRuns(encoding)) walkIndexes(page, 0, present);
  return values;
}

function isRuns(encoding: ThriftValue | undefined): boolean {
  return encoding === ENCODING.dictionary || encoding === ENCODING.indexes || encoding === ENCODING.runs;
}

/** Indexes into a dictionary: how many bits each has, then the runs. */
function walkIndexes(page: Uint8Array, at: number, values: number): void {
  const width = byteAt(page, at);
  if (width > 32) throw new Error(`indexes of ${width} bits`);
  walkRuns(page, at + 1, width, values);
}

function isDeltas(encoding: ThriftValue | undefined): boolean {
  return encoding === ENCODING.deltas || encoding === ENCODING.deltaLengths || encoding === ENCODING.deltaTexts;
}

/** Numbers as differences, or texts behind their lengths; of delta texts each repeats the beginning of the one before. */
function checkDeltas(page: Uint8Array, at: number, values: number, encoding: ThriftValue | undefined): void {
  if (encoding !== ENCODING.deltaTexts) return void deltaHead(page, at);
  const { sum, end } = sumOfDeltas(page, at, values);
  if (sum > MAX_PAGE) throw new Error(`texts of ${sum} bytes in a page, more than ${MAX_PAGE}`);
  deltaHead(page, end);
}

function unpack(body: Uint8Array, length: number, codec: string): Uint8Array {
  if (codec === "UNCOMPRESSED") return body;
  const unpacker = codecs[codec as keyof typeof codecs];
  if (unpacker === undefined) throw new Error(`pages packed as ${codec}`);
  const ratio = MAX_RATIOS[codec] ?? Infinity;
  if (length > 64 + ratio * body.length) throw new Error(`a page of ${body.length} bytes that unpacks to ${length}`);
  const page = unpacker(body, length);
  if (page.length !== length) throw new Error(`a page of ${page.length} bytes that should have ${length}`);
  return page;
}

function widthOf(highest: number): number {
  return 32 - Math.clz32(highest);
}

function count(value: ThriftValue | undefined, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw new Error(`a size of ${typeof value === "object" ? "another kind" : value} where 0 to ${most} can be`);
}

function struct(value: ThriftValue | undefined): ThriftStruct {
  if (value instanceof Map) return value as ThriftStruct;
  throw new Error("a page without its header");
}
