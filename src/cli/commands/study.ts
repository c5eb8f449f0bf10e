import { Command, Option } from "commander";
import { availableParallelism } from "node:os";
import { loadStudy, type Study } from "../../config/load-study.ts";
import { planJobs } from "../../evals/study-plan.ts";
import { openCurrentDatabaseReadOnly, openDatabase } from "../../tracking/database.ts";
import { lockStudy } from "../../tracking/run-lock.ts";
import { jsonOption, wholeNumber } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { checkJobs } from "../study/check-jobs.ts";
import { createStudyView } from "../study/study-view.ts";
import { workOnJobs } from "../study/work-jobs.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly db?: string;
  readonly jobs?: number;
  readonly out: string;
  readonly report: boolean;
  readonly json: boolean;
}

/** `rlvr study`: recipes x bases x seeds, and what came of them as a table and plots. */
export function studyCommand(): Command {
  return new Command("study")
    .description("run a study, variants of a recipe by bases and seeds, and write its table and plots")
    .argument("<study>", "a YAML file, such as evals/studies/cliff.yaml")
    .option("--db <file>", "the database (default: .rlvr/studies/NAME.db)")
    .addOption(
      new Option("--jobs <n>", "runs at a time; half the cores when left out, as a run keeps about two busy").argParser(
        wholeNumber(1),
      ),
    )
    .option("--out <dir>", "where the report goes", "docs/studies")
    .option("--report", "only write the report, of the runs that are finished", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Runs that are finished are not made again, those that were cut short go on: run the same command until it is done.

Examples:
  rlvr study evals/studies/cliff.yaml             run what is missing, then write docs/studies/cliff.md
  rlvr study evals/studies/cliff.yaml --report    only write it`,
    )
    .action(async (file: string, options: Options) => {
      const study = loadStudy(userPath(file));
      const databasePath = userPath(options.db ?? `.rlvr/studies/${study.name}.db`);
      const failed = options.report ? 0 : await work(study, databasePath, options);
      await report(study, databasePath, options);
      if (failed > 0) {
        process.stderr.write(`${failed} runs failed. Running the same command again goes on with them.\n`);
        process.exitCode = 1;
      }
    });
}

/** Brings the runs to their end and returns how many failed. */
async function work(study: Study, databasePath: string, options: Options): Promise<number> {
  const jobs = await checkJobs(study.recipe, planJobs(study));
  const db = openDatabase(databasePath);
  try {
    const lock = lockStudy(`${databasePath}-lock`, study.name);
    const interrupt = listenForInterrupt();
    const view = createStudyView(options.json);
    try {
      return await workOnJobs(jobs, {
        study: study.name,
        recipeFile: study.recipe,
        db,
        databasePath,
        parallel: options.jobs ?? Math.max(1, Math.floor(availableParallelism() / 2)),
        listen: (event) => view.listen(event),
        signal: interrupt.signal,
      });
    } finally {
      view.close();
      interrupt.release();
      lock.release();
    }
  } finally {
    db.$client.close();
  }
}

async function report(study: Study, databasePath: string, { out, json }: Options): Promise<void> {
  // Loaded only now: what draws the plots is big.
  const { writeStudyReport } = await import("../study/report.ts");
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const reported = writeStudyReport(db, study, userPath(out));
    const missing = reported.missing === 0 ? "" : ` (${reported.missing} runs are missing)`;
    process.stdout.write(
      json ? `${JSON.stringify(reported)}\n` : `Report: ${reported.report}${missing}, ${reported.plots.length} plots\n`,
    );
  } finally {
    db.$client.close();
  }
}
