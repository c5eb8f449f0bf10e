import { changeRecipe } from "../../config/changes/change-recipe.ts";
import { recipeAtStep } from "../../config/changes/recipe-at-step.ts";
import type { Database } from "../../tracking/database.ts";
import { recipeChangesOf } from "../../tracking/recipe-changes.ts";
import { findRun } from "../../tracking/runs.ts";
import type { StepRow } from "../../tracking/steps.ts";
import { configureModules } from "../modules.ts";

/** The run of a step before a fork, its recipe as it stood at that step, and the objective: what its batch was made with. */
export function trainedBy(db: Database, step: StepRow) {
  const run = findRun(db, step.runId);
  const { recipe: now } = changeRecipe(run.recipe, [], `the recipe of run ${run.id}`);
  const recipe = recipeAtStep(now, recipeChangesOf(db, run.id))(step.number);
  return { run, recipe, objective: configureModules(recipe).objective };
}
