import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles, type Override } from "./load-document.ts";
import { recipeSchema, type Recipe } from "./recipe-schema.ts";

/** The folder that a relative path of an option starts from; the option by its keys and indexes. */
export type FolderOf = (option: readonly string[]) => string;

/**
 * Where the paths of a recipe start: those that its file names from its folder, those that were set over it from another.
 * @param overridesFolder default: the recipe's own.
 */
export function folderOfOptions(file: string, overrides: readonly Override[], overridesFolder?: string): FolderOf {
  const folder = dirname(resolve(file));
  return (option) =>
    overrides.some(({ path }) => path.every((part, index) => part === option[index]))
      ? (overridesFolder ?? folder)
      : folder;
}

/**
 * Reads and checks a recipe file: defaults filled in, the paths of its files absolute. Throws like {@link loadDocument}.
 */
export function loadRecipe(file: string, overrides: readonly Override[], folderOf: FolderOf): Recipe {
  const recipe = resolvePaths(loadDocument(file, "recipe", recipeSchema, overrides), folderOf);
  const { arms: _, ...problems } = recipe.problems;
  requireFiles(file, { ...problems, "policy.model": recipe.policy.model, "policy.weights": recipe.policy.weights });
  return recipe;
}

function resolvePaths(recipe: Recipe, folderOf: FolderOf): Recipe {
  const { model, weights } = recipe.policy;
  const { torch } = recipe.trainer;
  const { practice, development, test, prompt, arms } = recipe.problems;
  const problems = (key: string, path: string): string => resolve(folderOf(["problems", key]), path);
  const policy = (key: string, path: string): string => resolve(folderOf(["policy", key]), path);
  // A name without a folder is one on PATH.
  const interpreter = (python: string): string =>
    python.includes("/") ? resolve(folderOf(["trainer", "torch", "python"]), python) : python;
  return {
    ...recipe,
    problems: {
      practice: problems("practice", practice),
      prompt: problems("prompt", prompt),
      arms,
      ...(development !== undefined && { development: problems("development", development) }),
      ...(test !== undefined && { test: problems("test", test) }),
    },
    policy: {
      ...recipe.policy,
      model: policy("model", model),
      ...(weights !== undefined && { weights: policy("weights", weights) }),
    },
    trainer: {
      ...recipe.trainer,
      ...(torch !== undefined && {
        torch: { ...torch, ...(torch.python !== undefined && { python: interpreter(torch.python) }) },
      }),
    },
  };
}
