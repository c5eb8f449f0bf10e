import type { Recipe } from "../../config/recipe-schema.ts";
import { changeRecipe } from "../../config/changes/change-recipe.ts";
import type { RunVersion } from "../../core/run-version.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import type { Database } from "../../tracking/database.ts";
import { checkedRunFolder } from "../../tracking/run-folder.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { servedWeights } from "../services/served-weights.ts";
import { findVersion, type FoundVersion } from "./find-version.ts";

/** A version of a run with all that it takes to serve it. */
export interface OpenedVersion extends FoundVersion {
  readonly run: RunRow;
  readonly recipe: Recipe;
  /** The run's own folder. */
  readonly directory: string;
  readonly weights: ServedWeights;
  /** What it is called in reports, such as `run 3, step 120 (version 118)`. */
  readonly name: string;
}

/**
 * Finds a version of a run, and its recipe.
 * @throws RlvrError like {@link findVersion}, and `bad_usage` when there is no such run.
 */
export function openVersion(db: Database, databasePath: string, named: RunVersion): OpenedVersion {
  const run = findRun(db, named.runId);
  const { recipe } = changeRecipe(run.recipe, [], `the recipe of run ${run.id}`);
  const directory = checkedRunFolder(databasePath, run.id);
  const found = findVersion(db, directory, { ...named, runId: run.id });
  const weights = servedWeights(directory, found.checkpoint);
  const name = `run ${run.id}, step ${found.step} (version ${weights.policyVersion})`;
  return { ...found, run, recipe, directory, weights, name };
}
