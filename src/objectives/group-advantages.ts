import { hasSpread, mean } from "../core/statistics.ts";
import { knownRewards, type RewardGroup } from "./objective.ts";

/**
 * Advantages by a rule that sees one group at a time. A group with fewer than two rewards, or whose rewards differ by no
 * more than rounding, gets zeros; so does each null reward, which the rule never sees.
 * @param rule the advantage of a reward, given all rewards of its group, which has spread.
 */
export function groupAdvantages(
  groups: readonly RewardGroup[],
  rule: (reward: number, rewards: readonly number[]) => number,
): number[][] {
  return groups.map(({ rewards }) => {
    const known = knownRewards(rewards);
    const teaches = hasSpread(known);
    return rewards.map((reward) => (reward === null || !teaches ? 0 : rule(reward, known)));
  });
}

/** A reward minus the mean of its group. */
export function centred(reward: number, rewards: readonly number[]): number {
  return reward - mean(rewards);
}
