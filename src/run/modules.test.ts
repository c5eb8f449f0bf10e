import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadRecipe } from "../config/load-recipe.ts";
import { packagePath } from "../core/package-files.ts";
import { configureModules } from "./modules.ts";

const folder = packagePath("curricula");
const recipe = (overrides: Readonly<Record<string, unknown>> = {}) =>
  loadRecipe(
    `${folder}/microcosm.yaml`,
    Object.entries(overrides).map(([path, value]) => ({ path: path.split("."), value })),
  );

describe("every shipped recipe is usable:", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml")))
    test(file, async () => {
      const loaded = loadRecipe(`${folder}/${file}`);
      const { objective, scaffold, curriculum } = await configureModules(loaded, "{{ problem }}");
      expect([objective.name, scaffold.name, curriculum.name]).toEqual([
        loaded.objective.name,
        loaded.scaffold.name,
        loaded.curriculum.name,
      ]);
    });
});

test("training under another prompt than was sampled under needs the ratio to be recomputed", async () => {
  const wrong = configureModules(recipe({ "objective.old": "sampler" }), "");
  await expect(wrong).rejects.toMatchObject({ code: "bad_recipe", advice: expect.stringContaining("recompute") });
  const corrected = configureModules(recipe({ "objective.correction": "token-truncate" }), "");
  await expect(corrected).rejects.toMatchObject({ code: "bad_recipe", message: expect.stringContaining("correction") });
  const paper = recipe({ "objective.old": "sampler", "scaffold.trained_under": "hinted" });
  await expect(configureModules(paper, "")).resolves.toBeDefined();
});

test("an objective that asks for a teacher is refused, as a run has none", async () => {
  const distilling = configureModules(recipe({ "objective.teacher_coef": 1 }), "");
  await expect(distilling).rejects.toMatchObject({ code: "bad_recipe", message: expect.stringContaining("teacher") });
});

test("refilling without filtering, and weights for a policy that somebody else serves, are refused by name", () => {
  expect(() => recipe({ "sampling.refill": 4 })).toThrow(/sampling\.filter/);
  const served = { "policy.weights": "../policies/tiny/model.safetensors", "policy.url": "http://127.0.0.1:1" };
  expect(() => recipe(served)).toThrow(/policy\.weights/);
});
