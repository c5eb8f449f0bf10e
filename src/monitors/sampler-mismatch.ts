import { figure, median } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Nats a token. Ours: healthy runs report 1e-4 to 1e-2, runs about to collapse spike far above. */
const LIMIT = 0.05;

/**
 * The sampler and the trainer no longer agree on how likely the sampled tokens were: ratios, and with them gradients, are
 * wrong.
 * Rule: the median of `train.mismatch_kl` over the last 5 trained steps is above .05 nats a token. The median, since a
 * batch with rescued rollouts, trained under another prompt than they were sampled under, is off by design.
 * Source: Liu, Li et al., "When Speed Kills Stability" (2025), on collapse from the mismatch of training and inference.
 */
export const samplerMismatch = windowed({
  name: "sampler_mismatch",
  metrics: ["train.mismatch_kl"],
  first: 0,
  last: 5,
  judge(last) {
    const value = median(last["train.mismatch_kl"]);
    if (value <= LIMIT) return null;
    return {
      message: `sampler and trainer differ by ${figure(value)} nats a token on what was sampled`,
      metric: "train.mismatch_kl",
      value,
      limit: LIMIT,
    };
  },
});
