import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSource, openStream } from "./open-source.ts";
import { SourceNumber } from "./source-number.ts";
import type { SourceRow } from "./source-rows.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-source-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(folder, "file");
  writeFileSync(path, content);
  return path;
}

async function rowsOf(path: string, columns?: readonly string[]): Promise<SourceRow[]> {
  const source = await openSource(path);
  const rows: SourceRow[] = [];
  for await (const row of source.rows(columns)) rows.push(row);
  expect(source.share()).toBe(1);
  return rows;
}

const LINES = '{"a":1}\n\n{oops\n[2]\n';
const ROWS = [
  { number: 1, text: '{"a":1}', value: { a: 1 } },
  { number: 3, text: "{oops", fault: expect.stringContaining("not JSON") },
  { number: 4, text: "[2]", value: [2] },
];

describe("JSON Lines", () => {
  it("are read plain or compressed, under any file name", async () => {
    expect(await rowsOf(file(LINES))).toEqual(ROWS);
    expect(await rowsOf(file(gzipSync(LINES)))).toEqual(ROWS);
    expect(await rowsOf(file(zstdCompressSync(LINES)))).toEqual(ROWS);
    // As parallel packers write them: frames one after the other, and such as are to be skipped.
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const frames = [skipped, zstdCompressSync(LINES.slice(0, 9)), zstdCompressSync(LINES.slice(9))];
    expect(await rowsOf(file(Buffer.concat(frames)))).toEqual(ROWS);
    expect(await rowsOf(file(Buffer.concat([gzipSync(LINES.slice(0, 9)), gzipSync(LINES.slice(9))])))).toEqual(ROWS);
    expect(await rowsOf(file(""))).toEqual([]);
  });

  it("has a hint at an object that goes over several lines", async () => {
    expect((await rowsOf(file('{\n  "a": 1\n}\n')))[0]).toMatchObject({
      number: 1,
      fault: expect.stringMatching(/^not JSON .*; an object has to be on one line, or in an array$/),
    });
  });

  it("that were cut off while compressed are refused", async () => {
    const packed = gzipSync(LINES.repeat(1000));
    await expect(rowsOf(file(packed.subarray(0, packed.length - 20)))).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining("cannot be unpacked"),
    });
  });
});

/** The values of a file of rows that are all read. */
async function valuesOf(content: string | Buffer): Promise<unknown[]> {
  return (await rowsOf(file(content))).map((row) => ("value" in row ? row.value : row.fault));
}

it("reads past a byte order mark and Windows line ends", async () => {
  expect(await valuesOf('\ufeff{"a":1}\r\n\r\n{"a":2}\r\n')).toEqual([{ a: 1 }, { a: 2 }]);
  expect(await valuesOf('\ufeff\r\n[{"a":1},\r\n {"a":2}]\r\n')).toEqual([{ a: 1 }, { a: 2 }]);
  expect(await valuesOf(gzipSync('\ufeff{"a":1}'))).toEqual([{ a: 1 }]);
});

it("keeps the source text of numbers that JavaScript would not give back", async () => {
  const source = '{"big":9007199254740993,"price":0.10,"far":1e999,"plain":-4.5,"in":[12345678901234567890]}';
  for (const content of [source, `[${source}]`]) {
    const [value] = await valuesOf(content);
    expect(value).toEqual({
      big: new SourceNumber("9007199254740993"),
      price: new SourceNumber("0.10"),
      far: new SourceNumber("1e999"),
      plain: -4.5,
      in: [new SourceNumber("12345678901234567890")],
    });
    expect(JSON.stringify(value)).toBe(source);
  }
});

it("says which line is not UTF-8", async () => {
  const bad = Buffer.from([0x22, 0xff, 0x22]);
  const lines = Buffer.concat([Buffer.from('{"a":1}\n'), bad, Buffer.from("\n3")]);
  expect(await rowsOf(file(lines))).toMatchObject([{ number: 1 }, { number: 2, fault: "not UTF-8" }, { number: 3 }]);
  const items = Buffer.concat([Buffer.from('[1,\n{\n"a":\n'), bad, Buffer.from("},\n3]")]);
  expect(await rowsOf(file(items))).toMatchObject([
    { number: 1, value: 1 },
    { number: 2, fault: "not UTF-8, line 4" },
    { number: 3, value: 3 },
  ]);
  // UTF-16, as some editors save.
  expect((await rowsOf(file(Buffer.from('\ufeff{"a":1}\n', "utf16le"))))[0]).toMatchObject({ fault: "not UTF-8" });
});

