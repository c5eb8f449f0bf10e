import { z } from "zod";
import { hasSpread, mean, standardDeviation } from "../core/statistics.ts";
import { knownRewards, type CreditedGroup, type Objective, type RewardGroup } from "./objective.ts";
import { tokenWeights, weightModeSchema } from "./weights.ts";

const optionsSchema = z
  .strictObject({
    eps: z.number().nonnegative().default(1e-6).describe("Added to the standard deviation."),
    std: z
      .enum(["sample", "population", "loo"])
      .default("sample")
      .describe("Standard deviation with n - 1 or n below, or of the others' rewards (leave one out)."),
    scale: z
      .enum(["group", "batch", "none"])
      .default("group")
      .describe("Whose standard deviation divides: the group's, all groups', or none."),
    weights: weightModeSchema.default("token-mean").describe("How the losses of tokens add up."),
    max_tokens: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("Most tokens of a completion; seq-mean-token-sum-norm divides by it."),
    clip_low: z.number().min(0).max(1).default(0.2).describe("The ratio is clipped below at 1 - clip_low."),
    clip_high: z.number().min(0).default(0.2).describe("The ratio is clipped above at 1 + clip_high."),
    dual_clip: z
      .number()
      .gt(1)
      .nullable()
      .default(null)
      .describe("Bound of the loss of a negative advantage, as a multiple of -A; null for none."),
    kl_coef: z.number().nonnegative().default(0).describe("Coefficient of the KL to the reference policy."),
    entropy_coef: z.number().nonnegative().default(0).describe("Coefficient of the entropy bonus."),
  })
  .refine((options) => options.weights !== "seq-mean-token-sum-norm" || options.max_tokens !== null, {
    path: ["max_tokens"],
    message: "seq-mean-token-sum-norm needs it: the most tokens that a completion can have",
  });

/** Options of {@link grpo}, checked. */
export type GrpoOptions = z.output<typeof optionsSchema>;

/**
 * Group relative policy optimisation (DeepSeekMath, arXiv 2402.03300): A = (r - mean) / (std + eps) within a group.
 *
 * Rewards that are null are left out of mean and standard deviation and get advantage 0 and weight 0. A group with
 * fewer than two rewards, or whose rewards differ by no more than rounding, gets zeros; its tokens stay in the
 * denominator of the weights. The mean is always the group's own; `scale: batch` takes the standard deviation over all
 * rewards of all groups.
 *
 * `std: loo` divides A_i by the sample standard deviation of the rewards other than r_i, so that a rollout does not
 * shrink its own advantage. Where the others have no spread, as for the one success of a group, that would divide by
 * nothing, and the sample standard deviation with r_i in it stands in. These advantages need not add up to 0.
 */
export const grpo: Objective<GrpoOptions> = {
  name: "grpo",
  options: optionsSchema,
  credit(groups, options) {
    const weights = tokenWeights(options.weights, groups, options.max_tokens);
    const batch = groups.flatMap((group) => knownRewards(group.rewards));
    let offset = 0;
    return groups.map((group, index): CreditedGroup => {
      const advantages = groupAdvantages(group, batch, offset, options);
      offset += knownRewards(group.rewards).length;
      return { advantages, weights: weights[index] ?? [] };
    });
  },
  surrogate: (options) => ({
    ratioLevel: "token",
    clipLow: options.clip_low,
    clipHigh: options.clip_high,
    dualClip: options.dual_clip,
    klCoef: options.kl_coef,
    entropyCoef: options.entropy_coef,
  }),
};

/** Advantages of one group. `batch` holds the rewards of all groups, this one's from `offset` on. */
function groupAdvantages(group: RewardGroup, batch: readonly number[], offset: number, options: GrpoOptions): number[] {
  const known = knownRewards(group.rewards);
  if (!hasSpread(known)) return group.rewards.map(() => 0);
  const centre = mean(known);
  const pool = options.scale === "batch" ? batch : known;
  const start = options.scale === "batch" ? offset : 0;
  const divisorAt = divisors(pool, options);
  let position = 0;
  return group.rewards.map((reward) => {
    if (reward === null) return 0;
    const deviation = reward - centre;
    return options.scale === "none" ? deviation : deviation / divisorAt(start + position++);
  });
}

/** What divides the deviation of the reward at a place of the pool. The pool has spread. */
function divisors(pool: readonly number[], { std, eps }: GrpoOptions): (index: number) => number {
  const whole = standardDeviation(pool, std === "population" ? 0 : 1) + eps;
  if (std !== "loo") return () => whole;
  return (index) => {
    const others = pool.toSpliced(index, 1);
    return hasSpread(others) ? standardDeviation(others, 1) + eps : whole;
  };
}
