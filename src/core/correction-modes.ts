/**
 * How the mismatch between sampler and trainer is corrected: by token, by the sequence's sum of log-ratios, or by its
 * mean (geometric); cut off at a cap, or masked outside of bounds. Objectives ask for one, trainers carry it out.
 */
export const CORRECTION_MODES = [
  "token-truncate",
  "token-mask",
  "sequence-truncate",
  "sequence-mask",
  "geometric-truncate",
  "geometric-mask",
] as const;

/** One of {@link CORRECTION_MODES}. */
export type CorrectionMode = (typeof CORRECTION_MODES)[number];
