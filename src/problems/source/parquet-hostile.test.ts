import { parquetWriteBuffer } from "hyparquet-writer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSource } from "./open-source.ts";
import { deltaHead, sumOfDeltas, walkRuns } from "./parquet-runs.ts";
import { readThrift } from "./thrift.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-parquet-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(bytes: Uint8Array): Promise<number> {
  const path = join(folder, "set.parquet");
  writeFileSync(path, bytes);
  let rows = 0;
  for await (const _ of (await openSource(path)).rows()) rows++;
  return rows;
}

/** A file of one column whose bytes are changed where `find` stands. */
function changed(find: readonly number[], put: readonly number[], from: "start" | "end" = "start"): Buffer {
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [{ name: "text", data: Array(40).fill("same"), type: "STRING", nullable: false }],
      codec: "GZIP",
      compressors: { GZIP: gzipSync },
    }),
  );
  const at = from === "start" ? bytes.indexOf(Buffer.from(find)) : bytes.lastIndexOf(Buffer.from(find));
  expect(at).toBeGreaterThan(0);
  bytes.set(put, at);
  return bytes;
}

/** 40 and 63 as zigzag numbers, behind the field that a page and a group have them in. */
const [FORTY, OTHER] = [0x50, 0x7e];

describe("a hostile Parquet file", () => {
  test("is read where nothing in it is a lie", async () => {
    expect(await read(changed([0x15, FORTY], [0x15, FORTY]))).toBe(40);
  });

  test("with more rows in a group than values in its pages is refused", async () => {
    await expect(read(changed([0x16, FORTY], [0x16, OTHER], "end"))).rejects.toThrow(
      /rows 1 to 63 cannot be read as Parquet: column text: 40 values in a group of 63 rows/,
    );
  });

  test("with a footer longer than the file is refused", async () => {
    const bytes = changed([0x15, FORTY], [0x15, FORTY]);
    bytes.writeUInt32LE(0xffff_ffff, bytes.length - 8);
    await expect(read(bytes)).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringMatching(/its metadata cannot be read .* 4294967295 bytes is longer than the file/),
    });
  });
});

describe("Thrift", () => {
  const limits = { values: 20, depth: 4 };
  const structOf = (...bytes: number[]) => readThrift(Uint8Array.from(bytes), 0, limits).value;

  test("is read", () => {
    // Fields 1 to 4: a number, a text, a list of two numbers, true.
    const fields = structOf(0x15, 0x08, 0x18, 1, 0x61, 0x19, 0x25, 2, 3, 0x11, 0);
    expect([...fields]).toEqual([
      [1, 4],
      [2, Uint8Array.of(0x61)],
      [3, [1, -2]],
      [4, true],
    ]);
  });

  test.each([
    [
      "a list of two billion",
      [0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07, 0],
      /a length of 2147483647 is beyond the end/,
    ],
    ["a text of four billion", [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f, 0], /a length of 4294967295 is beyond the end/],
    ["structs in structs", Array<number>(9).fill(0x1c), /nested deeper than 4 levels/],
    ["many values", [...Array<number>(60).fill(0x11), 0], /more than 20 values/],
    ["a number without an end", [0x15, ...Array<number>(9).fill(0xff)], /a number has too many bytes/],
    ["a map", [0x1b, 0], /there is no type 11/],
  ])("with %s is refused", (_, bytes, message) => {
    expect(() => structOf(...bytes)).toThrow(message);
  });
});

describe("runs", () => {
  test("count a value, repeated and packed", () => {
    // Six times 1, then eight of two bits: 1 0 3 1 0 0 0 1.
    const bytes = Uint8Array.of(12, 1, 3, 0b01_11_00_01, 0b01_00_00_00);
    expect(walkRuns(bytes, 0, 2, 14, 1)).toBe(9);
  });

  test.each([
    ["repeats a billion times", [0xfe, 0xff, 0xff, 0xff, 0x07, 1]],
    ["packs two billion values of no bits", [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("are refused where one %s", (_, bytes) => {
    expect(() => walkRuns(Uint8Array.from(bytes), 0, 0, 40)).toThrow(/a run of \d+ where 40 values are to come/);
  });

  test("of deltas add up, and are refused in blocks of none", () => {
    // Blocks of 128 in 4, three numbers, the first 5; then 1 more each, in no bits.
    const bytes = Uint8Array.of(0x80, 1, 4, 3, 10, 2, 0, 0, 0, 0);
    expect(sumOfDeltas(bytes, 0, 3)).toEqual({ sum: 5 + 6 + 7, end: bytes.length });
    expect(() => deltaHead(Uint8Array.of(0x80, 1, 0, 3, 10), 0)).toThrow("blocks of 128 values in 0 parts");
  });
});
