import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packagePath } from "../core/package-files.ts";
import { isHubReference } from "../core/hub-reference.ts";

import { loadRecipeSets } from "./start/load-recipe-sets.ts";
import { readPrompts } from "../problems/template/source-prompts.ts";
import { sourcesOf } from "../config/recipe-sources.ts";
import { checkSources, checkSourceVerifiers, givenBy } from "./start/check-sources.ts";
import { sourceTemplates } from "./run-sources.ts";
import { configureModules } from "./modules.ts";
import { readRecipe } from "./start/read-recipe.ts";

const folder = packagePath("curricula");
const recipe = (overrides: Readonly<Record<string, unknown>> = {}) =>
  readRecipe(
    `${folder}/microcosm.yaml`,
    Object.entries(overrides).map(([path, value]) => ({ path: path.split("."), value })),
  );

describe("every shipped recipe is usable:", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml")))
    test(file, async () => {
      // The weights of real models do not come with rlvr: any directory stands for theirs.
      const model = packagePath("policies/tiny");
      const loaded = readRecipe(`${folder}/${file}`, [{ path: ["policy", "model"], value: model }]);
      const { objective, scaffold, curriculum } = configureModules(loaded);
      const sources = sourcesOf(loaded);
      const templates = sourceTemplates(readPrompts(sources));
      for (const { render } of templates.values())
        expect(render({ problem: "Problem?" }).at(-1)?.content).toContain("Problem?");
      const verifiers = await checkSourceVerifiers(sources);
      // Those on the hub have a test of their own: test/hub/dataset.test.ts.
      if (!sources.some(({ practice }) => isHubReference(practice)))
        await checkSources(givenBy(sources, await loadRecipeSets(loaded), templates), verifiers);
      expect([objective.name, scaffold.name, curriculum.name]).toEqual([
        loaded.objective.name,
        loaded.scaffold.name,
        loaded.curriculum.name,
      ]);
    });
});

/** What configuring a recipe throws. */
function refusal(overrides: Readonly<Record<string, unknown>>): unknown {
  try {
    configureModules(recipe(overrides));
  } catch (error) {
    return error;
  }
  return undefined;
}

test("training under another prompt than was sampled under needs the ratio to be recomputed", () => {
  expect(refusal({ "objective.old": "sampler" })).toMatchObject({
    code: "bad_recipe",
    advice: expect.stringContaining("recompute"),
  });
  expect(refusal({ "objective.correction": "token-truncate" })).toMatchObject({
    code: "bad_recipe",
    message: expect.stringContaining("correction"),
  });
  expect(refusal({ "objective.old": "sampler", "scaffold.trained_under": "hinted" })).toBeUndefined();
});

test("a teacher and the credit for it come together, with rollouts trained under the prompt that it scores them under", () => {
  const teacher = { "teacher.url": "http://127.0.0.1:1" };
  const coefficient = { "objective.teacher_coef": 0.5 };
  expect(refusal(coefficient)).toMatchObject({ code: "bad_recipe", advice: expect.stringContaining("teacher.url") });
  expect(refusal(teacher)).toMatchObject({ code: "bad_recipe", advice: expect.stringContaining("teacher_coef") });
  expect(refusal({ ...teacher, ...coefficient })).toMatchObject({
    code: "bad_recipe",
    advice: expect.stringContaining("trained_under"),
  });
  expect(refusal({ ...teacher, ...coefficient, "scaffold.trained_under": "hinted" })).toBeUndefined();
  expect(refusal({ ...teacher, objective: { name: "distillation" }, scaffold: { name: "none" } })).toBeUndefined();
});

test("refilling without filtering, and weights for a policy that somebody else serves, are refused by name", () => {
  expect(() => recipe({ "sampling.refill": 4 })).toThrow(/sampling\.filter/);
  const weights = { "policy.weights": "../policies/tiny/model.safetensors" };
  expect(() => recipe({ ...weights, "policy.url": "http://127.0.0.1:1" })).toThrow(/policy\.weights/);
  expect(() => recipe({ ...weights, "policy.vllm": {} })).toThrow(/policy\.weights.*vLLM/);
});
