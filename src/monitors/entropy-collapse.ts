import { mean } from "../core/statistics.ts";
import { figure, percent, SOLVED } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Part of the first steps' entropy below which it has collapsed. Ours. */
const PART = 0.1;
const WINDOW = 5;

/**
 * The policy hardly varies its answers any more though it still fails: with its entropy goes what exploration could find.
 * Rule: the mean of `train.entropy` (nats a token) over the last 5 trained steps is below a tenth of that over the first
 * 5, while the pass rate is below .9. A policy that solves its problems is sure of itself for good reason.
 * Source: the entropy mechanism, R = -a exp(H) + b (arXiv 2505.22617); DAPO's clip-higher against it (arXiv 2503.14476).
 */
export const entropyCollapse = windowed({
  name: "entropy_collapse",
  metrics: ["train.entropy", "pass_rate"],
  first: WINDOW,
  last: WINDOW,
  judge(last, first) {
    const value = mean(last["train.entropy"]);
    const before = mean(first["train.entropy"]);
    const passed = mean(last.pass_rate);
    const limit = PART * before;
    if (value >= limit || passed >= SOLVED) return null;
    return {
      message: `entropy fell from ${figure(before)} to ${figure(value)} nats a token while ${percent(1 - passed)} of the rollouts still fail`,
      metric: "train.entropy",
      value,
      limit,
    };
  },
});
