import { mean } from "../core/statistics.ts";
import { figure } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Policy versions. */
const LIMIT = 4;

/**
 * What is trained was sampled by a policy that is long gone. Never in a run that samples and trains in turns.
 * Rule: over the last 5 steps the trained rollouts were on average more than 4 policy versions old.
 * Source: AReaL finds training unharmed up to a staleness of about 4 to 8 with its corrected objective, and harmed without
 * it (arXiv 2505.24298).
 */
export const staleRollouts = windowed({
  name: "stale_rollouts",
  metrics: ["staleness.mean"],
  first: 0,
  last: 5,
  judge(last) {
    const value = mean(last["staleness.mean"]);
    if (value <= LIMIT) return null;
    return {
      message: `trained rollouts are ${figure(value)} policy versions old on average`,
      metric: "staleness.mean",
      value,
      limit: LIMIT,
    };
  },
});
