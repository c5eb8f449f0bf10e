import { RlvrError } from "../core/errors.ts";
import type { StepRow } from "../tracking/steps.ts";
import { latestCheckpoint, quarantineBatch, quarantinedSteps, type BatchRow } from "../tracking/training.ts";
import type { RunContext } from "./run-context.ts";

/** Most batches of a run that are quarantined: one may hold bad luck, many come of bad settings. */
const MOST_QUARANTINED = 3;

/**
 * Sets a batch apart on which training diverged: the trainer kept the weights from before it, and the run goes on with
 * those.
 * @throws RlvrError `training_diverged` when as many batches of the run are quarantined as may be.
 */
export function quarantine(context: RunContext, step: StepRow, batch: BatchRow, cause: RlvrError): void {
  const { db, run, recipe, conclude } = context;
  const before = quarantinedSteps(db, run.id).length;
  if (before >= MOST_QUARANTINED)
    throw new RlvrError(
      "training_diverged",
      `${cause.message}; ${before} earlier batches of the run are quarantined for the like, and no more may be`,
      {
        advice: `Lower the learning rate and go on: rlvr resume ${run.id} --set trainer.learning_rate=${recipe.trainer.learning_rate / 10}`,
        cause,
      },
    );
  const policyVersion = latestCheckpoint(db, run.id)?.policyVersion ?? 0;
  const event = { step: step.number, policyVersion, reason: cause.message, quarantined: before + 1 };
  conclude(
    () => quarantineBatch(db, step, batch.id, cause.message),
    [{ type: "batch_quarantined", ...event, most: MOST_QUARANTINED }],
  );
}
