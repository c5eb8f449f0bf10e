import { mean } from "../core/statistics.ts";
import type { Monitor } from "./monitor.ts";
import { figure, SOLVED } from "./numbers.ts";

/** Steps over which the slope is taken. */
const WINDOW = 30;
/** Part of the steepest slope so far. */
const LIMIT = 0.15;

/** Memory: the last rewards and pass rates, the range of smoothed rewards, and the steepest slope so far. */
interface State {
  readonly seen: number;
  readonly rewards: readonly number[];
  readonly passRates: readonly number[];
  readonly low: number | null;
  readonly high: number | null;
  readonly steepest: number;
}

/**
 * The reward has levelled off below what would be solved.
 * Rule: the least-squares slope of the reward over the last 30 steps, in ranges of the smoothed reward (means of 10 steps)
 * so far, is under 15% of the steepest such slope so far, from step 60 on, while the pass rate is below .9. `value` is
 * that part.
 * Source: SOAR's stopping rule (range-normalised slope under 15% of its maximum). The windows are ours.
 */
export const plateau: Monitor<State> = {
  name: "plateau",
  reads: ["reward.mean", "pass_rate"],
  init: () => ({ seen: 0, rewards: [], passRates: [], low: null, high: null, steepest: 0 }),
  observe(before, { numbers: { "reward.mean": reward, pass_rate: passRate } }) {
    if (reward === undefined || passRate === undefined) return { state: before, finding: undefined };
    const rewards = [...before.rewards, reward].slice(-WINDOW);
    const passRates = [...before.passRates, passRate].slice(-WINDOW);
    const smooth = mean(rewards.slice(-10));
    const [low, high] = [Math.min(before.low ?? smooth, smooth), Math.max(before.high ?? smooth, smooth)];
    const state = { seen: before.seen + 1, rewards, passRates, low, high, steepest: before.steepest };
    if (state.seen < WINDOW) return { state, finding: undefined };
    const rise = high - low < 1e-9 ? 0 : (slope(rewards) * WINDOW) / (high - low);
    const steepest = Math.max(before.steepest, rise);
    const value = steepest === 0 ? 0 : rise / steepest;
    const isFlat = state.seen >= 2 * WINDOW && value < LIMIT && mean(passRates) < SOLVED;
    const message = `reward has levelled off at ${figure(mean(rewards))}, with a pass rate of ${figure(mean(passRates))}`;
    return {
      state: { ...state, steepest },
      finding: isFlat ? { message, metric: "reward.mean", value, limit: LIMIT } : null,
    };
  },
};

/** Least-squares slope a step of evenly spaced values. */
function slope(values: readonly number[]): number {
  const centre = (values.length - 1) / 2;
  const average = mean(values);
  let [products, squares] = [0, 0];
  for (const [place, value] of values.entries()) {
    products += (place - centre) * (value - average);
    squares += (place - centre) ** 2;
  }
  return products / squares;
}