describe("a JSON array", () => {
  const RECORDS = [{ a: '[1, "}\\' }, ["x", { b: null }], "é,]", 7, { __proto__: null, "": {} }];
  const TEXTS = [JSON.stringify(RECORDS), JSON.stringify(RECORDS, null, 2), ` \n${JSON.stringify(RECORDS)}\n `];

  it("is read item by item, wherever its bytes are parted", async () => {
    for (const text of TEXTS) {
      expect(await valuesOf(text)).toEqual(RECORDS);
      const source = await openStream(bytewise(text), "stdin");
      const values: unknown[] = [];
      for await (const row of source.rows()) values.push("value" in row ? row.value : row.fault);
      expect([source.format, values]).toEqual(["json", RECORDS]);
    }
    expect(await valuesOf("[]")).toEqual([]);
    expect(await valuesOf(zstdCompressSync(TEXTS[1]!))).toEqual(RECORDS);
  });

  it("keeps a field called __proto__", async () => {
    const [value] = await valuesOf('[{"__proto__":{"x":1}}]');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1}}');
  });

  it("has the faults of its items, with their lines", async () => {
    expect(await rowsOf(file('[{"a":1},\n{"a":NaN},\n\n{"a":3},]'))).toEqual([
      { number: 1, value: { a: 1 } },
      { number: 2, fault: expect.stringMatching(/^not JSON .*, line 2$/) },
      { number: 3, value: { a: 3 } },
      { number: 4, fault: expect.stringContaining("not JSON") },
    ]);
  });

  it.each([
    ['[{"a":1}', "line 1: the array does not end"],
    ['[{"a":1},\n{"a":', "line 2: the array does not end"],
    ["[1]\n[2]", "line 2: something follows the array"],
    ["[1,\n2}", "line 2: a brace closes what a bracket opened"],
  ])("that is torn or followed by more is refused: %j", async (text, message) => {
    await expect(valuesOf(text)).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining(message),
    });
  });

  it("does not grow the memory with its length", async () => {
    const item = Buffer.from(`{"problem":"${"x".repeat(1000)}","answer":"1"},`);
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from("[");
      for (let count = 0; count < 100_000; count += 500) yield Buffer.concat(Array.from({ length: 500 }, () => item));
      yield Buffer.from("{}]");
    }
    let [rows, most] = [0, 0];
    const before = process.memoryUsage().arrayBuffers;
    for await (const row of (await openStream(chunks(), "stdin")).rows()) {
      if (row.number % 10_000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      rows++;
    }
    expect(rows).toBe(100_001);
    expect(most).toBeLessThan(80e6);
  });

  async function* bytewise(text: string): AsyncGenerator<Buffer> {
    for (const byte of Buffer.from(text)) yield Buffer.from([byte]);
  }
});

