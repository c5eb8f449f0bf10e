import { Command, Option } from "commander";
import type { Override } from "../../config/load-document.ts";
import { readRecipe } from "../../run/start/read-recipe.ts";
import { shellWord } from "../../core/process/shell-word.ts";
import { packagePath } from "../../core/package-files.ts";
import { startRun } from "../../run/start/start-run.ts";
import { openDatabase, type Database } from "../../tracking/database.ts";
import { unfinishedRun } from "../../tracking/run-state.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { checkAndReport } from "../run-check/check-and-report.ts";
import { localRecipe } from "../local-recipe.ts";
import { setOption } from "../set-option.ts";
import { tellNote } from "../tell-note.ts";
import { userPath } from "../user-path.ts";
import { workAndReport } from "../work-and-report.ts";

const DEFAULT_RECIPE = "curricula/microcosm.yaml";

interface Options {
  readonly set: readonly Override[];
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
    .description("start a run of a recipe; without one, the default recipe")
    .argument("[recipe]", "a YAML file")
    .addOption(setOption())
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
  rlvr run --json | jq .type                    one JSON object an event`,
    )
    .action(async (recipePath: string | undefined, options: Options) => {
      const overrides = [
        ...options.set,
        ...(options.steps === undefined ? [] : [{ path: ["steps"], value: options.steps }]),
        ...(options.seed === undefined ? [] : [{ path: ["seed"], value: options.seed }]),
      ];
      const recipeFile = recipePath === undefined ? packagePath(DEFAULT_RECIPE) : userPath(recipePath);
      const recipe = await localRecipe(readRecipe(recipeFile, overrides, userPath(".")));
      const databasePath = userPath(options.db);
      if (options.check)
        return checkAndReport({ recipe, databasePath, command: startOf(recipePath, options), json: options.json });
      const db = openDatabase(databasePath);
      try {
        tellOfUnfinished(db);
        const run = await startRun(db, recipe, tellNote, recipeFile);
        await workAndReport(db, databasePath, run, options.json);
      } finally {
        db.$client.close();
      }
    });
}

/** The command that starts the run that was checked. */
function startOf(recipePath: string | undefined, { set, steps, seed }: Options): string {
  const sets = set.map(({ path, value }) => ["--set", shellWord(`${path.join(".")}=${JSON.stringify(value)}`)]);
  const words = [
    recipePath === undefined ? [] : [shellWord(recipePath)],
    ...sets,
    steps === undefined ? [] : ["--steps", steps],
    seed === undefined ? [] : ["--seed", seed],
  ];
  return ["rlvr run", ...words.flat()].join(" ");
}

function tellOfUnfinished(db: Database): void {
  const unfinished = unfinishedRun(db);
  if (unfinished === undefined) return;
  tellNote(`Run ${unfinished.id} (${unfinished.name}) is unfinished; to go on with it: rlvr resume ${unfinished.id}`);
}
