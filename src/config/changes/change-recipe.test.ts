import { expect, test } from "vitest";
import { packagePath } from "../../core/package-files.ts";
import { folderOfOptions, loadRecipe } from "../load-recipe.ts";
import { changeRecipe } from "./change-recipe.ts";
import { recipeAtStep } from "./recipe-at-step.ts";

const DEFAULT = packagePath("curricula/microcosm.yaml");
const recipe = loadRecipe(DEFAULT, [], folderOfOptions(DEFAULT, []));
const set = (path: string, value: unknown) => ({ path: path.split("."), value });

test("records a change of each option, and none of one that is set to what it was", () => {
  const { changes, recipe: changed } = changeRecipe(
    recipe,
    [set("trainer", { ...recipe.trainer, learning_rate: 0.5 }), set("steps", recipe.steps), set("token_budget", 9000)],
    "the recipe",
  );
  expect(changes).toEqual([
    { path: "trainer.learning_rate", before: recipe.trainer.learning_rate, after: 0.5, takesEffect: "next step" },
    { path: "token_budget", before: null, after: 9000, takesEffect: "next step" },
  ]);
  expect(changed).toEqual({ ...recipe, token_budget: 9000, trainer: { ...recipe.trainer, learning_rate: 0.5 } });
});

test("leaves out an option that is set to null, and restores its default", () => {
  const { recipe: elsewhere } = changeRecipe(
    recipe,
    [set("policy.url", "http://host:8000"), set("sampling.concurrency", 7)],
    "the recipe",
  );
  const { changes, recipe: back } = changeRecipe(
    elsewhere,
    [set("policy.url", null), set("sampling.concurrency", null)],
    "the recipe",
  );
  expect(changes).toEqual([
    { path: "policy.url", before: "http://host:8000", after: null, takesEffect: "at once" },
    { path: "sampling.concurrency", before: 7, after: recipe.sampling.concurrency, takesEffect: "at once" },
  ]);
  expect(back).toEqual(recipe);
  expect(() => changeRecipe(recipe, [set("learning_rate", null)], "the recipe")).toThrow('unknown key "learning_rate"');
});

test("takes no change from how an older version stored a recipe", () => {
  const { concurrency: _, ...sampling } = recipe.sampling;
  const stored = JSON.parse(
    JSON.stringify({ ...recipe, sampling, policy: { ...recipe.policy, url: "http://host:8000/v1" } }),
  ) as unknown;
  const { changes, recipe: now } = changeRecipe(stored, [], "the recipe");
  expect([changes, now.policy.url, now.sampling.concurrency]).toEqual([[], "http://host:8000", 32]);
});

test("names every option that may not change", () => {
  const change = () =>
    changeRecipe(recipe, [set("seed", 99), set("sampling.groups", 7), set("steps", 3)], "the recipe");
  expect(change).toThrow(/seed cannot change in a run: .*\nsampling\.groups cannot change in a run: /);
});

test("gives the recipe as it stood at each step", () => {
  const changes = [
    { step: 3, path: "steps", before: 120, after: 200 },
    { step: 5, path: "trainer.learning_rate", before: 0.1, after: 0.2 },
    { step: 5, path: "token_budget", before: null, after: 10 },
    { step: 4, path: "verifiers.0.deadline_ms", before: 1, after: 2 },
    { step: 9, path: "trainer.learning_rate", before: 0.2, after: 0.3 },
  ];
  const [verifier] = recipe.verifiers ?? [];
  const now = {
    ...recipe,
    steps: 200,
    token_budget: 10,
    trainer: { ...recipe.trainer, learning_rate: 0.3 },
    verifiers: [{ ...verifier, name: "exact", deadline_ms: 2 } as NonNullable<typeof recipe.verifiers>[number]],
  };
  const at = recipeAtStep(now, changes);
  const seen = [1, 3, 4, 5, 8, 9, 100].map((step) => {
    const { steps, token_budget: budget, trainer, verifiers } = at(step);
    return [steps, budget, trainer.learning_rate, verifiers?.[0]?.deadline_ms];
  });
  expect(seen).toEqual([
    [120, undefined, 0.1, 1],
    [200, undefined, 0.1, 1],
    [200, undefined, 0.1, 2],
    [200, 10, 0.2, 2],
    [200, 10, 0.2, 2],
    [200, 10, 0.3, 2],
    [200, 10, 0.3, 2],
  ]);
  expect(at(9)).toBe(now);
  expect(at(1)).not.toHaveProperty("token_budget");
});
