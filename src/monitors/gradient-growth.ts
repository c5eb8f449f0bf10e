import { figure, median } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Growth over the run's beginning. Ours. */
const LIMIT = 5;

/**
 * Gradients grow: the sign that most often comes before a collapse.
 * Rule: the median of `train.gradient_norm` (before clipping) over the last 5 trained steps is above 5 times that over the
 * first 20. Medians, since one odd batch is clipped and forgotten. `value` is the factor.
 * Source: gradient norms of collapsing runs in "When Speed Kills Stability" (2025).
 */
export const gradientGrowth = windowed({
  name: "gradient_growth",
  metrics: ["train.gradient_norm"],
  first: 20,
  last: 5,
  judge(last, first) {
    const [before, after] = [median(first["train.gradient_norm"]), median(last["train.gradient_norm"])];
    // From nothing, growth has no factor.
    const value = before > 0 ? after / before : 0;
    if (value <= LIMIT) return null;
    return {
      message: `gradient norms grew from ${figure(before)} to ${figure(after)}`,
      metric: "train.gradient_norm",
      value,
      limit: LIMIT,
    };
  },
});
