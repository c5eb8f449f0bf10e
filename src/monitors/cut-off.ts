import { mean } from "../core/statistics.ts";
import { percent, SOLVED } from "./numbers.ts";
import { windowed } from "./windowed.ts";

/** Share of completions cut at the limit from which on it is an alarm. Ours. */
const LIMIT = 0.5;

/**
 * Completions end at `sampling.max_tokens` rather than by themselves: what they would have answered is never judged, and
 * the reward teaches to be short before it teaches to be right.
 * Rule: over the last 5 steps at least half of the completions were cut, and the pass rate is below .9.
 * Source: DAPO's overlong filtering and penalty (arXiv 2503.14476).
 */
export const cutOff = windowed({
  name: "cut_off",
  metrics: ["length.cut", "pass_rate"],
  first: 0,
  last: 5,
  judge(last) {
    const value = mean(last["length.cut"]);
    if (value < LIMIT || mean(last.pass_rate) >= SOLVED) return null;
    return {
      message: `${percent(value)} of the completions were cut at the most tokens`,
      metric: "length.cut",
      value,
      limit: LIMIT,
    };
  },
});
