import { z } from "zod";
import { hasSpread, safeScale } from "../core/statistics.ts";
import { creditRollouts } from "./credit-rollouts.ts";
import { centred } from "./group-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import { knownRewards, type Objective, type RewardGroup } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    baseline: z
      .boolean()
      .default(false)
      .describe("Subtract the group's mean reward before whitening (REINFORCE++-baseline)."),
    ...usualOptions("token-mean", { low: 0.2, high: 0.2 }),
  })
  .check(consistentOptions);

type ReinforcePpOptions = z.output<typeof optionsSchema>;

/** Added to the variance, so that whitening never divides by 0. */
const EPSILON = 1e-8;

/**
 * REINFORCE++ (arXiv 2501.03262): rewards whitened over all tokens of the batch, so a long completion counts for more
 * in mean and variance: A = (r - mean) / sqrt(var + 1e-8), the variance with n - 1 below. With `baseline` each
 * group's mean is taken off first.
 *
 * Unlike elsewhere a group without spread teaches: its rewards are compared with those of the batch. A group with fewer
 * than two rewards gets zeros and is left out of mean and variance, as in every objective.
 */
export const reinforcePp: Objective<ReinforcePpOptions> = {
  name: "reinforce-pp",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => whitened(shaped, options.baseline)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};

function whitened(groups: readonly RewardGroup[], baseline: boolean): number[][] {
  const values = groups.map(({ rewards }) => {
    const known = knownRewards(rewards);
    if (known.length < 2) return rewards.map(() => null);
    return rewards.map((reward) => (reward !== null && baseline ? centred(reward, known) : reward));
  });
  const lengthAt = (group: number, rollout: number): number => groups[group]?.lengths[rollout] ?? 0;
  const entries = values.flatMap((own, group) =>
    own.flatMap((value, rollout) => {
      const tokens = lengthAt(group, rollout);
      return value === null || tokens === 0 ? [] : [{ value, tokens }];
    }),
  );
  if (!hasSpread(entries.map((entry) => entry.value))) return values.map((own) => own.map(() => 0));
  const scale = safeScale(entries.map((entry) => entry.value));
  const tokens = entries.reduce((sum, entry) => sum + entry.tokens, 0);
  const centre = entries.reduce((sum, entry) => sum + entry.value * scale * entry.tokens, 0) / tokens;
  const squares = entries.reduce((sum, entry) => sum + (entry.value * scale - centre) ** 2 * entry.tokens, 0);
  const deviation = Math.sqrt(squares / (tokens - 1) + EPSILON * scale * scale);
  return values.map((own) => own.map((value) => (value === null ? 0 : (value * scale - centre) / deviation)));
}