describe("Parquet", () => {
  function parquet(rows: number, rowGroupSize: number): string {
    const filename = join(folder, "set.parquet");
    const numbers = Array.from({ length: rows }, (_, index) => index);
    parquetWriteFile({
      filename,
      rowGroupSize,
      columnData: [
        { name: "problem", data: numbers.map((index) => `What is ${index}?`), type: "STRING" },
        { name: "answer", data: numbers.map(BigInt), type: "INT64" },
        { name: "at", data: numbers.map((index) => new Date(index * 1000)), type: "TIMESTAMP" },
        {
          name: "level",
          data: numbers.map((index) => (index % 2 === 0 ? null : index)),
          type: "INT32",
          nullable: true,
        },
        { name: "tags", data: numbers.map((index) => ({ all: [`t${index}`] })), type: "JSON" },
      ],
    });
    return filename;
  }

  it("is read row group by row group, its values as JSON holds them", async () => {
    const rows = await rowsOf(parquet(25, 10));
    expect(rows).toHaveLength(25);
    expect(rows[0]).toEqual({
      number: 1,
      value: { problem: "What is 0?", answer: 0, at: "1970-01-01T00:00:00.000Z", level: null, tags: { all: ["t0"] } },
    });
    expect(rows[24]).toMatchObject({ number: 25, value: { problem: "What is 24?", answer: 24, level: null } });
  });

  it("is read in parts where a row group is large, and gives only the columns that are wanted", async () => {
    const rows = await rowsOf(parquet(120_001, 200_000), ["answer"]);
    expect(rows).toHaveLength(120_001);
    expect(rows.every((row, index) => "value" in row && (row.value as { answer: number }).answer === index)).toBe(true);
    expect(rows[50_000]).toEqual({ number: 50_001, value: { answer: 50_000 } });
  });

  it("gives numbers as they were meant: all digits of 64 bits and of decimals, the shortest text of 32 bits", async () => {
    const filename = join(folder, "numbers.parquet");
    parquetWriteFile({
      filename,
      columnData: [
        { name: "big", data: [9007199254740993n, -1n], type: "INT64" },
        { name: "single", data: [0.1, 16777216], type: "FLOAT" },
        { name: "half", data: [0.1, 2], type: "FLOAT16" },
        { name: "double", data: [0.1, 0.10000000149011612], type: "DOUBLE" },
        { name: "singles", data: [{ at: [0.1] }, { at: [0.2] }], type: "JSON" },
      ],
    });
    expect(await rowsOf(filename)).toEqual([
      {
        number: 1,
        value: {
          big: new SourceNumber("9007199254740993"),
          single: 0.1,
          half: 0.1,
          double: 0.1,
          singles: { at: [0.1] },
        },
      },
      {
        number: 2,
        value: { big: -1, single: 16777216, half: 2, double: 0.10000000149011612, singles: { at: [0.2] } },
      },
    ]);
  });

  it("gives nested numbers and decimals of other writers as they were meant", async () => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create()).connect();
    const filename = join(folder, "duck.parquet");
    await connection.run(`COPY (SELECT [0.1::FLOAT, NULL] AS list, {'x': 0.3::FLOAT, 'y': [{'z': 0.7::FLOAT}]} AS record,
      MAP {'k': 0.9::FLOAT} AS map, 1.50::DECIMAL(4,2) AS price, -12345678901234567890.05::DECIMAL(30,2) AS large,
      NULL::DECIMAL(9,3) AS none, 18446744073709551615::UBIGINT AS unsigned, '{"n":9007199254740993}'::JSON AS json)
      TO '${filename}' (FORMAT parquet)`);
    connection.closeSync();
    expect(await rowsOf(filename)).toEqual([
      {
        number: 1,
        value: {
          list: [0.1, null],
          record: { x: 0.3, y: [{ z: 0.7 }] },
          map: { k: 0.9 },
          price: new SourceNumber("1.50"),
          large: new SourceNumber("-12345678901234567890.05"),
          none: null,
          unsigned: new SourceNumber("18446744073709551615"),
          json: { n: new SourceNumber("9007199254740993") },
        },
      },
    ]);
  });

  const BYTES = [Buffer.from("good"), Buffer.from([0x61, 0xff])];

  it("names the column whose text is not UTF-8", async () => {
    const filename = join(folder, "text.parquet");
    parquetWriteFile({
      filename,
      columnData: [{ name: "text", data: BYTES }],
      schema: [
        { name: "root", num_children: 1 },
        { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      ],
    });
    expect(await rowsOf(filename)).toEqual([
      { number: 1, value: { text: "good" } },
      { number: 2, fault: "column text: not UTF-8" },
    ]);
  });

  it("reads bytes of no declared kind as text where they are UTF-8, and as numbers elsewhere", async () => {
    const filename = join(folder, "bytes.parquet");
    parquetWriteFile({ filename, columnData: [{ name: "image", data: BYTES, type: "BYTE_ARRAY" }] });
    expect(await rowsOf(filename)).toEqual([
      { number: 1, value: { image: "good" } },
      { number: 2, value: { image: [0x61, 0xff] } },
    ]);
  });

  it("that is damaged is refused, and says where", async () => {
    const bytes = readFileSync(parquet(100, 50));
    await expect(rowsOf(file(bytes.subarray(0, 200)))).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining("metadata"),
    });
    bytes.fill(0xff, 4, 200);
    await expect(rowsOf(file(bytes))).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining("rows 1 to 50"),
    });
  });
});

it("refuses a missing path and a folder", async () => {
  await expect(openSource(join(folder, "nowhere"))).rejects.toMatchObject({ code: "missing_file" });
  await expect(openSource(folder)).rejects.toMatchObject({ code: "bad_usage" });
});
