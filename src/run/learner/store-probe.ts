import type { ProbeComparison } from "../../policy/vllm/compare-probe.ts";
import type { Connection } from "../../tracking/database.ts";
import { storeMetrics } from "../../tracking/metrics.ts";
import { stepOfVersion } from "../../tracking/training.ts";

/**
 * Writes how far servers' log-probabilities of a version are from the trainer's, in nats a token, as numbers of the step that
 * made it: the worst server counts.
 */
export function storeProbe(
  db: Connection,
  runId: number,
  policyVersion: number,
  probed: readonly ProbeComparison[],
): void {
  const step = stepOfVersion(db, runId, policyVersion);
  if (probed.length === 0 || step === undefined) return;
  storeMetrics(db, runId, step, {
    "sync.probe_mean_abs": Math.max(...probed.map(({ meanAbs }) => meanAbs)),
    "sync.probe_max_abs": Math.max(...probed.map(({ maxAbs }) => maxAbs)),
    "sync.parent_mean_abs": Math.min(...probed.map(({ parentMeanAbs }) => parentMeanAbs)),
  });
}
