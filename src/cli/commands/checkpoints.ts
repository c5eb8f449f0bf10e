import { sizeText } from "../../core/texts/size-text.ts";
import { Command } from "commander";
import { join, relative } from "node:path";
import { changeRecipe } from "../../config/changes/change-recipe.ts";
import { sizeOnDisk } from "../../core/files/size-on-disk.ts";
import { share } from "../../core/texts/share-text.ts";
import { versionsToKeep } from "../../run/learner/versions-to-keep.ts";
import { versionsOnDisk } from "../../run/versions/find-version.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { checkedRunFolder } from "../../tracking/run-folder.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { asStarted } from "../command-name.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

/** `rlvr checkpoints [RUN]`: the versions of a run whose weights are on the disk. */
export function checkpointsCommand(): Command {
  return new Command("checkpoints")
    .description("list the versions of a run whose weights are on the disk, and why they are kept")
    .argument("[run]", "a run; left out, the newest", wholeNumber(1))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Each is named RUN:STEP, the best RUN:best. Which are kept: checkpoints in docs/recipe.md.

Examples:
  rlvr checkpoints 3
  rlvr eval --run 3:best
  rlvr run --from 3:best      a fork: another run that goes on from there`,
    )
    .action((id: number | undefined, { db: file, json }: { readonly db: string; readonly json: boolean }) => {
      const databasePath = userPath(file);
      const db = openCurrentDatabaseReadOnly(databasePath);
      try {
        const run = findRun(db, id);
        const directory = checkedRunFolder(databasePath, run.id);
        const rows = versionsOnDisk(db, directory, run.id);
        const saved = rows.filter((row) => row.directory !== null);
        const kept = versionsToKeep(
          saved,
          changeRecipe(run.recipe, [], `the recipe of run ${run.id}`).recipe.checkpoints,
        );
        const versions = rows.map(({ step, policyVersion, accuracy, directory: checkpoint, exportDirectory }) => {
          const folders = [exportDirectory, ...(checkpoint === null ? [] : [checkpoint])].map((path) =>
            join(directory, path),
          );
          return {
            name: `${run.id}:${step}`,
            step,
            policyVersion,
            accuracy,
            keptAs: kept.get(policyVersion) ?? [],
            bytes: sizeOnDisk(folders),
            checkpoint: checkpoint === null ? null : join(directory, checkpoint),
            export: join(directory, exportDirectory),
          };
        });
        process.stdout.write(
          json ? `${JSON.stringify(versions)}\n` : `${parentText(run)}${versionsTable(versions, directory)}\n`,
        );
      } finally {
        db.$client.close();
      }
    });
}

/** Where the versions from before a fork are. */
function parentText({ id, parentRun, parentStep }: RunRow): string {
  if (parentRun === null) return "";
  return asStarted(
    `Run ${id} was forked from run ${parentRun} after step ${parentStep}; the versions before: rlvr checkpoints ${parentRun}\n\n`,
  );
}

interface ListedVersion {
  readonly name: string;
  readonly policyVersion: number;
  readonly accuracy: number | null;
  readonly keptAs: readonly string[];
  readonly bytes: number;
  readonly checkpoint: string | null;
  readonly export: string;
}

/** @param directory the run's folder, in which the weights lie. */
function versionsTable(versions: readonly ListedVersion[], directory: string): string {
  const rows = versions.map(({ name, policyVersion, accuracy, keptAs, bytes, checkpoint, export: exported }) => [
    name,
    String(policyVersion),
    accuracy === null ? "-" : share(accuracy),
    sizeText(bytes),
    keptAs.join(", ") || "-",
    relative(directory, checkpoint ?? exported),
  ]);
  const lines = table(["run:step", "version", "held-out", "size", "kept as", "weights"], rows);
  return rows.length === 0 ? lines : `${lines}\n\nThe weights are in ${directory}.`;
}
