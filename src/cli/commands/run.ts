import { Command, Option } from "commander";
import type { Override } from "../../config/load-document.ts";
import { readRecipe } from "../../run/start/read-recipe.ts";
import { shellWord } from "../../core/process/shell-word.ts";
import { packagePath } from "../../core/package-files.ts";
import { RlvrError } from "../../core/errors.ts";
import { readRunVersion, runVersionText, type RunVersion } from "../../core/run-version.ts";
import { servedWeights } from "../../run/services/served-weights.ts";
import { forkRun, planFork, type ForkOptions } from "../../run/start/fork-run.ts";
import { startRun } from "../../run/start/start-run.ts";
import { openCurrentDatabaseReadOnly, openDatabase, requireDatabase, type Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { unfinishedRun } from "../../tracking/run-state.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { checkAndReport } from "../run-check/check-and-report.ts";
import { localRecipe } from "../local-recipe.ts";
import { setOption } from "../set-option.ts";
import { tellNote } from "../tell-note.ts";
import { typedCommand } from "../typed-command.ts";
import { userPath } from "../user-path.ts";
import { workAndReport } from "../work-and-report.ts";

const DEFAULT_RECIPE = "curricula/microcosm.yaml";

interface Options {
  readonly set: readonly Override[];
  readonly from?: RunVersion;
  readonly supersede?: boolean;
  readonly steps?: number;
  readonly seed?: number;
  readonly check?: true;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr run`: starts a recipe anew. */
export function runCommand(): Command {
  return new Command("run")
    .alias("pipeline")
    .description("start a run of a recipe; without one, the default recipe; or fork another run")
    .argument("[recipe]", "a YAML file")
    .addOption(setOption())
    .addOption(
      new Option(
        "--from <run>",
        "go on from a version of another run, in a run of its own: RUN (the newest), RUN:STEP or RUN:best",
      ).argParser(readRunVersion),
    )
    .addOption(new Option("--supersede", "with --from: going on with that run is given up for this one"))
    .addOption(new Option("--steps <n>", "steps of the run, instead of the recipe's").argParser(wholeNumber(1)))
    .addOption(new Option("--seed <n>", "seed of the run, instead of the recipe's").argParser(wholeNumber(0)))
    .option(
      "--check",
      "start it in a scratch folder, try three problems, tell what it will need, and end before anything is written",
    )
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  rlvr run                                      the default recipe
  rlvr run my-recipe.yaml --seed 7              a recipe of your own
  rlvr run my-recipe.yaml --check               everything short of training: is it ready?
  rlvr run --steps 20 --set sampling.groups=16  the default recipe, shorter and narrower
  rlvr run --json | jq .type                    one JSON object an event
  rlvr run --from 3:50                          a fork of run 3: its first step is 51
  rlvr run --from 3:50 --check                  is that fork ready? tried by the weights that it begins with
  rlvr run --from 3:best --set trainer.learning_rate=1e-5 --steps 400
                                                from its best version, with another learning rate

A fork takes over the recipe, the optimiser, the curriculum and the history of hints: docs/versions.md.
Which steps of a run can be forked: rlvr checkpoints RUN`,
    )
    .action(async (recipePath: string | undefined, options: Options) => {
      const overrides = [
        ...options.set,
        ...(options.steps === undefined ? [] : [{ path: ["steps"], value: options.steps }]),
        ...(options.seed === undefined ? [] : [{ path: ["seed"], value: options.seed }]),
      ];
      refuseMixed(recipePath, options);
      const databasePath = userPath(options.db);
      if (options.from !== undefined) {
        requireDatabase(databasePath);
        const fork = { overrides, folder: userPath("."), isSuperseding: options.supersede ?? false };
        const { from } = options;
        if (options.check)
          return checkFork(databasePath, from, fork, { command: startOf(undefined, options), json: options.json });
        const told = { onNote: tellNote, command: typedCommand() };
        return workOnNew(databasePath, options, (db) => forkRun(db, databasePath, from, fork, told));
      }
      const recipeFile = recipePath === undefined ? packagePath(DEFAULT_RECIPE) : userPath(recipePath);
      const recipe = await localRecipe(readRecipe(recipeFile, overrides, userPath(".")));
      if (options.check)
        return checkAndReport({ recipe, databasePath, command: startOf(recipePath, options), json: options.json });
      return workOnNew(databasePath, options, (db) => {
        tellOfUnfinished(db);
        return startRun(db, recipe, { onNote: tellNote, recipeFile, command: typedCommand() });
      });
    });
}

/** Checks the fork that would be written. */
async function checkFork(
  databasePath: string,
  from: RunVersion,
  options: ForkOptions,
  told: { readonly command: string; readonly json: boolean },
): Promise<void> {
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const { directory, point, recipe, known } = planFork(db, databasePath, from, options);
    const fork = { step: point.step, weights: servedWeights(directory, point.checkpoint), known };
    await checkAndReport({ recipe, databasePath, fork, ...told });
  } finally {
    db.$client.close();
  }
}

/** Works on a run that is written first. */
async function workOnNew(
  databasePath: string,
  { json }: Options,
  write: (db: Database) => Promise<RunRow>,
): Promise<void> {
  const db = openDatabase(databasePath);
  try {
    await workAndReport(db, databasePath, await write(db), json);
  } finally {
    db.$client.close();
  }
}

/** The command that starts the run that was checked. */
function startOf(recipePath: string | undefined, { from, supersede, set, steps, seed }: Options): string {
  const sets = set.map(({ path, value }) => ["--set", shellWord(`${path.join(".")}=${JSON.stringify(value)}`)]);
  const words = [
    recipePath === undefined ? [] : [shellWord(recipePath)],
    from === undefined ? [] : ["--from", runVersionText(from)],
    supersede === true ? ["--supersede"] : [],
    ...sets,
    steps === undefined ? [] : ["--steps", steps],
    seed === undefined ? [] : ["--seed", seed],
  ];
  return ["rlvr run", ...words.flat()].join(" ");
}

function refuseMixed(recipePath: string | undefined, { from, supersede }: Options): void {
  if (from !== undefined && recipePath !== undefined) {
    throw new RlvrError("bad_usage", `--from ${from.runId} has that run's recipe, and ${recipePath} is another`, {
      advice: "Leave out one of them; options of the fork are set with --set path=value.",
    });
  }
  if (supersede === true && from === undefined) {
    throw new RlvrError("bad_usage", "--supersede says that a fork replaces its parent, and this is no fork", {
      advice: "Name the parent: --from RUN:STEP",
    });
  }
}

function tellOfUnfinished(db: Database): void {
  const unfinished = unfinishedRun(db);
  if (unfinished === undefined) return;
  tellNote(`Run ${unfinished.id} (${unfinished.name}) is unfinished; to go on with it: rlvr resume ${unfinished.id}`);
}
