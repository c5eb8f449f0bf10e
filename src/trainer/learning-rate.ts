/** How the learning rate changes over a run, counted in optimiser steps. */
export interface LearningRateSchedule {
  /** `constant` stays at the peak; `linear` and `cosine` fall to 0 at `totalSteps`. */
  readonly kind: "constant" | "linear" | "cosine";
  /** Highest learning rate. */
  readonly peak: number;
  /** Steps over which it rises linearly to the peak; the last of them has it. 0: none. */
  readonly warmupSteps: number;
  /** Optimiser steps of the whole run; only `linear` and `cosine` look at it. */
  readonly totalSteps: number;
}

/** The learning rate of an optimiser step, 0-based. Cosine: arXiv 1608.03983 without restarts. */
export function learningRate(schedule: LearningRateSchedule, optimizerStep: number): number {
  const { kind, peak, warmupSteps, totalSteps } = schedule;
  if (optimizerStep < warmupSteps) return (peak * (optimizerStep + 1)) / warmupSteps;
  if (kind === "constant") return peak;
  const done = Math.min(1, (optimizerStep - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return kind === "linear" ? peak * (1 - done) : (peak * (1 + Math.cos(Math.PI * done))) / 2;
}
