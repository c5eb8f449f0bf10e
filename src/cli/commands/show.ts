import { Command } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { openCurrentDatabaseReadOnly, type Database } from "../../tracking/database.ts";
import { problemHistory, rolloutHistory } from "../../tracking/history.ts";
import { stepSummaries } from "../../tracking/report.ts";
import { tagsOfRun } from "../../tracking/run-tags.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { pageWidth } from "../page-width.ts";
import { oneLine, printable } from "../printable.ts";
import { forkText } from "../run-view/event-texts.ts";
import { progressOf } from "../run-view/history.ts";
import { asStopped } from "../run-view/progress.ts";
import { summaryText } from "../run-view/summary-text.ts";
import { summaryOf } from "../run-view/summary.ts";
import { view } from "../run-view/view.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";
import { wrapText } from "../wrap-text.ts";

/** Columns where no terminal tells. */
const WIDTH = 100;

/** What is shown: as data for `--json`, and as people read it. */
interface Shown {
  readonly data: unknown;
  readonly text: string;
}

/** `rlvr show`: a run's report, a problem's history, or a rollout's lineage. */
export function showCommand(): Command {
  return new Command("show")
    .description("a run's report, a problem's history, or a rollout's lineage")
    .argument("[id]", "a run (3), a rollout (rollout:ID) or a problem (problem:KEY); the newest run when left out")
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  rlvr show                      the newest run
  rlvr show 3                    run 3
  rlvr show rollout:1234         why rollout 1234 was trained, or why not
  rlvr show 'problem:3*<52643'   every attempt at a problem, by its key or its text`,
    )
    .action((id: string | undefined, options: { readonly db: string; readonly json: boolean }) => {
      const databasePath = userPath(options.db);
      const db = openCurrentDatabaseReadOnly(databasePath);
      try {
        const shown = show(db, databasePath, id);
        process.stdout.write(`${options.json ? JSON.stringify(shown.data) : shown.text}\n`);
      } finally {
        db.$client.close();
      }
    });
}

function show(db: Database, databasePath: string, id: string | undefined): Shown {
  if (id?.startsWith("rollout:")) return showRollout(db, numberIn(id, "rollout:"));
  if (id?.startsWith("problem:")) return showProblem(db, id.slice("problem:".length));
  return showRun(db, databasePath, id === undefined ? undefined : numberIn(id, ""));
}

function numberIn(id: string, prefix: string): number {
  const number = Number(id.slice(prefix.length));
  if (Number.isSafeInteger(number)) return number;
  throw new RlvrError("bad_usage", `"${id}" is no id`, {
    advice: "Name a run (3), a rollout (rollout:1234) or a problem (problem:KEY).",
  });
}

function showRollout(db: Database, rolloutId: number): Shown {
  const row = rolloutHistory(db, rolloutId);
  return {
    data: row,
    text: namedValues(
      Object.entries(row).map(([name, value]) => [name, String(value ?? "-")]),
      pageWidth(),
    ),
  };
}

function showProblem(db: Database, keyOrText: string): Shown {
  const rows = problemHistory(db, keyOrText);
  const columns = Object.keys(rows[0] ?? {});
  return {
    data: rows,
    text: table(
      columns,
      rows.map((row) => columns.map((column) => String(row[column] ?? "-"))),
    ),
  };
}

/** Values below each other, each behind its name; long ones go on in lines of their own. */
function namedValues(values: readonly (readonly [name: string, value: string])[], width: number): string {
  const indent = Math.max(...values.map(([name]) => name.length)) + 2;
  return values
    .flatMap(([name, value]) =>
      wrapText(oneLine(value), width - indent).map(
        (line, place) => `${(place === 0 ? name : "").padEnd(indent)}${line}`,
      ),
    )
    .join("\n");
}

/** What a run is a fork of, and which one replaces it. */
function lineageText({ parentRun, parentStep, supersededBy }: RunRow): string {
  const parent = parentRun === null ? undefined : { runId: parentRun, step: parentStep ?? 0 };
  return forkText(parent) + (supersededBy === null ? "" : `, superseded by run ${supersededBy}`);
}

function showRun(db: Database, databasePath: string, runId: number | undefined): Shown {
  const run = findRun(db, runId);
  const summary = summaryOf(db, run);
  const progress = progressOf(db, run.id);
  const { columns = 0, isTTY } = process.stdout;
  const screen = {
    columns: columns > 0 ? columns : WIDTH,
    rows: Infinity,
    colour: isTTY && process.stdout.hasColors(),
  };
  const head = `run ${run.id} (${oneLine(run.name)})${lineageText(run)}: ${summary.state}, seed ${run.seed}, started ${run.createdAt}`;
  const tags = tagsOfRun(db, run.id);
  const known = [
    ...(tags.length === 0 ? [] : [`tags: ${oneLine(tags.join(" "))}`]),
    ...(run.note === null ? [] : [`note: ${printable(run.note)}`]),
  ];
  const { command, note, recipe } = run;
  return {
    data: { ...summary, command, tags, note, recipe, steps: stepSummaries(db, run.id) },
    text: [
      [head, ...known].join("\n"),
      view(summary.state === "stopped" ? asStopped(progress) : progress, screen, null),
      summaryText(summary, databasePath),
    ].join("\n\n"),
  };
}
