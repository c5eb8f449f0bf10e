import { z } from "zod";
import { hasSpread, mean, safeScale, standardDeviation } from "../core/statistics.ts";
import { knownRewards, type RewardGroup } from "./objective.ts";

/** Options of {@link normalisedAdvantages}, for the objectives built on GRPO's advantages. */
export const normalisationOptions = {
  eps: z.number().nonnegative().default(1e-6).describe("Added to the standard deviation."),
  std: z
    .enum(["sample", "population", "loo"])
    .default("sample")
    .describe("Standard deviation with n - 1 or n below, or of the others' rewards (leave one out)."),
  scale: z
    .enum(["group", "batch", "none"])
    .default("group")
    .describe("Whose standard deviation divides: the group's, all groups', or none."),
};

/** {@link normalisationOptions}, checked. */
export type NormalisationOptions = z.output<z.ZodObject<typeof normalisationOptions>>;

/**
 * GRPO's advantages: A = (r - mean) / (std + eps) within a group.
 *
 * Rewards that are null are left out of mean and standard deviation and get advantage 0. A group with fewer than two
 * rewards, or whose rewards differ by no more than rounding, gets zeros. The mean is always the group's own;
 * `scale: batch` takes the standard deviation over all rewards of all groups.
 *
 * `std: loo` divides A_i by the sample standard deviation of the rewards other than r_i, so that a rollout does not
 * shrink its own advantage. Where the others have no spread, as for the one success of a group, that would divide by
 * nothing, and the sample standard deviation with r_i in it stands in. These advantages need not add up to 0.
 */
export function normalisedAdvantages(groups: readonly RewardGroup[], options: NormalisationOptions): number[][] {
  const batch = groups.flatMap((group) => knownRewards(group.rewards));
  let offset = 0;
  return groups.map((group) => {
    const advantages = advantagesOf(group, batch, offset, options);
    offset += knownRewards(group.rewards).length;
    return advantages;
  });
}

/** Advantages of one group. `batch` holds the rewards of all groups, this one's from `offset` on. */
function advantagesOf(
  group: RewardGroup,
  batch: readonly number[],
  offset: number,
  options: NormalisationOptions,
): number[] {
  const known = knownRewards(group.rewards);
  if (!hasSpread(known)) return group.rewards.map(() => 0);
  const unscaled = options.scale === "batch" ? batch : known;
  // Differences of values near the end of what a double holds overflow: then all are scaled, and eps with them.
  const scale = safeScale(unscaled);
  const pool = unscaled.map((reward) => reward * scale);
  const centre = mean(known.map((reward) => reward * scale));
  const start = options.scale === "batch" ? offset : 0;
  const divisorAt = divisors(pool, { ...options, eps: options.eps * scale });
  let position = 0;
  return group.rewards.map((reward) => {
    if (reward === null) return 0;
    const deviation = reward * scale - centre;
    return options.scale === "none" ? deviation / scale : deviation / divisorAt(start + position++);
  });
}

/** What divides the deviation of the reward at a place of the pool. The pool has spread. */
function divisors(pool: readonly number[], { std, eps }: NormalisationOptions): (index: number) => number {
  const whole = standardDeviation(pool, std === "population" ? 0 : 1) + eps;
  if (std !== "loo") return () => whole;
  return (index) => {
    const others = pool.toSpliced(index, 1);
    return hasSpread(others) ? standardDeviation(others, 1) + eps : whole;
  };
}
