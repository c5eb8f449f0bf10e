import type { Recipe } from "../../config/recipe-schema.ts";
import { hasSpread } from "../../core/statistics.ts";
import { knownRewards, type RewardGroup } from "../../objectives/objective.ts";
import type { Connection } from "../../tracking/database.ts";
import { scoredRolloutsOfStep, type ScoredRollout } from "../../tracking/scored-rollouts.ts";
import type { DropReason } from "../../tracking/training.ts";

/** The rollouts of one problem in a step with their verdicts. */
export interface ScoredGroup {
  readonly groupId: number;
  readonly arm: string;
  /** The policy's own rollouts, without hints: what it can do. */
  readonly own: readonly ScoredRollout[];
  /** What credit is given to: its own, but where a hinted rollout stands in for one of them. */
  readonly kept: readonly ScoredRollout[];
  /** The others, with why they are not trained. */
  readonly left: readonly { readonly rollout: ScoredRollout; readonly reason: DropReason }[];
}

/** The groups of a step, by slot. */
export function scoredGroups(db: Connection, stepId: number): ScoredGroup[] {
  const groups = new Map<number, ScoredRollout[]>();
  for (const rollout of scoredRolloutsOfStep(db, stepId)) {
    const group = groups.get(rollout.groupId);
    if (group === undefined) groups.set(rollout.groupId, [rollout]);
    else group.push(rollout);
  }
  return [...groups].map(([groupId, rollouts]) => scoredGroup(groupId, rollouts));
}

/** Sorts the rollouts of a group, given by number. */
export function scoredGroup(groupId: number, rollouts: readonly ScoredRollout[]): ScoredGroup {
  const own = rollouts.filter((rollout) => rollout.hintId === null);
  const standIns = new Map(
    rollouts.filter(({ replaces }) => replaces !== null).map((rollout) => [rollout.replaces, rollout]),
  );
  const kept = own.map((rollout) => standIns.get(rollout.number) ?? rollout);
  const left = rollouts
    .filter((rollout) => !kept.includes(rollout))
    .map((rollout) => ({
      rollout,
      reason: rollout.hintId === null ? ("replaced_by_hint" as const) : ("hint_search" as const),
    }));
  return { groupId, arm: rollouts[0]?.arm ?? "", own, kept, left };
}

/** What an objective sees of rollouts. */
export function rewardGroup(rollouts: readonly ScoredRollout[]): RewardGroup {
  return {
    rewards: rollouts.map(({ reward }) => reward),
    lengths: rollouts.map(({ tokens }) => tokens),
    passed: rollouts.map(({ passed }) => passed),
    answers: rollouts.map(({ extracted }) => extracted),
  };
}

/** Whether a group takes part in its step's batch: a recipe may filter out those without spread. */
export function isTrainable({ sampling }: Recipe, group: Pick<ScoredGroup, "kept">): boolean {
  return sampling.filter !== "zero_variance" || groupHasSpread(group);
}

/** Whether a rollout is left out of its step's batch though its reward counts: a recipe may mask those that were cut. */
export function isMasked({ sampling }: Recipe, { finishReason }: Pick<ScoredRollout, "finishReason">): boolean {
  return sampling.truncated === "mask" && finishReason === "length";
}

/** Whether a group is at a learning cliff, whatever its scaffold made of that: two verdicts or more, and no pass. */
export function isCliff({ own }: Pick<ScoredGroup, "own">): boolean {
  const judged = own.filter(({ passed }) => passed !== null);
  return judged.length >= 2 && judged.every(({ passed }) => passed === false);
}

/** Whether the rewards of the rollouts that credit is given to differ. */
export function groupHasSpread({ kept }: Pick<ScoredGroup, "kept">): boolean {
  return hasSpread(knownRewards(kept.map(({ reward }) => reward)));
}
