import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../../core/files.ts";
import { batchDirectory, batchesDirectory, epochDirectory } from "../../trainer/protocol/paths.ts";
import { latestCheckpoint, latestSavedCheckpoint, quarantinedBatches, stepNumberOf } from "../../tracking/training.ts";
import { TRAINER_FOLDER, type RunContext } from "../run-context.ts";

/**
 * Deletes what no start of the run's trainer or policy server needs any more: the batches that the newest checkpoint on
 * disk covers, and the folders of earlier epochs in which neither it nor the newest export nor the served one lies.
 * Batches that it does not cover stay: a new trainer has to train them again. Quarantined ones stay to be looked at.
 * @param served the export that the policy servers load when they are brought up again: a trainer that replays may have
 * written the same version anew since they were told of it.
 */
export function removeCovered(
  { db, run, directory }: Pick<RunContext, "db" | "run" | "directory">,
  served: string,
): void {
  const newest = latestCheckpoint(db, run.id);
  if (newest === undefined) return;
  const saved = latestSavedCheckpoint(db, run.id);
  const job = join(directory, TRAINER_FOLDER);
  const covered = (saved && stepNumberOf(db, saved.batchId)) ?? 0;
  for (const step of numbersIn(batchesDirectory(job), /^(\d{6,})$/))
    if (step <= covered && quarantinedBatches(db, run.id, step) === 0)
      rmSync(batchDirectory(job, step), { recursive: true, force: true });

  const epochs = numbersIn(job, /^epoch-(\d+)$/);
  const epochOf = (path: string): number | undefined =>
    epochs.find((epoch) => join(directory, path).startsWith(`${epochDirectory(job, epoch)}/`));
  const current = epochOf(newest.exportDirectory);
  const needed = new Set([saved && epochOf(saved.directory), epochOf(served)]);
  for (const epoch of epochs)
    if (current !== undefined && epoch < current && !needed.has(epoch))
      rmSync(epochDirectory(job, epoch), { recursive: true, force: true });
}

/** The numbers in the names of what lies in a folder. */
function numbersIn(folder: string, name: RegExp): number[] {
  if (!isPresent(folder)) return [];
  return readdirSync(folder)
    .flatMap((entry) => name.exec(entry)?.[1] ?? [])
    .map(Number);
}
