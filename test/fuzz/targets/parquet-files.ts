import fc from "fast-check";
import { parquetWriteBuffer, type ColumnSource } from "hyparquet-writer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { loadProblemSet } from "../../../src/problems/load-problem-set.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-fuzz-parquet-"));
const file = join(folder, "set.parquet");

const COUNT = 40;
const rows = <T>(value: (index: number) => T): T[] => Array.from({ length: COUNT }, (_, index) => value(index));
const text = { type: "STRING" as const, nullable: false };
const plain: ColumnSource[] = [
  { name: "problem", data: rows((index) => `${index} + ${index} = ?`), ...text },
  { name: "answer", data: rows((index) => String(2 * index)), ...text },
];
const more: ColumnSource[] = [
  ...plain,
  { name: "arm", data: rows((index) => (index % 3 === 0 ? "even" : "odd")), ...text },
  { name: "level", data: rows((index) => (index % 4 === 0 ? null : index)), type: "INT32" },
  { name: "share", data: rows((index) => index / 7), type: "DOUBLE" },
  { name: "isHard", data: rows((index) => index > 20), type: "BOOLEAN" },
  { name: "extra", data: rows((index) => ({ steps: [index, 1], by: "me" })), type: "JSON" },
];
const pack = { GZIP: gzipSync, ZSTD: zstdCompressSync };
/** Files of several codecs and encodings, with levels, dictionaries and several row groups. */
const files = [
  ...(["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"] as const).map((codec) =>
    parquetWriteBuffer({ columnData: more, codec, compressors: pack, rowGroupSize: 25 }),
  ),
  ...(["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"] as const).map((encoding) =>
    parquetWriteBuffer({ columnData: plain.map((column) => ({ ...column, encoding })), codec: "UNCOMPRESSED" }),
  ),
].map((buffer) => Buffer.from(buffer));

const varint = fc.constantFrom([0xff, 0xff, 0xff, 0xff, 0x0f], [0xfe, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 1]);
const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0x0c, 0x19, 0xf9, 0xfc, 0x7f, 0x80, 0xff));
/** Bytes in place of others, counted from the end (the footer), from the beginning (the pages), or anywhere. */
const change = fc.record({
  from: fc.constantFrom("end", "start", "any"),
  at: fc.nat(1200),
  put: fc.oneof(
    { weight: 3, arbitrary: fc.array(byte, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: varint },
  ),
});

/** Problem sets in Parquet: whole, with bytes changed in the footer or in pages, or cut off. */
export const target = fuzzTarget({
  input: fc.record({
    nth: fc.nat(files.length - 1),
    changes: fc.array(change, { maxLength: 3 }),
    cut: rarely(20, fc.nat(3000)),
  }),
  refusals: ["bad_problems"],
  async read({ nth, changes, cut }) {
    const bytes = Buffer.from(files[nth] as Buffer);
    for (const { from, at, put } of changes) {
      const place = from === "end" ? bytes.length - 1 - at : from === "start" ? 4 + at : at * 7;
      for (const [index, value] of put.entries()) bytes[(place + index + bytes.length) % bytes.length] = value;
    }
    writeFileSync(file, cut === null ? bytes : bytes.subarray(0, cut));
    await loadProblemSet(file);
  },
  close: async () => rmSync(folder, { recursive: true }),
});
