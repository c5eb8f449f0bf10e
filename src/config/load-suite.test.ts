import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Override } from "./load-document.ts";
import { folderOfOptions } from "./load-recipe.ts";
import { loadSuite } from "./load-suite.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-suite-"));
  for (const name of ["a.jsonl", "b.jsonl", "prompt.md", "other.md"]) writeFileSync(join(folder, name), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(yaml: string, overrides: readonly Override[] = []) {
  const file = join(folder, "suite.yaml");
  writeFileSync(file, yaml);
  return loadSuite(file, overrides, folderOfOptions(file, overrides, "/elsewhere"));
}

test("a suite of one set has what a suite of several says once", () => {
  const suite = load("{name: s, problems: a.jsonl, prompt: prompt.md, verifiers: [{name: exact}], max_tokens: 8}");
  expect(suite).toMatchObject({ samples: 8, temperature: 1, seed: 1 });
  expect(suite.sets).toMatchObject([
    {
      problems: join(folder, "a.jsonl"),
      prompt: join(folder, "prompt.md"),
      max_tokens: 8,
      verifiers: [{ name: "exact" }],
    },
  ]);
});

test("a set takes from the suite what it does not say itself", () => {
  const { sets } = load(`
name: s
prompt: prompt.md
verifiers: [{ name: exact }]
max_tokens: 8
sets:
  - { problems: a.jsonl, arm: first }
  - { problems: b.jsonl, prompt: other.md, max_tokens: 64, verifiers: [{ name: math }] }
`);
  expect(sets).toMatchObject([
    { arm: "first", max_tokens: 8, prompt: join(folder, "prompt.md"), verifiers: [{ name: "exact" }] },
    { max_tokens: 64, prompt: join(folder, "other.md"), verifiers: [{ name: "math" }] },
  ]);
});

const rest = "prompt: prompt.md, verifiers: [{name: exact}], max_tokens: 8";
test.each([
  [`{name: s, ${rest}}`, "either `problems` or several `sets`"],
  [`{name: s, problems: a.jsonl, sets: [{problems: b.jsonl}], ${rest}}`, "either `problems` or several `sets`"],
  ["{name: s, problems: a.jsonl, prompt: prompt.md, max_tokens: 8}", "verifiers: missing"],
  ["{name: s, sets: [{problems: a.jsonl, prompt: prompt.md}], max_tokens: 8}", "sets.0.verifiers: missing"],
  [`{name: s, problems: a.jsonl, metrics: [pass@9], ${rest}}`, "pass@9 needs 9 completions a problem"],
  [`{name: s, problems: a.jsonl, metrics: [mean@4], ${rest}}`, "mean@8 is of all 8 completions"],
  [`{name: s, problems: a.jsonl, metrics: [accuracy], ${rest}}`, '"accuracy" is no metric'],
  [`{name: s, problems: a.jsonl, sampels: 4, ${rest}}`, 'did you mean "samples"?'],
  [`{name: s, sets: [{problems: a.jsonl, promt: x}], ${rest}}`, 'did you mean "prompt"?'],
])("%s is refused", (yaml, message) => {
  expect(() => load(yaml)).toThrow(message);
});

test("takes files of the hub as they are, and paths that are set from where a person stands", () => {
  const hub = "hf://datasets/openai/gsm8k/main/test-00000-of-00001.parquet";
  const yaml = `{name: s, problems: "${hub}", fields: {problem: question}, ${rest}}`;
  expect(load(yaml).sets).toMatchObject([{ problems: hub, fields: { problem: "question" } }]);
  const set = { path: ["problems"], value: "mine.jsonl" };
  expect(() => load(yaml, [set])).toThrow("/elsewhere/mine.jsonl");
});
