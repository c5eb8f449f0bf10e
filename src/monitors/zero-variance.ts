import { mean } from "../core/statistics.ts";
import { percent, SOLVED } from "./numbers.ts";
import { windowed } from "./windowed.ts";

const LIMIT = 0.9;

/**
 * Nearly every group is all right or all wrong and teaches nothing, though not everything is solved.
 * Rule: over the last 10 steps at least .9 of the groups had rewards without spread, and the pass rate is below .9.
 * Source: DAPO's dynamic sampling, for groups without spread have no advantage (arXiv 2503.14476). The limit is ours.
 */
export const zeroVariance = windowed({
  name: "zero_variance",
  metrics: ["groups.zero_variance", "pass_rate"],
  first: 0,
  last: 10,
  judge(last) {
    const value = mean(last["groups.zero_variance"]);
    const passed = mean(last.pass_rate);
    if (value < LIMIT || passed >= SOLVED) return null;
    return {
      message: `${percent(value)} of the groups taught nothing while ${percent(1 - passed)} of the rollouts fail`,
      metric: "groups.zero_variance",
      value,
      limit: LIMIT,
    };
  },
});
