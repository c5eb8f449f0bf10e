import { RlvrError } from "../../core/errors.ts";
import { deriveSeed, stream } from "../../core/random.ts";
import type { ConfiguredObjective } from "../../objectives/registry.ts";
import { batchDirectory } from "../../trainer/protocol/paths.ts";
import type { ScoredRollout } from "../../tracking/scored-rollouts.ts";
import type { StepRow } from "../../tracking/steps.ts";
import { storeStepCredits, type DropReason, type NewCredit } from "../../tracking/training.ts";
import { TRAINER_FOLDER, type RunContext } from "../run-context.ts";
import { isMasked, isTrainable, rewardGroup, scoredGroups, type ScoredGroup } from "../scoring/scored-groups.ts";

/**
 * Phase `credit`: rewards become advantages and loss weights. Every rollout of the step ends in the step's batch or
 * with a reason why not, in one transaction with the plan of the batch.
 */
export async function credit(context: RunContext, step: StepRow): Promise<void> {
  const { db, run, recipe, objective } = context;
  const groups = scoredGroups(db, step.id);
  const trainable = groups.filter((group) => isTrainable(recipe, group));
  const masks = (rollout: ScoredRollout): boolean => isMasked(recipe, rollout);
  const minibatch = splitIntoMinibatches(run.seed, step.number, trainable.length, recipe.trainer.minibatches);
  const credits = [
    ...creditsOf(objective, trainable, minibatch, masks),
    ...groups.filter((group) => !trainable.includes(group)).flatMap((group) => filteredCredits(group, masks)),
    ...groups.flatMap((group) => group.left.map(({ rollout, reason }) => dropped(rollout, reason))),
  ];
  const trained = new Set(credits.filter((row) => row.dropReason === null).map((row) => row.rolloutId));
  const tokens = groups.reduce((sum, group) => sum + trainedTokens(group, trained), 0);
  const epochs = recipe.trainer.epochs;
  const batch =
    trained.size === 0
      ? undefined
      : {
          directory: batchDirectory(TRAINER_FOLDER, step.number),
          sequences: trained.size * epochs,
          tokens: tokens * epochs,
        };
  storeStepCredits(db, step, credits, batch);
}

/** The minibatch of each of a step's groups: a random split into parts as equal as can be. */
export function splitIntoMinibatches(seed: number, step: number, groups: number, minibatches: number): number[] {
  const order = stream(deriveSeed(seed, "minibatch", step)).shuffle(Array.from({ length: groups }, (_, slot) => slot));
  const result = new Array<number>(groups).fill(0);
  for (const [place, slot] of order.entries()) result[slot] = place % minibatches;
  return result;
}

/**
 * Credit of the rollouts that groups keep. Advantages come from all groups, weights from each group's own minibatch:
 * the gradient of an optimiser step is the sum over its own groups. What a teacher adds, token by token, is not here: the
 * batch is made with it, from these rows and the stored log-probabilities.
 * @param masks whether a rollout is not trained though its reward counts. Default: none.
 */
export function creditsOf(
  objective: ConfiguredObjective,
  groups: readonly Pick<ScoredGroup, "kept">[],
  minibatch: readonly number[],
  masks: (rollout: ScoredRollout) => boolean = () => false,
): NewCredit[] {
  const inputs = groups.map(({ kept }) => ({ ...rewardGroup(kept), masked: kept.map(masks) }));
  const advantages = objective.rewardCredit(inputs);
  const weights = weightsByMinibatch(objective, inputs, minibatch);
  return groups.flatMap(({ kept }, slot) => {
    const isTaught = teaches(objective, [
      ...(advantages[slot]?.advantages ?? []),
      ...(advantages[slot]?.advantages2 ?? []),
    ]);
    requireSinglePrecision(advantages[slot]?.advantages ?? []);
    return kept.map((rollout, place): NewCredit => {
      const ownReason = ownDropReason(rollout, masks);
      if (ownReason !== null) return dropped(rollout, ownReason);
      const dropReason = isTaught ? null : "zero_variance";
      return {
        ...dropped(rollout, dropReason),
        advantage: advantages[slot]?.advantages[place] ?? 0,
        weight: weights[slot]?.weights[place] ?? 0,
        advantage2: advantages[slot]?.advantages2?.[place] ?? null,
        weight2: weights[slot]?.weights2?.[place] ?? null,
        minibatch: dropReason === null ? (minibatch[slot] ?? 0) : null,
      };
    });
  });
}

/** Largest number of single precision, in which a batch holds advantages. */
const LARGEST = 3.4028234e38;

function requireSinglePrecision(advantages: readonly number[]): void {
  const beyond = advantages.find((advantage) => !(Math.abs(advantage) <= LARGEST));
  if (beyond === undefined) return;
  throw new RlvrError("bad_recipe", `an advantage of ${beyond} is more than a batch holds (${LARGEST})`, {
    advice:
      "Start another run in which scores are smaller (a verifier's weight), or whose objective divides by their standard " +
      "deviation, such as grpo.",
  });
}

/** Whether rollouts with these advantages change the policy: with a teacher, a KL or an entropy term also those of 0 do. */
function teaches({ surrogate, teacherCoefficient }: ConfiguredObjective, advantages: readonly number[]): boolean {
  const isTaughtAnyway = teacherCoefficient > 0 || surrogate.klCoef > 0 || surrogate.entropyCoef > 0;
  return isTaughtAnyway || advantages.some((advantage) => advantage !== 0);
}

/** Credit of a group that the recipe filters out: it counts in no denominator. */
function filteredCredits({ kept }: ScoredGroup, masks: (rollout: ScoredRollout) => boolean): NewCredit[] {
  return kept.map((rollout) => dropped(rollout, ownDropReason(rollout, masks) ?? "zero_variance"));
}

/** Why a rollout is not trained, regardless of the rest of its group; null where it may be. */
function ownDropReason(rollout: ScoredRollout, masks: (rollout: ScoredRollout) => boolean): DropReason | null {
  if (rollout.reward === null) return "no_verdict";
  return masks(rollout) ? "truncated" : null;
}

/** Tokens of a group's sequences in the batch: the prompt that a rollout is trained under, and its completion. */
function trainedTokens({ own, kept }: ScoredGroup, trained: ReadonlySet<number>): number {
  const plain = own[0]?.promptTokens ?? 0;
  return kept
    .filter((rollout) => trained.has(rollout.id))
    .map(({ trainedUnder, promptTokens, tokens }) => (trainedUnder === "unhinted" ? plain : promptTokens) + tokens)
    .reduce((sum, count) => sum + count, 0);
}

function dropped(rollout: ScoredRollout, dropReason: DropReason | null): NewCredit {
  return {
    rolloutId: rollout.id,
    groupId: rollout.groupId,
    reward: rollout.reward,
    advantage: 0,
    weight: 0,
    advantage2: null,
    weight2: null,
    minibatch: null,
    dropReason,
  };
}

function weightsByMinibatch(
  objective: ConfiguredObjective,
  inputs: readonly ReturnType<typeof rewardGroup>[],
  minibatch: readonly number[],
) {
  const result: (ReturnType<ConfiguredObjective["rewardCredit"]>[number] | undefined)[] = inputs.map(() => undefined);
  for (const part of new Set(minibatch)) {
    const slots = [...inputs.keys()].filter((slot) => minibatch[slot] === part);
    const credited = objective.rewardCredit(inputs.filter((_, slot) => minibatch[slot] === part));
    for (const [place, slot] of slots.entries()) result[slot] = credited[place];
  }
  return result;
}
