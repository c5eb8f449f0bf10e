import { Command } from "commander";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RlvrError } from "../../core/errors.ts";
import { count, counted, list } from "../../report/story/words.ts";
import { sizeText } from "../../core/texts/size-text.ts";
import { openDatabase, requireDatabase, type Database } from "../../tracking/database.ts";
import {
  descendantsOf,
  neededByForks,
  removeRun,
  stillRunning,
  type RemovalProgress,
} from "../../tracking/remove-run.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { confirm } from "../confirm.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { oneLine } from "../printable.ts";
import { showProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";
import { listedRuns, type ListedRun } from "./listed-runs.ts";

interface Options {
  readonly yes: boolean;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr runs rm RUN...`. */
export function rmCommand(): Command {
  return new Command("rm")
    .description("remove runs for good: their rows and their files")
    .argument("<run...>", "ids of the runs", (id: string, before: readonly number[] = []) => [
      ...before,
      wholeNumber(1)(id),
    ])
    .option("-y, --yes", "do not ask", false)
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A run that is running is refused, and one that others were forked from, unless they go with it. A removal that was cut
short is finished by the same command. Problems, prompts and a teacher's answers stay, as other runs share them; the
database's file keeps its size, and later runs fill it.

Examples:
  rlvr runs rm 3
  rlvr runs rm 3 4 5 --yes`,
    )
    .action(async (ids: readonly number[], options: Options) => {
      const databasePath = userPath(options.db);
      requireDatabase(databasePath);
      const db = openDatabase(databasePath);
      try {
        const chosen = choose(db, ids);
        if (!options.yes && !(await ask(chosen))) {
          process.stdout.write(options.json ? "[]\n" : `kept ${list(chosen.map(({ id }) => `run ${id}`))}\n`);
          return;
        }
        for (const run of chosen) await remove(db, run, options.json);
        if (options.json)
          process.stdout.write(`${JSON.stringify(chosen.map(({ id, bytes }) => ({ run: id, bytes })))}\n`);
      } finally {
        db.$client.close();
      }
    });
}

/** The runs to remove, forks before what they were forked from. Whatever would be refused is, before anything is removed. */
function choose(db: Database, ids: readonly number[]): ListedRun[] {
  const all = listedRuns(db);
  const wanted = new Set(ids);
  for (const id of wanted)
    if (!all.some((run) => run.id === id))
      throw new RlvrError("unknown_name", `there is no run ${id}`, { advice: "See what there is with: rlvr runs" });
  // A fork is younger than its parent.
  const chosen = all.filter(({ id }) => wanted.has(id)).sort((left, right) => right.id - left.id);
  for (const { id, state, forks } of chosen) {
    const left = forks.filter((fork) => !wanted.has(fork));
    if (left.length > 0) {
      const gone = new Set([...wanted, ...chosen.flatMap((run) => descendantsOf(db, run.id))]);
      throw neededByForks(id, left, [...gone]);
    }
    if (state === "running") throw stillRunning(id);
  }
  return chosen;
}

/** Whether they are to go, by what a person answers. */
async function ask(runs: readonly ListedRun[]): Promise<boolean> {
  const whats = runs.map(
    ({ id, name, step, rollouts, bytes }) =>
      `run ${id} (${oneLine(name)}): ${counted(step, "step")}, ${count(rollouts)} rollouts, ${sizeText(bytes ?? 0)} of files`,
  );
  const message = "removing a run is for good, and there is no terminal to ask whether to do it";
  if (process.stdin.isTTY) process.stderr.write(`${whats.join("\n")}\n`);
  return confirm({
    question: `Remove ${runs.length === 1 ? "it" : `these ${runs.length} runs`} for good?`,
    withoutTerminal: { message, advice: "Add --yes to do it." },
    stopped: "nothing was removed",
  });
}

async function remove(db: Database, { id, name, bytes }: ListedRun, json: boolean): Promise<void> {
  let at: RemovalProgress = { gone: 0, steps: 1 };
  const done = showProgress(`removing run ${id}`, () => ({
    share: at.gone / Math.max(1, at.steps),
    numbers: `step ${count(at.gone)} of ${count(at.steps)}`,
  }));
  const interrupt = listenForInterrupt(() => undefined);
  try {
    for (at of removeRun(db, id)) {
      // Lets the progress be drawn, and Ctrl-C be heard.
      await nextTurn();
      if (interrupt.signal.aborted) {
        throw new RlvrError("interrupted", `run ${id} is removed in part`, {
          advice: `Finish it with: rlvr runs rm ${id}`,
        });
      }
    }
  } finally {
    interrupt.release();
    done();
  }
  if (!json) process.stdout.write(`removed run ${id} (${oneLine(name)}), ${sizeText(bytes ?? 0)} of files\n`);
}
