import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { resolveReference, resolveVerifier } from "./resolve-reference.ts";

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

it("resolves what a combinator combines, each from where its name was given, and no other option called of", () => {
  const path = write("mine.ts", "");
  const file = write("rewards.py", "def f(completions): ...");
  const asked: string[] = [];
  const folderOf = (option: readonly string[]): string => {
    asked.push(option.join("."));
    return folder;
  };
  const of = [{ name: "./mine.ts", limit: 3 }, { python: "rewards.py:f" }, { name: "any", of: [{ name: "exact" }] }];
  expect(resolveVerifier({ name: "all", of }, folderOf, ["verifiers", "0"])).toEqual({
    name: "all",
    of: [{ name: path, limit: 3 }, { name: `python:${file}:f` }, { name: "any", of: [{ name: "exact" }] }],
  });
  expect(asked).toContain("verifiers.0.of.2.of.0.name");
  expect(resolveVerifier({ name: "./mine.ts", of: [{ name: "alpha" }] }, folderOf)).toEqual({
    name: path,
    of: [{ name: "alpha" }],
  });
});
