import { Command } from "commander";
import type { Recipe } from "../../config/recipe-schema.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { runStateNow } from "../../tracking/run-state.ts";
import { listRuns } from "../../tracking/runs.ts";
import { finishedSteps, latestStep } from "../../tracking/steps.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

/** `rlvr runs`: what runs there are. */
export function runsCommand(): Command {
  return new Command("runs")
    .description("list the runs of a database, newest first")
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  rlvr runs --json | jq '.[0].state'")
    .action((options: { readonly db: string; readonly json: boolean }) => {
      const db = openCurrentDatabaseReadOnly(userPath(options.db));
      const rows = listRuns(db).map((run) => {
        const { id, name, seed, recipe, parentRun, parentStep, supersededBy, createdAt, finishedAt } = run;
        const state = runStateNow(db, run);
        const step = finishedSteps(latestStep(db, id), run.parentStep);
        const { steps } = recipe as Recipe;
        const lineage = { parentRun, parentStep, supersededBy };
        return { id, name, state, seed, step, steps, ...lineage, createdAt, finishedAt };
      });
      db.$client.close();
      const shown = rows.map((row) => [
        row.id,
        row.name,
        row.state,
        row.seed,
        `${row.step}/${row.steps}`,
        row.parentRun === null ? "-" : `${row.parentRun}:${row.parentStep}`,
        row.createdAt,
      ]);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(rows)}\n`
          : `${table(
              ["run", "name", "state", "seed", "steps", "forked from", "started"],
              shown.map((row) => row.map(String)),
            )}\n`,
      );
    });
}
