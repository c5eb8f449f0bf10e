import type { z } from "zod";

/**
 * An objective turns the rewards of groups into credit: an advantage and a loss weight for every rollout's tokens.
 * Pure: numbers in, numbers out. The trainer sees nothing but this credit and one surrogate loss.
 */
export interface Objective<Options = unknown> {
  /** The name that recipes use. */
  readonly name: string;
  /** Checks a recipe's options and fills in defaults. */
  readonly options: z.ZodType<Options>;
  /**
   * Credits the groups of one optimiser step, in order. Weights are normalised over exactly these groups, and batch
   * statistics are taken over them.
   */
  credit(groups: readonly RewardGroup[], options: Options): CreditedGroup[];
  /** What the trainer's loss has to know beside the credit. */
  surrogate(options: Options): SurrogateSettings;
}

/** The rollouts of one problem, as parallel arrays of G entries. */
export interface RewardGroup {
  /** Rewards; null where the verifier gave no verdict. */
  readonly rewards: readonly (number | null)[];
  /** Lengths of the completions in tokens (action tokens). */
  readonly lengths: readonly number[];
}

/** Credit of one group, as parallel arrays of G entries. */
export interface CreditedGroup {
  /** Advantage of each rollout, shared by all its tokens; 0 where the reward is null. */
  readonly advantages: readonly number[];
  /** Loss weight of each token of the rollout; 0 where the reward is null or there is no token. */
  readonly weights: readonly number[];
}

/** Settings of the one surrogate loss that every trainer computes. */
export interface SurrogateSettings {
  /** Whether the ratio is taken token by token, or once a sequence as exp(mean log-ratio). */
  readonly ratioLevel: "token" | "sequence";
  /** The ratio is clipped to [1 - clipLow, 1 + clipHigh]. */
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Upper bound of the loss of a negative advantage, as a multiple of -A; null for none. */
  readonly dualClip: number | null;
  /** Coefficient of the k3 estimate of KL(policy || reference). */
  readonly klCoef: number;
  /** Coefficient of the entropy bonus. */
  readonly entropyCoef: number;
}

/** Rewards there are, that is without the null ones. */
export function knownRewards(rewards: readonly (number | null)[]): number[] {
  return rewards.filter((reward) => reward !== null);
}
