import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "./files.ts";
import { growFile } from "./growing-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-growing-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("nothing stands at the name before the file is whole; then it replaces what stood there", async () => {
  const path = join(folder, "set.jsonl");
  writeFileSync(path, "old");
  const file = await growFile(path);
  const text = "é\n".repeat(100_000);
  await file.write(text);
  await file.write("end");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(await file.finish()).toEqual({ bytes: 300_003, sha256: sha256(`${text}end`) });
  expect(readFileSync(path, "utf8")).toBe(`${text}end`);
  expect(readdirSync(folder)).toEqual(["set.jsonl"]);
});

test("what is discarded leaves nothing behind", async () => {
  const file = await growFile(join(folder, "set.jsonl"));
  await file.write("half");
  await file.discard();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not there is told at once", async () => {
  await expect(growFile(join(folder, "nowhere/set.jsonl"))).rejects.toMatchObject({ code: "ENOENT" });
});
