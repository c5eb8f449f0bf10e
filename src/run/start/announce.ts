import type { Database } from "../../tracking/database.ts";
import { eventsOfType } from "../../tracking/events.ts";
import { recipeChangesOf, storeRecipeChanges } from "../../tracking/recipe-changes.ts";
import type { RunRow } from "../../tracking/runs.ts";
import type { EventLog } from "../event-log.ts";
import type { RecipeChanged, RunStarted } from "../events.ts";
import { progressAfter } from "../progress.ts";
import { editedSources } from "./edited-sources.ts";
import type { ResumePlan } from "./plan-resume.ts";

interface Announced extends EventLog {
  readonly db: Database;
  readonly databasePath: string;
  readonly run: RunRow;
}

/** Stores the changes of the recipe, and the event that the run begins or goes on. */
export function announce(
  { db, databasePath, run, emit, conclude }: Announced,
  { recipe, changes, step }: ResumePlan,
): void {
  const common = { runId: run.id, name: run.name, steps: recipe.steps, database: databasePath };
  // Not by its steps: a run may have ended before the first.
  const isNew = eventsOfType(db, run.id, "run_started", 1).length === 0;
  if (isNew) tellStart(db, run, common, conclude);
  if (changes.length > 0) {
    conclude(
      () => storeRecipeChanges(db, run.id, recipe, changes),
      changes.map((change) => ({ type: "recipe_changed", ...change })),
    );
  }
  if (!isNew) emit({ type: "run_resumed", ...common, step, progress: progressAfter({ db, run, recipe }, step) });
  const files = editedSources(run);
  if (files.length > 0) emit({ type: "sources_edited", files });
}

/** Tells that a run begins; a fork, of what, and in which options it differs. */
function tellStart(
  db: Database,
  { id, seed, parentRun, parentStep }: RunRow,
  common: Pick<RunStarted, "runId" | "name" | "steps" | "database">,
  conclude: EventLog["conclude"],
): void {
  if (parentRun === null || parentStep === null)
    return conclude(() => undefined, [{ type: "run_started", ...common, seed }]);
  const changes = recipeChangesOf(db, id)
    .filter(({ step }) => step === parentStep + 1)
    .map(({ step, path, before, after, by, evidence }): RecipeChanged => {
      return { type: "recipe_changed", step, path, before, after, by, evidence };
    });
  const forkedFrom = { runId: parentRun, step: parentStep };
  conclude(() => undefined, [{ type: "run_started", ...common, seed, forkedFrom }, ...changes]);
}
