import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadRecipeSets } from "../../src/run/start/load-recipe-sets.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("writes the microcosm, which is checked and runs by the commands that are printed", async () => {
  const init = await rlvr(["init", "my-first", "--template", "microcosm"], folder);
  expect(init.code).toBe(0);
  expect(readdirSync(join(folder, "my-first")).sort()).toEqual(
    ["held-out.jsonl", "problems.jsonl", "prompt.md", "recipe.yaml"], // no test set: it is a minute's run
  );
  const [, checking = ""] = /^Check it: rlvr (.*)$/m.exec(init.stdout) ?? [];
  const check = await rlvr(checking.split(" "), folder);
  expect([check.code, checking]).toEqual([0, "run my-first/recipe.yaml --check"]);
  const [, command = ""] = /Start it with: rlvr (.*)$/m.exec(check.stdout) ?? [];
  const run = await rlvr([...command.split(" "), "--steps", "1", "--json"], folder);
  expect([run.code, run.stdout.includes('"state":"succeeded"')]).toEqual([0, true]);
});

test.each(["instructions", "gsm8k"])("writes the template %s for a model of one's own", async (template) => {
  mkdirSync(join(folder, "models/mine"), { recursive: true });
  const init = await rlvr(["init", "--template", template, "--model", "models/mine", "--json"], folder);
  expect(init.code).toBe(0);
  const recipe = readRecipe(join(folder, template, "recipe.yaml"));
  expect(recipe).toMatchObject({ name: template, policy: { model: join(folder, "models/mine") } });
  expect(existsSync(String(recipe.problems.prompt))).toBe(true);
});

test("writes the problems of the instructions beside the recipe", async () => {
  await rlvr(["init", "--template", "instructions", "--model", folder], folder);
  const recipe = readRecipe(join(folder, "instructions/recipe.yaml"));
  const { practice, development, test: heldOut } = await loadRecipeSets(recipe);
  expect([practice?.path, development?.path, heldOut?.path]).toEqual(
    ["problems", "development", "held-out"].map((name) => join(folder, `instructions/${name}.jsonl`)),
  );
  // `RUN:best` is chosen on the development set, in which no problem for practice stands.
  expect(recipe).toMatchObject({ evaluation: { every: 8 }, checkpoints: { keep_best: 1 } });
  const practised = new Set(practice.parts.flatMap(({ problems }) => problems).map(({ problem }) => problem));
  const chosen = development?.parts.flatMap(({ problems }) => problems) ?? [];
  expect(chosen.filter(({ problem }) => practised.has(problem))).toEqual([]);
  const kinds = Map.groupBy(chosen, ({ arm }) => arm);
  expect([...kinds.values()].map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 6));
});

test.each([
  [["init", "mine"], "--template is missing"],
  [["init", "mine", "--template", "gsm8k"], "--model is missing"],
  [["init", "mine", "--template", "microcosm", "--model", "x"], "trains the policy that comes with rlvr"],
  [["init", "mine", "--template", "gsm9k"], "choose from microcosm, gsm8k, instructions"],
])("refuses %j without a terminal, and writes nothing", async (args, message) => {
  const { code, stderr } = await rlvr(args, folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(readdirSync(folder)).toEqual([]);
});

test("overwrites nothing", async () => {
  await rlvr(["init", "mine", "--template", "microcosm"], folder);
  const { code, stderr } = await rlvr(["init", "mine", "--template", "microcosm"], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining("exists already")]);
});
