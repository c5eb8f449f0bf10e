import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSource } from "./source.ts";
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
  { number: 1, value: { a: 1 } },
  { number: 3, fault: expect.stringContaining("not JSON") },
  { number: 4, value: [2] },
];

describe("JSON Lines", () => {
  it("are read as they are, and unpacked where they are compressed, whatever the file is called", async () => {
    expect(await rowsOf(file(LINES))).toEqual(ROWS);
    expect(await rowsOf(file(gzipSync(LINES)))).toEqual(ROWS);
    expect(await rowsOf(file(""))).toEqual([]);
  });

  it("that were cut off while compressed are refused", async () => {
    const packed = gzipSync(LINES.repeat(1000));
    await expect(rowsOf(file(packed.subarray(0, packed.length - 20)))).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining("cannot be unpacked"),
    });
  });
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

it("says what is no file", async () => {
  await expect(openSource(join(folder, "nowhere"))).rejects.toMatchObject({ code: "missing_file" });
  await expect(openSource(folder)).rejects.toMatchObject({ code: "bad_usage" });
});
