import type { ProbeComparison } from "../../policy/vllm/compare-probe.ts";
import { storeMetrics } from "../../tracking/metrics.ts";
import { setStepPhase, type StepRow } from "../../tracking/steps.ts";
import { latestCheckpoint } from "../../tracking/training.ts";
import { removeUnneeded } from "./remove-unneeded.ts";
import type { RunContext } from "../run-context.ts";
import { servedWeights } from "../services/served-weights.ts";

/**
 * Phase `sync`: the policy server serves the newest weights, which a step whose batch is quarantined leaves as they were, and
 * unreferenced files are deleted.
 */
export async function sync(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, directory, policy } = context;
  const checkpoint = latestCheckpoint(db, run.id);
  const probed = await policy.load(servedWeights(directory, checkpoint));
  storeMetrics(db, run.id, step.number, probeMetrics(probed));
  // Only now: until the server has the new weights it may have to read the old ones again.
  if (checkpoint !== undefined) removeUnneeded(context, checkpoint.exportDirectory);
  setStepPhase(db, step.id, "observe");
}

/** How far the servers' log-probabilities are from the trainer's, in nats a token: the worst server counts. */
function probeMetrics(probed: readonly ProbeComparison[]): Record<string, number> {
  if (probed.length === 0) return {};
  return {
    "sync.probe_mean_abs": Math.max(...probed.map(({ meanAbs }) => meanAbs)),
    "sync.probe_max_abs": Math.max(...probed.map(({ maxAbs }) => maxAbs)),
    "sync.parent_mean_abs": Math.min(...probed.map(({ parentMeanAbs }) => parentMeanAbs)),
  };
}
