import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../core/files.ts";
import { batchDirectory, epochDirectory } from "../trainer/protocol/paths.ts";
import { setStepPhase, type StepRow } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import { TRAINER_FOLDER, type RunContext } from "./run-context.ts";

/** Phase `sync`: the policy server serves the new weights, and files that nothing needs any more are deleted. */
export async function sync(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, directory, policy } = context;
  const checkpoint = latestCheckpoint(db, run.id);
  if (checkpoint === undefined) throw new Error(`step ${step.number} is in phase sync without a checkpoint`);
  await policy.load({
    policyVersion: checkpoint.policyVersion,
    directory: join(directory, checkpoint.exportDirectory),
  });
  if (checkpoint.directory !== null)
    removeCovered(join(directory, TRAINER_FOLDER), join(directory, checkpoint.directory), step.number);
  setStepPhase(db, step.id, "observe");
}

/**
 * Deletes the batch that the checkpoint covers and the folders of epochs that neither the checkpoint nor a later
 * trainer lies in. Only now: until the server has the new weights it may have to read the old ones again.
 */
function removeCovered(jobDirectory: string, checkpointDirectory: string, step: number): void {
  rmSync(batchDirectory(jobDirectory, step), { recursive: true, force: true });
  const epochs = readdirSync(jobDirectory)
    .map((name) => /^epoch-(\d+)$/.exec(name)?.[1])
    .filter((epoch) => epoch !== undefined)
    .map(Number);
  const current = epochs.find((epoch) => checkpointDirectory.startsWith(`${epochDirectory(jobDirectory, epoch)}/`));
  for (const epoch of epochs)
    if (current !== undefined && epoch < current && isPresent(epochDirectory(jobDirectory, epoch)))
      rmSync(epochDirectory(jobDirectory, epoch), { recursive: true });
}
