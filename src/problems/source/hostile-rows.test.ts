import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkProblem } from "../check-problem.ts";
import { mapRecord } from "../import/map-record.ts";
import { findLeak } from "../leaks/find-leak.ts";
import { loadProblemSet } from "../load-problem-set.ts";
import { parseJson } from "./parse-json.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-rows-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a hostile row", () => {
  test("of more than a million values is refused, and one of long texts is not", () => {
    expect(parseJson(`[${"[],".repeat(600_000)}1]`)).toEqual({ fault: "more than 1000000 values" });
    const text = JSON.stringify(['\\",[:{'.repeat(300_000), "1"]);
    expect(parseJson(text)).toHaveProperty("value");
  });

  test("is described in few words", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `${index}${"x".repeat(100)}`);
    const fields = Object.fromEntries(names.map((name) => [name, 1]));
    const faults = [
      checkProblem({ problem: "p", answer: "a", hints: fields }),
      mapRecord(fields, { problem: "q", answer: "a" }),
      parseJson(`{"a": ${"x".repeat(9999)}`),
    ];
    for (const fault of faults) expect((fault as { readonly fault: string }).fault.length).toBeLessThan(1500);
  });

  test("with hints beyond all use is refused", () => {
    const problem = (planning: readonly string[]) => checkProblem({ problem: "p", answer: "a", hints: { planning } });
    expect(problem(Array<string>(201).fill("x"))).toEqual({ fault: "hints.planning: must have 200 parts at most" });
    expect(problem(["x".repeat(500_001)])).toEqual({ fault: "hints.planning: must have 500000 characters at most" });
  });

  test("does not hold up the search for leaks", () => {
    const roots = "\\sqrt{".repeat(20_000) + "}".repeat(20_000);
    for (const text of ["1 ".repeat(100_000), roots]) expect(findLeak(text, "1", "what is 1?")).toBeUndefined();
  });
});

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
])("a stream that %s packed a thousandfold is refused before it fills the memory", async (_, pack) => {
  const path = join(folder, "bomb");
  writeFileSync(path, pack(Buffer.alloc(80 * 1024 * 1024, "x")));
  await expect(loadProblemSet(path)).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringMatching(/unpacks to \d+ bytes and more from \d+: this is no text/) as unknown,
  });
});
