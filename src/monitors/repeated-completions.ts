import type { Monitor } from "./monitor.ts";

/** Power of ten of the chance below which repeats are no coincidence: one false alarm in 10^12 steps. Ours. */
const LIMIT = -12;

/**
 * Completions of a group are the same though the policy's own probabilities make that next to impossible: the server
 * ignores the seed of a request, or its temperature, so that a group teaches less than it seems to.
 * Rule: `repeats.log10_chance` of a step is -12 or less; see repeat-chance.ts. A confident policy, whose completions repeat
 * because each is likely, is not meant.
 */
export const repeatedCompletions: Monitor<null> = {
  name: "repeated_completions",
  reads: ["repeats.log10_chance"],
  init: () => null,
  observe(state, { numbers }) {
    const value = numbers["repeats.log10_chance"];
    if (value === undefined || value > LIMIT) return { state, findings: [] };
    const message =
      `completions repeat within their groups, which by their own probabilities happens with a chance of ` +
      `10^${Math.round(value)}: the policy server seems to ignore seeds or the temperature`;
    return { state, findings: [{ message, metric: "repeats.log10_chance", value, limit: LIMIT }] };
  },
};
