import { RlvrError } from "../../core/errors.ts";
import type { StepRow } from "../../tracking/steps.ts";
import { latestCheckpoint, quarantineBatch, quarantinedBatches, type BatchRow } from "../../tracking/training.ts";
import type { RunContext } from "../run-context.ts";

/** Quarantined batches at which a run ends: one or two may be bad luck, more come of bad settings. */
const MOST_QUARANTINED = 3;

/**
 * Sets a batch apart on which training diverged: the trainer kept the weights from before it, and the run goes on with
 * those.
 * @throws RlvrError `training_diverged`, when that is written, at the third of a run: it goes on with the next step when
 * a person resumes it.
 */
export function quarantine(context: RunContext, step: StepRow, batch: BatchRow, cause: RlvrError): void {
  const { db, run, recipe, conclude } = context;
  const quarantined = quarantinedBatches(db, run.id) + 1;
  const policyVersion = latestCheckpoint(db, run.id)?.policyVersion ?? 0;
  const event = { step: step.number, policyVersion, reason: cause.message, quarantined, most: MOST_QUARANTINED };
  conclude(() => quarantineBatch(db, step, batch.id, cause.message), [{ type: "batch_quarantined", ...event }]);
  if (quarantined < MOST_QUARANTINED) return;
  const lower = Number((recipe.trainer.learning_rate / 10).toPrecision(2));
  throw new RlvrError(
    "training_diverged",
    `${quarantined} batches of the run are quarantined, the last because ${cause.message}`,
    {
      advice: `Lower the learning rate and go on: rlvr resume ${run.id} --set trainer.learning_rate=${lower}`,
      cause,
    },
  );
}
