import { changeRecipe } from "../../config/changes/change-recipe.ts";
import type { Override } from "../../config/load-document.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import type { Database } from "../../tracking/database.ts";
import type { NewRecipeChange } from "../../tracking/recipe-changes.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { begunSteps, finishedSteps } from "../../tracking/steps.ts";
import { requireApiKeys } from "../services/api-keys.ts";
import { progressAfter } from "../progress.ts";

/** What a run goes on with. */
export interface ResumePlan {
  readonly recipe: Recipe;
  readonly changes: readonly NewRecipeChange[];
  /** Finished steps. */
  readonly step: number;
  /** Whether it has ended, and nothing of this makes it go on. */
  readonly isOver: boolean;
}

/** Options that can make a run go on that has ended. */
const EXTENDING: ReadonlySet<string> = new Set(["steps", "token_budget", "evaluation.stop"]);

/**
 * How a run would go on with options set by a person. Writes nothing.
 * @param onNote called with a note when a value is changed, such as a URL that was cut.
 * @throws RlvrError of options that may not be set, like {@link changeRecipe}, and of a server's key that is not there.
 */
export function planResume(
  db: Database,
  run: RunRow,
  overrides: readonly Override[],
  onNote?: (text: string) => void,
): ResumePlan {
  const { recipe, changes } = changeRecipe(run.recipe, overrides, `the recipe of run ${run.id}`, onNote);
  const begun = begunSteps(db, run);
  const step = finishedSteps(db, run);
  if (recipe.steps < begun && changes.some(({ path }) => path === "steps")) {
    throw new RlvrError(
      "bad_usage",
      `run ${run.id} has begun step ${begun} already, and can no longer end at ${recipe.steps}`,
      {
        advice: `Set steps to ${begun} or more.`,
      },
    );
  }
  const isExtended = changes.some(({ path }) => EXTENDING.has(path)) && progressAfter({ db, run, recipe }, step) < 1;
  const isOver = run.state === "succeeded" && !isExtended;
  if (isOver && changes.length > 0) {
    throw new RlvrError(
      "bad_usage",
      `run ${run.id} is finished (it has done ${step} steps), and this does not extend it`,
      {
        advice: `Add steps: rlvr resume ${run.id} --steps ${2 * Math.max(step, 1)}`,
      },
    );
  }
  if (!isOver) requireApiKeys(recipe);
  return {
    recipe,
    step,
    isOver,
    changes: changes.map(({ takesEffect, ...change }) => ({
      ...change,
      step: takesEffect === "at once" ? step + 1 : begun + 1,
      by: "person",
      evidence: null,
    })),
  };
}
