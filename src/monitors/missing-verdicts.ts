import { mean } from "../core/statistics.ts";
import { percent } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Share of rollouts without a verdict from which on it is an alarm. Ours: a verifier that works misses none. */
const LIMIT = 0.05;

/**
 * Verifiers crash or run late: the rollouts that they should have judged are not trained, and what is left is not what
 * the policy does.
 * Rule: in a step at least .05 of the rollouts were dropped for want of a verdict. The limit is ours.
 */
export const missingVerdicts = windowed({
  name: "missing_verdicts",
  metrics: ["verdicts.missing"],
  first: 0,
  last: 1,
  judge(last) {
    const value = mean(last["verdicts.missing"]);
    if (value < LIMIT) return null;
    return {
      message: `${percent(value)} of the rollouts have no verdict: verifiers crash, run late or have nothing to say`,
      metric: "verdicts.missing",
      value,
      limit: LIMIT,
    };
  },
});
