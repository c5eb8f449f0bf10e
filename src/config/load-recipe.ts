import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles, type Override } from "./load-document.ts";
import { recipeSchema, type Recipe } from "./recipe-schema.ts";

/** Reads and checks a recipe file: defaults filled in, paths absolute. Throws like {@link loadDocument}. */
export function loadRecipe(file: string, overrides: readonly Override[] = []): Recipe {
  const recipe = resolvePaths(loadDocument(file, "recipe", recipeSchema, overrides), dirname(resolve(file)));
  const { arms: _, ...problems } = recipe.problems;
  requireFiles(file, { ...problems, "policy.model": recipe.policy.model, "policy.weights": recipe.policy.weights });
  return recipe;
}

function resolvePaths(recipe: Recipe, folder: string): Recipe {
  const absolute = (path: string): string => resolve(folder, path);
  const { model, weights } = recipe.policy;
  const { practice, development, test, prompt, arms } = recipe.problems;
  return {
    ...recipe,
    problems: {
      practice: absolute(practice),
      prompt: absolute(prompt),
      arms,
      ...(development !== undefined && { development: absolute(development) }),
      ...(test !== undefined && { test: absolute(test) }),
    },
    policy: {
      ...recipe.policy,
      model: absolute(model),
      ...(weights !== undefined && { weights: absolute(weights) }),
    },
  };
}
