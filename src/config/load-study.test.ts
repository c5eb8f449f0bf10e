import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { packagePath } from "../core/package-files.ts";
import { folderOfOptions, loadRecipe } from "./load-recipe.ts";
import { loadStudy } from "./load-study.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-study-"));
  mkdirSync(join(folder, "studies"));
  writeFileSync(join(folder, "recipe.yaml"), "name: any\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = {
  name: "main",
  title: "Main",
  bases: ["one"],
  seeds: [1, 2],
  variants: { plain: {}, hinted: { scaffold: { name: "scaf-grpo" } } },
};
const comparison = { experiment: "main", of: "hinted", to: "plain", figure: "final_accuracy" };

function written(changes: Readonly<Record<string, unknown>>): string {
  const path = join(folder, "studies", "study.yaml");
  const study = { name: "s", title: "S", recipe: "../recipe.yaml", bases: { one: {} }, experiments: [main] };
  writeFileSync(path, stringify({ ...study, ...changes }));
  return path;
}

const load = (changes: Readonly<Record<string, unknown>>) => () => loadStudy(written(changes));

test("paths are meant from the study's file, alone and inside a section, and other options are left as they are", () => {
  const study = loadStudy(
    written({
      set: { policy: { model: "../model", mode: "fast" }, "problems.test": "test.jsonl", "objective.name": "../grpo" },
      bases: { one: { "policy.weights": "../w.safetensors" } },
    }),
  );
  expect(study.recipe).toBe(join(folder, "recipe.yaml"));
  expect(study.set).toEqual({
    policy: { model: join(folder, "model"), mode: "fast" },
    "problems.test": join(folder, "studies/test.jsonl"),
    "objective.name": "../grpo",
  });
  expect(study.bases["one"]).toEqual({ "policy.weights": join(folder, "w.safetensors") });
});

test("paths of one place of a list are meant from the study's file, too", () => {
  const { set } = loadStudy(
    written({
      set: {
        "problems.sources.0.file": "a.jsonl",
        "problems.sources.1": { prompt: { user: { template: "b.md" } } },
        "problems.prompt.messages.0.template": "c.md",
        "problems.sources.2.name": "d",
      },
    }),
  );
  expect(set).toEqual({
    "problems.sources.0.file": join(folder, "studies/a.jsonl"),
    "problems.sources.1": { prompt: { user: { template: join(folder, "studies/b.md") } } },
    "problems.prompt.messages.0.template": join(folder, "studies/c.md"),
    "problems.sources.2.name": "d",
  });
});

test("the id of a model on the hub stays as it is, where no directory has that name", () => {
  mkdirSync(join(folder, "studies", "owner", "here"), { recursive: true });
  const { set, bases } = loadStudy(
    written({ set: { "policy.model": "owner/away" }, bases: { one: { policy: { model: "owner/here" } } } }),
  );
  expect(set).toEqual({ "policy.model": "owner/away" });
  expect(bases["one"]).toEqual({ policy: { model: join(folder, "studies/owner/here") } });
});

test("an unknown key is refused with its line and the nearest known one", () => {
  expect(load({ comparison: [] })).toThrow(/line \d+: unknown key "comparison"; did you mean "comparisons"\?/);
});

test("names that lead nowhere are refused with the nearest known one", () => {
  expect(load({ experiments: [{ ...main, bases: ["on"] }] })).toThrow(/no base "on"; did you mean "one"\?/);
  expect(load({ comparisons: [{ ...comparison, experiment: "mian" }] })).toThrow(/no experiment "mian".*"main"/);
  expect(load({ comparisons: [{ ...comparison, of: "hintd" }] })).toThrow(/no variant "hintd".*"hinted"/);
});

test("a variant means the same in every experiment", () => {
  const more = { ...main, name: "more" };
  expect(load({ experiments: [main, more] })).not.toThrow();
  const other = { ...more, variants: { hinted: { scaffold: { name: "ghpo" } } } };
  expect(load({ experiments: [main, other] })).toThrow(/another experiment has a variant "hinted" with other options/);
});

test("runs that would be the same are refused", () => {
  expect(load({ experiments: [{ ...main, seeds: [1, 1] }] })).toThrow(/the seeds are not all different/);
  expect(load({ experiments: [main, main] })).toThrow(/two experiments "main"/);
});

test("what the study itself gives each run cannot be set", () => {
  expect(load({ set: { seed: 3 } })).toThrow(/the study gives each run its seed/);
  expect(load({ bases: { one: { name: "x" } } })).toThrow(/the study gives each run its name/);
});

test("names become names of runs and files", () => {
  expect(load({ name: "../s" })).toThrow(/"..\/s" is no usable name/);
  expect(load({ experiments: [{ ...main, variants: { "a b": {} } }] })).toThrow(/"a b" is no usable name/);
  expect(load({ set: { "trainer..epochs": 3 } })).toThrow(/no path of an option/);
});

test("tokens to a target need one, and it is over all arms", () => {
  const tokens = { ...comparison, figure: "tokens_to_target" };
  const target = { accuracy: 0.8 };
  expect(load({ comparisons: [tokens] })).toThrow(/needs the study's target/);
  expect(load({ comparisons: [{ ...tokens, arm: "add" }], target })).toThrow(/mean accuracy over all arms/);
  expect(loadStudy(written({ comparisons: [tokens], target })).target).toEqual({ accuracy: 0.8, suite: "development" });
});

test("an override can lead into a section that an earlier one replaced", () => {
  const recipe = loadRecipe(
    packagePath("curricula/microcosm.yaml"),
    [
      { path: ["curriculum"], value: { name: "sec", floor: 0.1 } },
      { path: ["curriculum", "alpha"], value: 0.3 },
    ],
    folderOfOptions(packagePath("curricula/microcosm.yaml"), []),
  );
  expect(recipe.curriculum).toEqual({ name: "sec", floor: 0.1, alpha: 0.3 });
});
