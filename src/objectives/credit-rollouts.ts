import type { OverlongOptions, WeightOptions } from "./objective-options.ts";
import type { CreditedGroup, RewardGroup } from "./objective.ts";
import { penaliseOverlong } from "./overlong.ts";
import { tokenWeights } from "./weights.ts";

/**
 * Credit of the objectives that have one advantage a rollout: the overlong penalty first, then the objective's own
 * advantages, and the weights.
 * @param advantagesOf the objective's advantages of each rollout of each group, 0 where the reward is null.
 */
export function creditRollouts(
  groups: readonly RewardGroup[],
  options: WeightOptions & Partial<OverlongOptions>,
  advantagesOf: (groups: readonly RewardGroup[]) => readonly (readonly number[])[],
): CreditedGroup[] {
  const weights = tokenWeights(options.weights, groups, options.max_tokens);
  const shaped = penaliseOverlong(groups, { ...options, overlong_buffer: options.overlong_buffer ?? null });
  const advantages = advantagesOf(shaped);
  return groups.map((_, index) => ({ advantages: advantages[index] ?? [], weights: weights[index] ?? [] }));
}
