import { hasSpread, mean } from "../core/statistics.ts";
import type { Monitor } from "./monitor.ts";
import { figure, SOLVED } from "./numbers.ts";

/** Steps over which the slope is taken: of fewer, noise hides the slope of a slow run. */
const WINDOW = 60;
/** Newest steps whose pass rate tells whether all is solved. */
const RECENT = 30;
/** Part of the steepest slope so far. */
const LIMIT = 0.15;

/** Memory: the last rewards and pass rates, and the steepest slope so far. */
interface State {
  readonly rewards: readonly number[];
  readonly passRates: readonly number[];
  readonly steepest: number;
}

/**
 * The reward no longer rises, below what would be solved.
 * Rule: the least-squares slope of the reward over the last 60 steps is under 15% of the steepest such slope so far, by a
 * standard error of the slope at least, while the pass rate of the last 30 is below .9. `value` is that part, 0 where it
 * falls.
 * Source: SOAR's stopping rule (range-normalised slope under 15% of its maximum; one range for both slopes, so it cancels:
 * a range that grows as the run goes on would call steady progress a plateau). Window and error are ours.
 */
export const plateau: Monitor<State> = {
  name: "plateau",
  reads: ["reward.mean", "pass_rate"],
  init: () => ({ rewards: [], passRates: [], steepest: 0 }),
  observe(before, { numbers: { "reward.mean": reward = Number.NaN, pass_rate: passRate = Number.NaN } }) {
    if (!Number.isFinite(reward) || !Number.isFinite(passRate)) return { state: before, findings: undefined };
    const rewards = [...before.rewards, reward].slice(-WINDOW);
    const passRates = [...before.passRates, passRate].slice(-RECENT);
    if (rewards.length < WINDOW) return { state: { ...before, rewards, passRates }, findings: undefined };
    const { slope, error } = lineThrough(rewards);
    const steepest = Math.max(before.steepest, slope);
    const passed = mean(passRates);
    const isFlat = slope + error <= LIMIT * steepest && passed < SOLVED;
    const finding = {
      message: `reward no longer rises: ${figure(mean(rewards))} over ${WINDOW} steps, with a pass rate of ${figure(passed)}`,
      metric: "reward.mean",
      value: steepest > 0 ? Math.max(0, slope / steepest) : 0,
      limit: LIMIT,
    };
    return { state: { rewards, passRates, steepest }, findings: isFlat ? [finding] : [] };
  },
};

/** Least-squares slope a step of evenly spaced values, and its standard error. */
function lineThrough(values: readonly number[]): { readonly slope: number; readonly error: number } {
  if (!hasSpread(values)) return { slope: 0, error: 0 };
  const centre = (values.length - 1) / 2;
  const average = mean(values);
  let [products, squares] = [0, 0];
  for (const [place, value] of values.entries()) {
    products += (place - centre) * (value - average);
    squares += (place - centre) ** 2;
  }
  const slope = products / squares;
  const residuals = values.map((value, place) => value - average - slope * (place - centre));
  const left = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  return { slope, error: Math.sqrt(left / (values.length - 2) / squares) };
}
