import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Column } from "./column.ts";
import { jsonlFiles } from "./jsonl-file.ts";
import { parquetFiles } from "./parquet-file.ts";
import { openParts } from "./part-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-parts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const COLUMNS: readonly Column<number>[] = [
  { name: "n", type: "int32", nullable: false, about: "", of: (row) => row },
  { name: "list", type: { list: "float32" }, nullable: false, about: "", of: (row) => Array(row % 3).fill(row / 2) },
];

test("a part is closed once it is large, and rows go on in the next", async () => {
  const file = await openParts(folder, "jsonl", jsonlFiles(COLUMNS), 50);
  for (let row = 0; row < 10; row++) await file.write([row]);
  await file.finish();
  const parts = readdirSync(folder).sort();
  expect(parts.slice(0, 2)).toEqual(["part-000.jsonl", "part-001.jsonl"]);
  const texts = parts.map((name) => readFileSync(join(folder, name), "utf8"));
  for (const text of texts) expect(text.length).toBeLessThan(50 + 30);
  const rows = texts.join("").trim().split("\n");
  expect(rows.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(file.bytes()).toBe(texts.join("").length);
});

test("there is one part at least, also without rows", async () => {
  const file = await openParts(folder, "jsonl", jsonlFiles(COLUMNS));
  await file.write([]);
  await file.finish();
  expect(readdirSync(folder)).toEqual(["part-000.jsonl"]);
});

test("a row group of Parquet ends where its rows are large enough, and all rows are kept", async () => {
  const path = join(folder, "a.parquet");
  const file = await parquetFiles(COLUMNS, () => 1 << 21)(path);
  await file.write([0, 1, 2, 3]);
  await file.write([4]);
  await file.finish();
  const buffer = await asyncBufferFromFile(path);
  const { row_groups } = await parquetMetadataAsync(buffer);
  expect(row_groups.map((group) => Number(group.num_rows))).toEqual([2, 2, 1]);
  expect(await parquetReadObjects({ file: buffer, compressors })).toEqual([
    { n: 0, list: [] },
    { n: 1, list: [0.5] },
    { n: 2, list: [1, 1] },
    { n: 3, list: [] },
    { n: 4, list: [2] },
  ]);
});
