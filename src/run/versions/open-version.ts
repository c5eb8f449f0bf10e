import type { Recipe } from "../../config/recipe-schema.ts";
import { changeRecipe } from "../../config/changes/change-recipe.ts";
import { RlvrError } from "../../core/errors.ts";
import type { RunVersion } from "../../core/run-version.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import type { Database } from "../../tracking/database.ts";
import { checkedRunFolder } from "../../tracking/run-folder.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { begunSteps } from "../../tracking/steps.ts";
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
 * @throws RlvrError like {@link findVersion}, and `bad_usage` when there is no such run, or no such step of it yet.
 */
export function openVersion(db: Database, databasePath: string, named: RunVersion): OpenedVersion {
  const run = findRun(db, named.runId);
  const { recipe } = changeRecipe(run.recipe, [], `the recipe of run ${run.id}`);
  const directory = checkedRunFolder(databasePath, run.id);
  refuseLaterStep(db, run, named.at);
  const found = findVersion(db, directory, { ...named, runId: run.id });
  const weights = servedWeights(directory, found.checkpoint);
  const name = `run ${run.id}, step ${found.step} (version ${weights.policyVersion})`;
  return { ...found, run, recipe, directory, weights, name };
}

/** Refuses a step that the run has not come to: its newest version would pass for what comes after it. */
function refuseLaterStep(db: Database, { id, parentStep }: RunRow, at: RunVersion["at"]): void {
  const last = begunSteps(db, { id, parentStep });
  if (typeof at !== "number" || at <= last) return;
  throw new RlvrError("bad_usage", `run ${id} has no step ${at}: its last is ${last}`, {
    advice: `Name one of its versions. See: rlvr checkpoints ${id}`,
  });
}
