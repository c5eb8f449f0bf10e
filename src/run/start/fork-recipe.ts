import { recipeAtStep } from "../../config/changes/recipe-at-step.ts";
import { takesEffect } from "../../config/changes/changeable-options.ts";
import { whyFixedInForks } from "../../config/changes/fork-options.ts";
import { differences, type OptionChange } from "../../config/changes/recipe-differences.ts";
import { withoutRefusedKeys } from "../../config/changes/refused-keys.ts";
import { changeDocument, type Override } from "../../config/load-document.ts";
import { resolvePaths } from "../../config/load-recipe.ts";
import { recipeSchema, type Recipe } from "../../config/recipe-schema.ts";
import { withServerRoots } from "../../config/server-roots.ts";
import { RlvrError } from "../../core/errors.ts";
import type { RecipeChangeRow } from "../../tracking/recipe-changes.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { withVerifiersFound } from "./read-recipe.ts";

/** The recipe of a fork, and how it differs from its parent's at the step after which it is forked. */
export interface ForkRecipe {
  readonly recipe: Recipe;
  readonly changes: readonly OptionChange[];
}

/**
 * The recipe of a fork: its parent's as it stood at a step, with options set over it. Options that change how work is done and
 * not what comes of it, such as where a server is, are as the parent has them now.
 * @param changes of the parent's recipe.
 * @param folder where relative paths among the overrides start.
 * @throws RlvrError `bad_recipe` of a value that is refused, `bad_usage` of an option that no fork may change.
 */
export function forkRecipe(
  parent: RunRow,
  changes: readonly RecipeChangeRow[],
  step: number,
  overrides: readonly Override[],
  folder: string,
): ForkRecipe {
  const what = `the recipe of run ${parent.id}`;
  const keyless = withoutRefusedKeys(parent.recipe, what, overrides);
  const now = withServerRoots(changeDocument(keyless, what, recipeSchema, []));
  const undone = changes.filter(({ path }) => takesEffect(path.split(".")) !== "at once");
  // A fork's own options, which apply from its first step on, are those of the version that it begins with, too.
  const before = recipeAtStep(now, undone)(parent.parentStep === null ? step : Math.max(step, parent.parentStep + 1));
  const set = resolvePaths(changeDocument(before, what, recipeSchema, overrides), () => folder);
  const isJudgedAnew = overrides.some(({ path }) => path.includes("verifiers") || path.includes("sources"));
  const recipe = isJudgedAnew ? withVerifiersFound(set, () => folder) : set;
  const differing = differences(before, recipe);
  const faults = differing.flatMap(({ path, before: was, after }) => {
    const why = whyFixedInForks(path, was, after);
    return why === undefined ? [] : [`${path} cannot change in a fork: ${why}`];
  });
  if (faults.length > 0) {
    throw new RlvrError("bad_usage", faults.join("\n"), {
      advice: "Leave it as it is, or start a run of its own with it: rlvr run RECIPE --set path=value",
    });
  }
  return { recipe, changes: differing };
}
