import { mean } from "../core/statistics.ts";
import { figure, NO_RISE, SOLVED } from "./numbers.ts";
import { windowed } from "./windowed.ts";

const WINDOW = 5;
/** Steps between the two windows' beginnings. */
const APART = 20;
/** Growth from which on it is a blow-up. Ours. */
const LIMIT = 2;

/**
 * Completions grow and nothing comes of it.
 * Rule: the mean length of the last 5 steps is at least twice that of the 5 steps 20 before, while the pass rate rose by
 * less than .02 and is below .9. `value` is the factor. Longer completions that pass more often are what reasoning is.
 * Source: the length bias of GRPO's loss, which makes failed completions longer (arXiv 2503.20783).
 */
export const lengthBlowUp = windowed({
  name: "length_blow_up",
  metrics: ["length.mean", "pass_rate"],
  first: 0,
  last: APART + WINDOW,
  judge({ "length.mean": lengths, pass_rate: rates }) {
    const [before, after] = [mean(lengths.slice(0, WINDOW)), mean(lengths.slice(-WINDOW))];
    const passed = mean(rates.slice(-WINDOW));
    // From nothing, growth has no factor.
    const value = before > 0 ? after / before : 0;
    if (value < LIMIT || passed - mean(rates.slice(0, WINDOW)) >= NO_RISE || passed >= SOLVED) return null;
    return {
      message: `completions grew from ${figure(before)} to ${figure(after)} tokens in ${APART} steps without passing more often (${figure(passed)})`,
      metric: "length.mean",
      value,
      limit: LIMIT,
    };
  },
});
