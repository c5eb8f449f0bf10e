import { deriveSeed, stream } from "../core/random.ts";
import type { RewardGroup } from "../objectives/objective.ts";
import type { ConfiguredObjective } from "../objectives/registry.ts";
import { batchDirectory } from "../trainer/protocol/paths.ts";
import { rolloutsOfStep, type RolloutRecord } from "../tracking/rollouts.ts";
import type { StepRow } from "../tracking/steps.ts";
import { storeStepCredits, type DropReason, type NewCredit } from "../tracking/training.ts";
import { verdictsOfStep } from "../tracking/verdicts.ts";
import { TRAINER_FOLDER, type RunContext } from "./run-context.ts";

/** A group of rollouts with their rewards. */
interface ScoredGroup {
  readonly rollouts: readonly RolloutRecord[];
  readonly rewards: readonly (number | null)[];
}

/**
 * Phase `credit`: rewards become advantages and loss weights. Every rollout of the step ends in the step's batch or
 * with a reason why not, in one transaction with the plan of the batch.
 */
export async function credit(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, recipe, objective } = context;
  const groups = scoredGroups(context, step);
  const minibatch = splitIntoMinibatches(run.seed, step.number, groups.length, recipe.trainer.minibatches);
  const credits = creditsOf(objective, groups, minibatch);
  const trained = credits.filter((row) => row.dropReason === null);
  const lengths = new Map(groups.flatMap((group) => group.rollouts.map((rollout) => [rollout.id, lengthOf(rollout)])));
  const tokens = trained.reduce((sum, row) => sum + (lengths.get(row.rolloutId) ?? 0), 0);
  const epochs = recipe.trainer.epochs;
  const batch =
    trained.length === 0
      ? undefined
      : {
          directory: batchDirectory(TRAINER_FOLDER, step.number),
          sequences: trained.length * epochs,
          tokens: tokens * epochs,
        };
  storeStepCredits(db, step, credits, batch);
}

/** The minibatch of each group of a step: a random split into parts as equal as can be. */
export function splitIntoMinibatches(seed: number, step: number, groups: number, minibatches: number): number[] {
  const order = stream(deriveSeed(seed, "minibatch", step)).shuffle(Array.from({ length: groups }, (_, slot) => slot));
  const result = new Array<number>(groups).fill(0);
  for (const [place, slot] of order.entries()) result[slot] = place % minibatches;
  return result;
}

/**
 * Credit of all rollouts of a step. Advantages come from the whole step, weights from each rollout's own minibatch:
 * the gradient of an optimiser step is the sum over its own groups.
 */
export function creditsOf(
  objective: ConfiguredObjective,
  groups: readonly ScoredGroup[],
  minibatch: readonly number[],
): NewCredit[] {
  const inputs: RewardGroup[] = groups.map(({ rewards, rollouts }) => ({
    rewards,
    lengths: rollouts.map((rollout) => rollout.tokenIds.length),
  }));
  const advantages = objective.credit(inputs).map((group) => group.advantages);
  const weights = weightsByMinibatch(objective, inputs, minibatch);
  return groups.flatMap(({ rollouts, rewards }, slot) =>
    rollouts.map((rollout, number) => ({
      rolloutId: rollout.id,
      groupId: rollout.groupId,
      reward: rewards[number] ?? null,
      advantage: advantages[slot]?.[number] ?? 0,
      weight: weights[slot]?.[number] ?? 0,
      dropReason: dropReason(objective, rewards[number] ?? null, advantages[slot] ?? []),
    })),
  );
}

function dropReason(
  objective: ConfiguredObjective,
  reward: number | null,
  advantages: readonly number[],
): DropReason | null {
  if (reward === null) return "no_verdict";
  // With a KL or entropy term a rollout teaches something even when its group has no spread.
  const { klCoef, entropyCoef } = objective.surrogate;
  if (klCoef > 0 || entropyCoef > 0 || advantages.some((advantage) => advantage !== 0)) return null;
  return "zero_variance";
}

function weightsByMinibatch(
  objective: ConfiguredObjective,
  inputs: readonly RewardGroup[],
  minibatch: readonly number[],
): (readonly number[])[] {
  const result: (readonly number[])[] = inputs.map(() => []);
  for (const part of new Set(minibatch)) {
    const slots = inputs.map((_, slot) => slot).filter((slot) => minibatch[slot] === part);
    const credited = objective.credit(slots.map((slot) => inputs[slot] as RewardGroup));
    for (const [place, slot] of slots.entries()) result[slot] = credited[place]?.weights ?? [];
  }
  return result;
}

function scoredGroups(context: RunContext, step: StepRow): ScoredGroup[] {
  const scores = new Map(
    verdictsOfStep(context.db, step.id).map((row) => [row.rolloutId, row.status === "ok" ? row.score : null]),
  );
  const groups = new Map<number, RolloutRecord[]>();
  for (const rollout of rolloutsOfStep(context.db, step.id)) {
    const group = groups.get(rollout.groupId);
    if (group === undefined) groups.set(rollout.groupId, [rollout]);
    else group.push(rollout);
  }
  return [...groups.values()].map((rollouts) => ({
    rollouts,
    rewards: rollouts.map((rollout) => scores.get(rollout.id) ?? null),
  }));
}

function lengthOf(rollout: RolloutRecord): number {
  return rollout.promptIds.length + rollout.tokenIds.length;
}
