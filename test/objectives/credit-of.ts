import type { CreditedGroup, RewardGroup } from "../../src/objectives/objective.ts";
import { configureObjective } from "../../src/objectives/registry.ts";

/** A group as tests write it: one token a rollout unless lengths are given. */
export type TestGroup = Pick<RewardGroup, "rewards"> & Partial<RewardGroup>;

/** What an objective gives these groups, with these options of a recipe. */
export function creditOf(
  objective: string,
  groups: readonly TestGroup[],
  options: Record<string, unknown> = {},
): CreditedGroup[] {
  const whole = groups.map((group) => ({ lengths: group.rewards.map(() => 1), ...group }));
  return configureObjective(objective, options).credit(whole);
}

/** The advantages that an objective gives rollouts with these rewards, by group. */
export function advantagesOf(
  objective: string,
  rewards: readonly (readonly (number | null)[])[],
  options: Record<string, unknown> = {},
): number[][] {
  const groups = rewards.map((own) => ({ rewards: own }));
  return creditOf(objective, groups, options).map((group) => [...group.advantages]);
}
