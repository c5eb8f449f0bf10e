import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { centred, groupAdvantages } from "./group-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...usualOptions("seq-mean-token-sum", { low: 0.2, high: 0.2 }),
  })
  .check(consistentOptions);

type RlooOptions = z.output<typeof optionsSchema>;

/**
 * REINFORCE leave-one-out (arXiv 2402.14740): a reward minus the mean of the *other* rewards of its group, which is
 * (r - mean) G / (G - 1). The paper takes a completion for one action, so by default a completion's log-probability is
 * the sum of its tokens' (`seq-mean-token-sum`).
 */
export const rloo: Objective<RlooOptions> = {
  name: "rloo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => groupAdvantages(shaped, leaveOneOut)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};

function leaveOneOut(reward: number, rewards: readonly number[]): number {
  return (centred(reward, rewards) * rewards.length) / (rewards.length - 1);
}
