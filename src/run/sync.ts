import { join } from "node:path";
import { setStepPhase, type StepRow } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import { removeCovered } from "./remove-covered.ts";
import type { RunContext } from "./run-context.ts";

/** Phase `sync`: the policy server serves the new weights, and files that nothing needs any more are deleted. */
export async function sync(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, directory, policy } = context;
  const checkpoint = latestCheckpoint(db, run.id);
  if (checkpoint === undefined) throw new Error(`step ${step.number} is in phase sync without a checkpoint`);
  await policy.load({
    policyVersion: checkpoint.policyVersion,
    directory: join(directory, checkpoint.exportDirectory),
  });
  // Only now: until the server has the new weights it may have to read the old ones again.
  removeCovered(context);
  setStepPhase(db, step.id, "observe");
}
