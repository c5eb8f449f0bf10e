import { Command, Option } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { unknownName } from "../../core/nearest-name.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { asStarted } from "../command-name.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { noteCommand, renameCommand, tagCommand } from "../runs/change-runs.ts";
import { chosenRuns, listedRuns, runsTable, SORTS, type RunFilter, type Sort } from "../runs/listed-runs.ts";
import { pageWidth } from "../page-width.ts";
import { rmCommand } from "../runs/rm-command.ts";
import { userPath } from "../user-path.ts";

const STATES = ["running", "stopped", "succeeded", "failed", "interrupted", "removing"];

interface Options extends RunFilter {
  readonly sort: Sort;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr runs`: what runs there are, and what people keep about them. */
export function runsCommand(): Command {
  return (
    new Command("runs")
      .description("list the runs of a database, name, note and tag them, and remove them")
      .addOption(new Option("--state <state>", "only runs in this state").choices(STATES))
      .option("--tag <tag>", "only runs with this tag")
      .option("--name <text>", "only runs whose name holds this, in any case")
      .addOption(new Option("--sort <by>", "what to sort by").choices(SORTS).default("created"))
      .addOption(databaseOption())
      .addOption(jsonOption())
      // Options of a subcommand are its own.
      .enablePositionalOptions()
      .hook("preSubcommand", handOn)
      .allowExcessArguments()
      .addCommand(renameCommand())
      .addCommand(noteCommand())
      .addCommand(tagCommand())
      .addCommand(rmCommand())
      .addHelpText(
        "after",
        `
Below a run stand what it was forked from, its tags and its note; --json has them in full, and the seed.
Size is that of a run's files (checkpoints, exports, batches); its rows are in the database's file.
A run is stopped when its process is gone, and removing when its removal was cut short.

Examples:
  rlvr runs
  rlvr runs --state stopped                        to go on with: rlvr resume RUN
  rlvr runs --tag baseline --sort accuracy
  rlvr runs --json | jq '.[0].state'
  rlvr runs tag 3 baseline
  rlvr runs rm 3`,
      )
      .action((options: Options, { args: [word], commands }: Command) => {
        if (word !== undefined)
          throw unknownName(
            "command",
            word,
            commands.map((each) => each.name()),
          );
        const db = openCurrentDatabaseReadOnly(userPath(options.db));
        try {
          const runs = chosenRuns(listedRuns(db), options, options.sort);
          const text = runs.length === 0 ? asStarted(nothing(options)) : runsTable(runs, pageWidth());
          process.stdout.write(`${options.json ? JSON.stringify(runs) : text}\n`);
        } finally {
          db.$client.close();
        }
      })
  );
}

function nothing({ state, tag, name }: RunFilter): string {
  const isFiltered = state !== undefined || tag !== undefined || name !== undefined;
  return isFiltered ? "No run matches. To list all: rlvr runs" : "There are no runs yet. To start one: rlvr run";
}

/** Hands the options that stand before a subcommand on to it; those of the list mean nothing there. */
function handOn(runs: Command, subcommand: Command): void {
  for (const option of runs.options) {
    const name = option.attributeName();
    if (runs.getOptionValueSource(name) !== "cli") continue;
    if (!subcommand.options.some((own) => own.attributeName() === name)) {
      throw new RlvrError("bad_usage", `${option.long} is about the list, not about rlvr runs ${subcommand.name()}`, {
        advice: `See: rlvr runs ${subcommand.name()} --help`,
      });
    }
    subcommand.setOptionValueWithSource(name, runs.getOptionValue(name), "cli");
  }
}
