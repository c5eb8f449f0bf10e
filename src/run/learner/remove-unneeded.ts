import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../../core/files/files.ts";
import { batchDirectory, batchesDirectory, epochDirectory, epochPaths } from "../../trainer/protocol/paths.ts";
import { keptCheckpoints, markRemoved, versionsInUse } from "../../tracking/kept-checkpoints.ts";
import { latestCheckpoint, latestSavedCheckpoint, quarantinedBatches, stepNumberOf } from "../../tracking/training.ts";
import { TRAINER_FOLDER, type RunContext } from "../run-context.ts";
import { versionsToKeep } from "./versions-to-keep.ts";

type Context = Pick<RunContext, "db" | "run" | "recipe" | "directory">;

/**
 * Deletes what no row needs any more: checkpoints and exports of versions that the recipe does not keep, and the batches
 * that the newest checkpoint on disk covers. Batches that it does not cover stay: a new trainer has to train them again.
 * Quarantined ones stay to be looked at. A version's row says that it is gone before its files go.
 * @param served the export that the policy servers load when they are brought up again: a trainer that replays may have
 * written the same version anew since they were told of it.
 */
export function removeUnneeded(context: Context, served: string): void {
  const { db, run, directory } = context;
  const newest = latestCheckpoint(db, run.id);
  if (newest === undefined) return;
  const job = join(directory, TRAINER_FOLDER);
  removeCoveredBatches(context, job);
  const kept = keptPaths(context, newest.policyVersion);
  const needed = [served, ...kept].map((path) => join(directory, path));
  const epochs = numbersIn(job, /^epoch-(\d+)$/);
  const current = epochs.find((epoch) => join(directory, newest.exportDirectory).startsWith(folderOf(job, epoch)));
  // A trainer that starts has written nothing that a row tells of: its folder, and what is newer than the newest, stay.
  for (const epoch of epochs.filter((each) => current !== undefined && each <= current)) {
    if (epoch !== current && !needed.some((path) => path.startsWith(folderOf(job, epoch))))
      rmSync(epochDirectory(job, epoch), { recursive: true, force: true });
    else removeVersions(epochDirectory(job, epoch), needed, epoch === current ? newest.policyVersion : Infinity);
  }
}

/** Marks the versions that are neither kept nor sampled from as removed, and gives the directories of all others. */
function keptPaths({ db, run, recipe, directory: runFolder }: Context, newest: number): string[] {
  const rows = keptCheckpoints(db, run.id);
  // Of a run of an older version the trainer itself has deleted most.
  const saved = rows.filter((row) => row.directory !== null && isPresent(join(runFolder, row.directory)));
  const kept = versionsToKeep(saved, recipe.checkpoints);
  const sampled = versionsInUse(db, run);
  const isKept = (version: number): boolean => version === newest || kept.has(version) || sampled.has(version);
  markRemoved(
    db,
    rows.filter(({ policyVersion }) => !isKept(policyVersion)).map(({ id }) => id),
  );
  return rows
    .filter(({ policyVersion }) => isKept(policyVersion))
    .flatMap(({ directory, exportDirectory }) => [exportDirectory, ...(directory === null ? [] : [directory])]);
}

/** Deletes checkpoints and exports of an epoch up to a version, but for the needed ones, and what rows hold of their tokens. */
function removeVersions(epoch: string, needed: readonly string[], upTo: number): void {
  const { checkpoints, exports, tokenStats } = epochPaths(epoch);
  for (const name of namesIn(tokenStats, /^\d{6,}\.safetensors$/))
    if (Number.parseInt(name, 10) <= upTo) rmSync(join(tokenStats, name), { force: true });
  for (const folder of [checkpoints, exports])
    for (const name of namesIn(folder, /^\d{6,}$/)) {
      const path = join(folder, name);
      if (Number(name) <= upTo && !needed.includes(path)) rmSync(path, { recursive: true, force: true });
    }
}

function removeCoveredBatches({ db, run }: Context, job: string): void {
  const saved = latestSavedCheckpoint(db, run.id);
  const covered = (saved && stepNumberOf(db, saved.batchId)) ?? 0;
  for (const step of numbersIn(batchesDirectory(job), /^(\d{6,})$/))
    if (step <= covered && quarantinedBatches(db, run.id, step) === 0)
      rmSync(batchDirectory(job, step), { recursive: true, force: true });
}

function folderOf(job: string, epoch: number): string {
  return `${epochDirectory(job, epoch)}/`;
}

/** Names of what lies in a folder. */
function namesIn(folder: string, pattern: RegExp): string[] {
  return isPresent(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
}

/** The numbers in such names. */
function numbersIn(folder: string, pattern: RegExp): number[] {
  return namesIn(folder, pattern).map((name) => Number(pattern.exec(name)?.[1]));
}
