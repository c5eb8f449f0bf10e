import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../core/package-files.ts";
import type { Override } from "./load-document.ts";
import { folderOfOptions, loadRecipe } from "./load-recipe.ts";

const DEFAULT = packagePath("curricula/microcosm.yaml");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-recipe-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (file: string, overrides: readonly Override[] = [], overridesFolder?: string) =>
  loadRecipe(file, overrides, folderOfOptions(file, overrides, overridesFolder));

function changed(from: string | RegExp, to: string): string {
  const path = join(folder, "recipe.yaml");
  writeFileSync(path, readFileSync(DEFAULT, "utf8").replace(from, to));
  return path;
}

test("the default recipe is read with its paths made absolute and defaults filled in", () => {
  const recipe = load(DEFAULT);
  expect(recipe.problems.practice).toBe(packagePath("curricula/microcosm/practice.jsonl"));
  expect(recipe.sampling.temperature).toBe(1);
  expect(recipe.trainer.minibatches).toBe(1);
});

test("an unknown key is refused with its line and the nearest known one", () => {
  expect(() => load(changed("group_size", "group_sizes"))).toThrow(
    /line \d+: unknown key "group_sizes" in sampling; did you mean "group_size"\?/,
  );
});

test("a wrong value is refused with its line", () => {
  const path = changed("groups: 32", "groups: many");
  const line =
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("groups: many")) + 1;
  expect(() => load(path)).toThrow(new RegExp(`line ${line}: sampling.groups: .*expected number`));
});

test("text that is not YAML is refused", () => {
  expect(() => load(changed("sampling:", "sampling: ["))).toThrow(/not a usable recipe/);
});

test("a file that the recipe names and that is not there is told by its option", () => {
  expect(() => load(changed("microcosm/practice.jsonl", "nowhere.jsonl"))).toThrow(
    /nowhere\.jsonl \(practice\), which does not exist/,
  );
});

test("refuses a server URL that no request could go to, alone and among replicas", () => {
  const set = (value: unknown) => () => load(DEFAULT, [{ path: ["policy", "url"], value }]);
  expect(set("localhost:8000")).toThrow(/policy\.url: .*did you mean http:\/\/localhost:8000\?/);
  expect(set(["http://a:1", "ftp://b:2"])).toThrow(/policy\.url.*"ftp:\/\/b:2" is no http:\/\/ or https:\/\/ URL/);
  expect(set("http://me:secret@host")).toThrow(/api_key_env/);
  expect(set(["http://a:1/v1", "https://b/v1/"])).not.toThrow();
});

test("refuses more minibatches than groups", () => {
  const set = (value: number) => () => load(DEFAULT, [{ path: ["trainer", "minibatches"], value }]);
  expect(set(33)).toThrow(/trainer\.minibatches: a step has fewer groups \(sampling\.groups\) than that/);
  expect(set(32)).not.toThrow();
});

test("overrides follow the same schema", () => {
  const set = (path: string, value: unknown) => load(DEFAULT, [{ path: path.split("."), value }]);
  expect(set("trainer.epochs", 3).trainer.epochs).toBe(3);
  expect(set("verifiers.0.name", "numeric").verifiers?.[0]?.name).toBe("numeric");
  expect(() => set("trainer.epoch", 3)).toThrow(/did you mean "epochs"/);
  expect(() => set("name.first", 3)).toThrow(/nothing can be set there/);
});

test("a path that is set over the file's starts at a folder of its own, the file's own paths at the file", () => {
  writeFileSync(join(folder, "mine.jsonl"), "");
  const overrides = [{ path: ["problems", "practice"], value: "mine.jsonl" }];
  expect(load(DEFAULT, overrides, folder).problems).toMatchObject({
    practice: join(folder, "mine.jsonl"),
    test: packagePath("curricula/microcosm/test.jsonl"),
  });
  expect(() => load(DEFAULT, overrides)).toThrow(/curricula\/mine\.jsonl \(practice\), which does not exist/);
});

test("problems on the Hugging Face hub stay references, and are not looked for on this disk", () => {
  const value = "hf://datasets/openai/gsm8k@main/main/train-00000-of-00001.parquet";
  const recipe = load(DEFAULT, [
    { path: ["problems", "practice"], value },
    { path: ["problems", "fields"], value: { problem: "question", answer_after: "#### " } },
  ]);
  expect(recipe.problems).toMatchObject({
    practice: value,
    fields: { problem: "question", answer: "answer", answer_after: "#### " },
  });
});

test("takes a model that is no directory for one of the hub", () => {
  const model = "Qwen/Qwen2.5-0.5B-Instruct@main";
  expect(load(DEFAULT, [{ path: ["policy", "model"], value: model }]).policy.model).toBe(model);
});

test("tells how to get a model that is not there", () => {
  const missing = (): unknown => load(DEFAULT, [{ path: ["policy", "model"], value: "../models/mine" }]);
  expect(missing).toThrow(/models\/mine \(policy\.model\), which does not exist/);
  expect(missing).toThrow(
    expect.objectContaining({ code: "missing_file", advice: expect.stringContaining("OWNER/NAME") as unknown }),
  );
});

test("a run that samples ahead does not stop after an evaluation, nor let its server sleep", () => {
  const depth = { path: ["pipeline", "depth"], value: 1 };
  expect(load(DEFAULT, [depth]).pipeline.depth).toBe(1);
  for (const other of [
    { path: ["evaluation", "stop"], value: { agree: 0.01 } },
    { path: ["policy", "sync"], value: "sleep" },
  ])
    expect(() => load(DEFAULT, [depth, other])).toThrow("set pipeline.depth to 0");
});
