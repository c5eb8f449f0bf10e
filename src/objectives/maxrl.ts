import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { mean } from "../core/statistics.ts";
import { creditRollouts } from "./credit-rollouts.ts";
import { groupAdvantages } from "./group-advantages.ts";
import {
  clipOptions,
  clippedSurrogate,
  consistentOptions,
  lossOptions,
  teacherCoefficient,
  teacherOptions,
  weightOptions,
} from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...weightOptions("token-mean"),
    ...teacherOptions,
    ...clipOptions(0.2, 0.2),
    ...lossOptions,
  })
  .check(consistentOptions);

type MaxrlOptions = z.output<typeof optionsSchema>;

/**
 * Maximum likelihood reinforcement learning (MaxRL, arXiv 2602.02710): A = r / mean - 1 for rewards of 0 and 1, whose
 * gradient is that of the log of the pass rate, so that a success counts the more the rarer it is. A group that never
 * passed gets zeros. There is no overlong penalty, as a negative reward has no place in the formula.
 */
export const maxrl: Objective<MaxrlOptions> = {
  name: "maxrl",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (own) => groupAdvantages(own, relativeToMean)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};

/** @throws RlvrError `bad_recipe` for a negative reward. */
function relativeToMean(reward: number, rewards: readonly number[]): number {
  const negative = rewards.find((value) => value < 0);
  if (negative !== undefined) {
    throw new RlvrError(
      "bad_recipe",
      `maxrl takes rewards of 0 and 1, or at least none below 0; there is one of ${negative}`,
      {
        advice: "Use a verifier that scores from 0 to 1, or another objective.",
      },
    );
  }
  return reward / mean(rewards) - 1;
}
