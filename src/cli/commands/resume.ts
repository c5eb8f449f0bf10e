import { Command, Option } from "commander";
import type { Override } from "../../config/load-document.ts";
import { RlvrError } from "../../core/errors.ts";
import { planResume } from "../../run/start/plan-resume.ts";
import { openDatabase, requireDatabase, type Database } from "../../tracking/database.ts";
import { runsAtWork, unfinishedRun } from "../../tracking/run-state.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { asStarted } from "../command-name.ts";
import { oneLine } from "../printable.ts";
import { summaryOf } from "../run-view/summary.ts";
import { setOption } from "../set-option.ts";
import { tellNote } from "../tell-note.ts";
import { userPath } from "../user-path.ts";
import { workAndReport } from "../work-and-report.ts";

interface Options {
  readonly set: readonly Override[];
  readonly steps?: number;
  readonly db: string;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  rlvr resume                                         the newest unfinished run
  rlvr resume 3                                       run 3
  rlvr resume 3 --steps 400                           to step 400, also when it is finished
  rlvr resume 3 --set trainer.learning_rate=1e-5      with another learning rate from the next step on
  rlvr resume 3 --set policy.url=[http://a:8000,http://b:8000]   with other replicas

Options that may change in a run are listed in docs/recipe.md. Each change is kept: rlvr show`;

/** `rlvr resume`: goes on with a run that is not finished, from its rows alone. */
export function resumeCommand(): Command {
  return new Command("resume")
    .description("go on with an unfinished run, exactly where it stood")
    .argument("[run]", "id of the run; the newest unfinished one when left out", wholeNumber(1))
    .addOption(setOption("change an option of the run's recipe from here on; may be repeated"))
    .addOption(new Option("--steps <n>", "end at this step instead of the recipe's last").argParser(wholeNumber(1)))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (runId: number | undefined, options: Options) => {
      const databasePath = userPath(options.db);
      requireDatabase(databasePath);
      const db = openDatabase(databasePath);
      try {
        const run = runId === undefined ? newestUnfinished(db) : findRun(db, runId);
        const { steps } = options;
        const changes = [...options.set, ...(steps === undefined ? [] : [{ path: ["steps"], value: steps }])];
        // Before anything is shown, so that a bad option is an error and nothing else.
        const { isOver, step } = planResume(db, run, changes, tellNote);
        if (isOver) tellFinished(db, run, step, options.json);
        else {
          if (run.supersededBy !== null) tellSuperseded(run.id, run.supersededBy);
          await workAndReport(db, databasePath, run, options.json, changes);
        }
      } finally {
        db.$client.close();
      }
    });
}

function tellSuperseded(run: number, by: number): void {
  tellNote(`Run ${run} was given up for its fork, run ${by}; to go on with that one: rlvr resume ${by}`);
}

function newestUnfinished(db: Database): RunRow {
  const run = unfinishedRun(db);
  if (run !== undefined) return run;
  const [working] = runsAtWork(db);
  if (working !== undefined) {
    throw new RlvrError("run_locked", `another process is working on run ${working}, and every other run is finished`, {
      advice: "Watch it with: rlvr show, or rlvr serve",
    });
  }
  throw new RlvrError("bad_usage", "every run is finished, or given up for a fork", {
    advice: "Start another with: rlvr run, or extend one: rlvr resume RUN --steps N",
  });
}

/** Says that a run is finished; `--json` gives its summary, as at the end of a run. */
function tellFinished(db: Database, run: RunRow, step: number, json: boolean): void {
  const text = `run ${run.id} (${oneLine(run.name)}) is finished: it has done ${step} steps. To extend it: rlvr resume ${run.id} --steps ${2 * Math.max(1, step)}`;
  if (json) tellNote(text);
  process.stdout.write(`${json ? JSON.stringify({ type: "summary", ...summaryOf(db, run) }) : asStarted(text)}\n`);
}
