import { setStepPhase, type StepRow } from "../../tracking/steps.ts";
import { latestCheckpoint } from "../../tracking/training.ts";
import { removeUnneeded } from "./remove-unneeded.ts";
import type { RunContext } from "../run-context.ts";
import { servedWeights } from "../services/served-weights.ts";
import { storeProbe } from "./store-probe.ts";

/**
 * Phase `sync`: the policy servers serve the newest weights, which a step whose batch is quarantined leaves as they were, and
 * unreferenced files are deleted. Where sampling runs ahead nobody waits: a server is switched when something wants to sample
 * from them and what it samples under others is done; with `pipeline.partial` at once, and what it samples goes on under them.
 */
export async function sync(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, recipe, directory, policy } = context;
  const checkpoint = latestCheckpoint(db, run.id);
  const { depth, partial } = recipe.pipeline;
  if (depth === 0 || partial) {
    const probed = await policy.load(servedWeights(directory, checkpoint));
    if (checkpoint !== undefined) storeProbe(db, run.id, checkpoint.policyVersion, probed);
  }
  // Only now: until the server has the new weights it may have to read the old ones again.
  if (checkpoint !== undefined) removeUnneeded(context, checkpoint.exportDirectory);
  setStepPhase(db, step.id, "observe");
}
