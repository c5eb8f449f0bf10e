import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { resolveReference } from "./resolve-reference.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-reference-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

it("leaves the names of the library and of combinators alone", () => {
  const names = ["exact", "all", "weighted"];
  expect(names.map((name) => resolveReference(name, folder))).toEqual(names);
});

it("makes the path of a module absolute", () => {
  const path = write("mine.ts", "");
  expect([resolveReference("./mine.ts", folder), resolveReference("mine.ts", folder)]).toEqual([path, path]);
  expect(() => resolveReference("./other.ts", folder)).toThrow(join(folder, "other.ts"));
});
