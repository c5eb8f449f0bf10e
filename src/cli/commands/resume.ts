import { Command } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { openDatabase, requireDatabase } from "../../tracking/database.ts";
import { findRun, listRuns } from "../../tracking/runs.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { userPath } from "../user-path.ts";
import { workAndReport } from "../work-and-report.ts";

/** `rlvr resume`: goes on with a run that is not finished, from its rows alone. */
export function resumeCommand(): Command {
  return new Command("resume")
    .description("go on with an unfinished run, exactly where it stood")
    .argument("[run]", "id of the run; the newest unfinished one when left out", wholeNumber(1))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  rlvr resume      the newest unfinished run
  rlvr resume 3    run 3`,
    )
    .action(async (runId: number | undefined, options: { readonly db: string; readonly json: boolean }) => {
      const databasePath = userPath(options.db);
      requireDatabase(databasePath);
      const db = openDatabase(databasePath);
      try {
        const run = runId === undefined ? listRuns(db).find((row) => row.state !== "succeeded") : findRun(db, runId);
        if (run === undefined) {
          throw new RlvrError("bad_usage", "every run is finished", { advice: "Start another with: rlvr run" });
        }
        await workAndReport(db, databasePath, run, options.json);
      } finally {
        db.$client.close();
      }
    });
}
