import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { loadDocument, type Override } from "./load-document.ts";

const schema = z.strictObject({
  name: z.string().optional(),
  list: z.array(z.unknown()).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-document-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string | Buffer, overrides?: readonly Override[]): z.output<typeof schema> {
  const path = join(folder, "recipe.yaml");
  writeFileSync(path, text);
  return loadDocument(path, "recipe", schema, overrides);
}

/** Anchors of which each repeats the one before nine times. */
const BOMB = ["list: &a0 [x, x]"]
  .concat(Array.from({ length: 9 }, (_, at) => `k${at}: &a${at + 1} [${Array(9).fill(`*a${at}`).join()}]`))
  .join("\n");
const manyKeys = Array.from({ length: 2000 }, (_, at) => `k${at}: 1`).join("\n");

describe("a hostile document", () => {
  test.each([
    ["aliases that grow to billions of values", BOMB, /Excessive alias count/],
    [
      "an alias of a long list",
      `list: [&a [${"x,".repeat(6000)}], ${"*a,".repeat(9)}]`,
      /line 1: more than 50000 values/,
    ],
    ["a list that holds itself", "list: &a [*a]", /line 1: nested deeper than 64 levels/],
    ["lists in lists", `list: ${"[".repeat(99)}${"]".repeat(99)}`, /line 1: nested deeper than 64 levels/],
    ["lists that are never closed", `list: ${"[".repeat(5000)}`, /not a usable recipe/],
    ["lists in lists by lines", "- ".repeat(5000), /not a usable recipe/],
    ["a key twice", "name: a\nlist: []\nname: b", /line 3: the key "name" stands there twice/],
    ["a tag of bytes", "name: !!binary aGk=", /Unresolved tag: tag:yaml.org,2002:binary at line 1, column 7/],
    ["a tag of its own", "name: !exec ls", /Unresolved tag: !exec at line 1/],
    ["the character NUL", 'name: "a\\0b"', /line 1: a text with the character NUL/],
    ["several documents", "name: a\n---\nname: b", /multiple documents/],
    ["UTF-16", Buffer.from("\ufeffname: a", "utf16le"), /recipe\.yaml is not UTF-8 text/],
    ["more than 256 KiB", `# ${"x".repeat(300_000)}`, /recipe\.yaml has 300002 bytes, more than 262144/],
    ["many unknown keys", manyKeys, /line 20: unknown key "k19"\n {2}and more$/],
    ["a prototype", "__proto__: {x: 1}", /line 1: unknown key "__proto__"/],
    ["a key without an end", `${"x".repeat(1000)}: 1`, /unknown key "x{200}\.\.\."/],
  ])("is refused: %s", (_, text, message) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ code: "bad_recipe", message: expect.stringMatching(message) as unknown }),
    );
  });

  test("is refused when it is a pipe, without waiting for its writer", () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    expect(() => loadDocument(path, "recipe", schema)).toThrow(`${path} is not a regular file`);
  });

  test("has no merge keys and no times, whatever version it names", () => {
    const text = "%YAML 1.1\n---\noptions: {base: &b {x: 1}, on: yes, time: 2001-01-01, '<<': *b}";
    expect(load(text).options).toEqual({ base: { x: 1 }, on: "yes", time: "2001-01-01", "<<": { x: 1 } });
  });
});

test("says which option is missing", () => {
  const path = join(folder, "empty.yaml");
  writeFileSync(path, "{}");
  const required = z.strictObject({ objective: z.object({}) });
  expect(() => loadDocument(path, "recipe", required)).toThrow("\n  objective: it is missing");
});

test("names the file that was meant: of a folder its recipe, of another folder's rlvr's own", () => {
  load("{}");
  const advice = (file: string) => {
    try {
      return loadDocument(file, "recipe", schema);
    } catch (error) {
      return (error as RlvrError).advice;
    }
  };
  expect(advice(folder)).toBe(`Name a YAML file that is a recipe: ${join(folder, "recipe.yaml")}`);
  const own = "curricula/microcosm-grpo.yaml";
  expect(advice(join(folder, own))).toBe(`Name a YAML file that is a recipe; rlvr's own is ${packagePath(own)}`);
  expect(advice(join(folder, "curricula/mine.yaml"))).toBe("Name a YAML file that is a recipe.");
});

test("an alias repeats what its anchor names", () => {
  expect(load("list: [&a {x: 1}, *a]").list).toEqual([{ x: 1 }, { x: 1 }]);
});

test("an option cannot be set behind the end of a list", () => {
  const set = (index: string) => () => load("list: [1]", [{ path: ["list", index], value: 2 }]);
  expect(set("1")().list).toEqual([1, 2]);
  expect(set("4000000000")).toThrow("--set list.4000000000: nothing can be set there");
});
