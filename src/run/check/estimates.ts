import type { Recipe } from "../../config/recipe-schema.ts";
import { hasDevelopment } from "../../config/recipe-sources.ts";
import type { TrainedSize } from "./trained-size.ts";

/** Bytes of a float32. */
const FLOAT = 4;
/** A checkpoint holds the trained values and AdamW's two moments of each. */
const CHECKPOINT_FLOATS = 3;
/** Training adds to the weights a gradient and two moments for each trained value. */
const TRAINING_FLOATS = 3;
/** Bytes of a rollout in the database besides those of its tokens, verdicts included; measured on the default recipe. */
const ROLLOUT_BYTES = 1500;
/** Bytes of a token in the database: its id, its log-probability, its text. */
const TOKEN_BYTES = 13;

/** What the rehearsal measured. */
export interface Measured {
  /** Rollouts that were sampled side by side. */
  readonly rollouts: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** How many completions a run samples, at the most. */
export interface Planned {
  /** Rollouts of a step, those that replace groups without spread not counted. */
  readonly step: number;
  /** Rollouts of all steps. */
  readonly steps: number;
  /** Completions of all evaluations. */
  readonly evaluations: number;
}

/** How many completions a recipe asks for, hints and refills left out. Pure. */
export function planned(recipe: Recipe, problems: { readonly development: number; readonly test: number }): Planned {
  const { groups, group_size: size } = recipe.sampling;
  const { every, samples, test_samples: onTest = samples, limit = Infinity } = recipe.evaluation;
  const [development, test] = [problems.development, problems.test].map((count) => Math.min(count, limit)) as [
    number,
    number,
  ];
  const evaluations = 1 + Math.ceil(recipe.steps / every);
  return {
    step: groups * size,
    steps: recipe.steps * groups * size,
    evaluations: evaluations * development * samples + 2 * test * onTest,
  };
}

/** Seconds of sampling, in a step and in the whole run, at the speed that was measured. Pure. */
export function samplingSeconds(
  { rollouts, seconds }: Measured,
  plan: Planned,
): { readonly step: number; readonly run: number } {
  const each = seconds / Math.max(1, rollouts);
  return { step: plan.step * each, run: (plan.steps + plan.evaluations) * each };
}

/** Bytes that training adds to the memory of a trainer that has its weights loaded, without activations. Pure. */
export function trainingBytes({ trained }: TrainedSize): number {
  return trained * TRAINING_FLOATS * FLOAT;
}

/** What a run takes of the disk, in bytes. */
export interface DiskUse {
  readonly checkpoint: number;
  /** The weights that the policy server reads. */
  readonly export: number;
  /** Versions that stand on the disk at once, at the most. */
  readonly versions: number;
  /** The database at the end of the run. */
  readonly database: number;
  readonly total: number;
}

/** The disk that a run takes at its end, when most versions are kept. Pure. */
export function diskUse(
  recipe: Recipe,
  { trained }: TrainedSize,
  { rollouts, tokens }: Measured,
  plan: Planned,
): DiskUse {
  const { keep_last: last, keep_every: every, keep_best: best } = recipe.checkpoints;
  const hasBest = hasDevelopment(recipe);
  // One more is written before an old one is removed.
  const wanted = last + (every === undefined ? 0 : Math.floor(recipe.steps / every)) + (hasBest ? best : 0) + 1;
  const versions = Math.min(recipe.steps, wanted);
  const [checkpoint, exported] = [trained * CHECKPOINT_FLOATS * FLOAT, trained * FLOAT];
  const rollout = ROLLOUT_BYTES + (TOKEN_BYTES * tokens) / Math.max(1, rollouts);
  const database = plan.steps * rollout;
  return { checkpoint, export: exported, versions, database, total: versions * (checkpoint + exported) + database };
}
