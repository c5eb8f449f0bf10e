import type { z } from "zod";
import type { CorrectionMode } from "../core/correction-modes.ts";

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
   * Credits the groups of one optimiser step by their rewards, in order. Weights are normalised over exactly these
   * groups, and batch statistics are taken over them.
   */
  credit(groups: readonly RewardGroup[], options: Options): CreditedGroup[];
  /** What the trainer's loss has to know beside the credit. */
  surrogate(options: Options): SurrogateSettings;
  /** How much a teacher's credit counts beside that of the rewards; 0 for not at all. Absent: 0. */
  teacherCoefficient?(options: Options): number;
}

/** The rollouts of one problem, as parallel arrays of G entries. */
export interface RewardGroup {
  /** Rewards; null where the verifier gave no verdict. */
  readonly rewards: readonly (number | null)[];
  /** Lengths of the completions in tokens (action tokens). */
  readonly lengths: readonly number[];
  /**
   * Whether each is left out of the training though its reward counts, as a completion may be that was cut. Absent: none.
   */
  readonly masked?: readonly boolean[];
  /** Whether each passed; null without a verdict. Absent: a reward above 0 passed. */
  readonly passed?: readonly (boolean | null)[];
  /** Final answers as the verifier extracted and normalised them; null where there is none. */
  readonly answers?: readonly (string | null)[];
  /** Log-probability of each token of each completion under the policy that sampled it. */
  readonly logprobs?: readonly (readonly number[])[];
  /** The same under a teacher; without it there is no distillation. */
  readonly teacherLogprobs?: readonly (readonly number[])[];
}

/** Credit of one group, as parallel arrays of G entries. */
export interface CreditedGroup {
  /** Advantage of each rollout, shared by all its tokens; 0 where the reward is null. */
  readonly advantages: readonly number[];
  /** Loss weight of each token of the rollout; 0 where it is masked, its reward is null or there is no token. */
  readonly weights: readonly number[];
  /** Advantages and weights of a second surrogate that is added to the first (COPO's global loss). Both or neither. */
  readonly advantages2?: readonly number[];
  readonly weights2?: readonly number[];
  /** Advantage of each token of each rollout where tokens differ (distillation); stands in for `advantages`. */
  readonly tokenAdvantages?: readonly (readonly number[])[];
}

/** Settings of the one surrogate loss that every trainer computes. */
export interface SurrogateSettings {
  /** Whether the ratio is taken token by token, or once a sequence as exp(mean log-ratio). */
  readonly ratioLevel: "token" | "sequence";
  /** What the ratio is taken to: the sampler's log-probabilities, or the trainer's own before the batch. */
  readonly old: "sampler" | "recompute";
  /** The ratio is clipped to [1 - clipLow, 1 + clipHigh]. */
  readonly clipLow: number;
  readonly clipHigh: number;
  /** Upper bound of the loss of a negative advantage, as a multiple of -A; null for none. */
  readonly dualClip: number | null;
  /** CISPO's bound on the ratio as a weight without gradient, in place of clipping; null for clipping. */
  readonly ratioCap: number | null;
  /**
   * Factor w = exp(old - sampled) on the surrogate, without gradient. Truncated to at most `cap`, or 0 outside
   * [floor, cap]; by token, by the sequence's sum, or by its mean (geometric). Needs `old: recompute`; null for none.
   */
  readonly correction: { readonly mode: CorrectionMode; readonly cap: number; readonly floor: number } | null;
  /** Which estimate of KL(policy || reference) is the penalty: k1 d, k2 d^2/2, k3 e^-d + d - 1. */
  readonly klKind: "k1" | "k2" | "k3";
  readonly klCoef: number;
  /** Coefficient of the entropy bonus. */
  readonly entropyCoef: number;
}

/** Rewards there are, that is without the null ones. */
export function knownRewards(rewards: readonly (number | null)[]): number[] {
  return rewards.filter((reward) => reward !== null);
}

/** Whether each rollout of a group passed: as its verdicts say, otherwise whether its reward is above 0. */
export function passedOf({ rewards, passed }: RewardGroup): (boolean | null)[] {
  return rewards.map((reward, index) => passed?.[index] ?? (reward === null ? null : reward > 0));
}
