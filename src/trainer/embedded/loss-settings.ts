import type { BatchSettings } from "../protocol/schemas.ts";

const LEVELS = ["none", "token", "sequence", "geometric"];

/**
 * The gradient graph's `loss_settings`: its one loss computes every objective, chosen by these numbers. Same order as
 * LossSettings in python/rlvr_train/surrogate.py.
 */
export function lossSettings(objective: BatchSettings["objective"]): Float32Array {
  const { correction, kl } = objective;
  const [level = "", effect] = (correction?.mode ?? "none").split("-");
  return Float32Array.of(
    objective.clip_low,
    objective.clip_high,
    objective.dual_clip,
    objective.ratio_cap,
    objective.ratio === "sequence" ? 1 : 0,
    LEVELS.indexOf(level),
    effect === "mask" ? 1 : 0,
    correction?.cap ?? 0,
    correction?.floor ?? 0,
    kl.kind === "k1" ? kl.coefficient : 0,
    kl.kind === "k2" ? kl.coefficient : 0,
    kl.kind === "k3" ? kl.coefficient : 0,
    objective.entropy_coefficient,
  );
}
