import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles, type Override } from "./load-document.ts";
import { recipeSchema, type Recipe } from "./recipe-schema.ts";

/** Reads and checks a recipe file: defaults filled in, paths absolute. Throws like {@link loadDocument}. */
export function loadRecipe(file: string, overrides: readonly Override[] = []): Recipe {
  const recipe = resolvePaths(loadDocument(file, "recipe", recipeSchema, overrides), dirname(resolve(file)));
  requireFiles(file, { ...recipe.problems, "policy.model": recipe.policy.model });
  return recipe;
}

function resolvePaths(recipe: Recipe, folder: string): Recipe {
  const absolute = (path: string): string => resolve(folder, path);
  const { practice, development, test, prompt } = recipe.problems;
  return {
    ...recipe,
    problems: {
      practice: absolute(practice),
      prompt: absolute(prompt),
      ...(development !== undefined && { development: absolute(development) }),
      ...(test !== undefined && { test: absolute(test) }),
    },
    policy: { ...recipe.policy, model: absolute(recipe.policy.model) },
  };
}
