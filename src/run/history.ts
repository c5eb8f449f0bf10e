import { changeRecipe } from "../config/changes/change-recipe.ts";
import { judgesAlike, type RunSetup } from "../config/changes/fork-options.ts";
import type { Connection } from "../tracking/database.ts";
import { lineageOf, type RunStretch } from "../tracking/lineage.ts";
import type { RunRow } from "../tracking/runs.ts";

/**
 * The steps whose pass rates and accuracies a run goes on from, newest first: its own, and those of the runs that it was
 * forked from as far as they were judged alike.
 */
export function historyOf(db: Connection, runId: number): RunStretch[] {
  const stretches = lineageOf(db, runId);
  if (stretches.length === 1) return stretches;
  const setups = stretches.map(({ run }) => setupOf(run));
  const alike = setups.slice(1).findIndex((setup, place) => !judgesAlike(setup, setups[place] as RunSetup));
  return alike === -1 ? stretches : stretches.slice(0, alike + 1);
}

/** The step after which a history begins: 0, or that of the fork since which rollouts are judged otherwise. */
export function beginningOf(history: readonly RunStretch[]): number {
  return history.at(-1)?.run.parentStep ?? 0;
}

/** A run as far as it decides what a fork takes over; with what its recipe's options are today where it is older than they. */
export function setupOf(run: RunRow): RunSetup {
  return { ...run, recipe: changeRecipe(run.recipe, [], `the recipe of run ${run.id}`).recipe };
}
