import { changeRecipe } from "../../config/changes/change-recipe.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import { withServerRoots } from "../../config/server-roots.ts";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import type { StudyJob } from "../../evals/study-plan.ts";
import { optionsOfRecipe } from "../../evals/study-settings.ts";
import { readPrompts, storedPrompts } from "../../problems/template/source-prompts.ts";
import { requireApiKeys } from "../../run/services/api-keys.ts";
import { checkVerifiers } from "../../run/scoring/configure-verifiers.ts";
import { loadRecipeSets } from "../../run/start/load-recipe-sets.ts";
import { configureModules } from "../../run/modules.ts";
import { sourceTemplates } from "../../run/run-sources.ts";
import { readRecipe } from "../../run/start/read-recipe.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { runProblemSets } from "../../tracking/study.ts";
import { localRecipe } from "../local-recipe.ts";

/** A run of a study with the recipe that it is made from. */
export interface CheckedJob extends StudyJob {
  /** As its run stores it. */
  readonly recipe: Recipe;
  /** The same as its file has it: a model of the hub by its id. */
  readonly written: Recipe;
}

/**
 * Loads the recipe of every run, so that a bad option of the last variant is told before the first run begins.
 * @throws RlvrError of bad input, naming the run.
 */
export async function checkJobs(recipeFile: string, jobs: readonly StudyJob[]): Promise<CheckedJob[]> {
  const checked: CheckedJob[] = [];
  for (const job of jobs) {
    try {
      const written = withServerRoots(readRecipe(recipeFile, job.overrides));
      const recipe = await localRecipe(written);
      configureModules(recipe);
      sourceTemplates(readPrompts(sourcesOf(recipe)));
      requireApiKeys(recipe);
      for (const { verifiers } of sourcesOf(recipe)) await checkVerifiers(verifiers);
      checked.push({ ...job, recipe, written });
    } catch (error) {
      if (!isRlvrError(error)) throw error;
      throw new RlvrError(error.code, `${job.name}: ${error.message}`, { advice: error.advice, cause: error });
    }
  }
  return checked;
}

/**
 * Refuses a run that was made from another recipe, prompt or problem set than the study gives it now: a table must not
 * mix the two.
 * @throws RlvrError `bad_recipe` naming what differs.
 */
export async function requireSameRecipe(db: Database, run: RunRow, { recipe }: CheckedJob): Promise<void> {
  // Also one that an older version wrote, without the options that came since.
  const { recipe: stored } = changeRecipe(run.recipe, [], `the recipe of run ${run.id}`);
  const faults = differences(optionsOfRecipe(stored), optionsOfRecipe(recipe));
  const sources = sourcesOf(recipe);
  if (run.promptTemplate !== storedPrompts(sources, readPrompts(sources))) faults.push("the text of the prompt");
  const sets = runProblemSets(db, run);
  const now = await loadRecipeSets(recipe);
  for (const set of ["practice", "development", "test"] as const) {
    if ((now[set]?.sha256 ?? null) !== sets[set]) faults.push(`the problems of the ${set} set`);
  }
  if (faults.length === 0) return;
  throw new RlvrError("bad_recipe", `run ${run.id} (${run.name}) was made from another recipe: ${faults.join(", ")}`, {
    advice: "Undo what was changed since, or begin the study anew in another database: --db FILE.",
  });
}

function differences(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [before.get(path), now.get(path)];
    return was === is ? [] : [`${path} was ${was ?? "not set"} and is ${is ?? "not set"} now`];
  });
}
