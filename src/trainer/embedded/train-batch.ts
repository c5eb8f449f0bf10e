import { allFinite } from "../../core/all-finite.ts";
import { RlvrError } from "../../core/errors.ts";
import { planMicrobatches, type Microbatch } from "../batch-plan.ts";
import type { TrainingState } from "../protocol/checkpoint.ts";
import type { BatchManifest } from "../protocol/schemas.ts";
import type { GradientWorkers } from "./gradient-workers.ts";
import { lossSettings } from "./loss-settings.ts";
import type { OptimizerStep } from "./optimizer-step.ts";
import { padMicrobatch, type ScoredBatch } from "./pad-microbatch.ts";
import type { GRADIENT_METRICS } from "./policy-model.ts";
import { referenceKl } from "./reference-kl.ts";

/** What computes. */
export interface TrainingParts {
  readonly workers: GradientWorkers;
  readonly step: OptimizerStep;
  readonly microbatchTokens: number;
}

/** A state after a batch, with the batch's metrics. */
export interface TrainedBatch {
  readonly state: TrainingState;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Takes all optimiser steps of a batch. The state that came in is not changed, so a failure half way loses nothing;
 * the workers' weights are left wherever the batch ended.
 * @param onProgress is told the share that is done, 0 to 1.
 * @throws RlvrError `training_diverged` when a loss, a gradient, a weight, an optimiser moment or a logit under the new
 * weights is not finite.
 */
export async function trainBatch(
  before: TrainingState,
  manifest: Pick<BatchManifest, "objective" | "optimizer" | "learning_rates">,
  batch: ScoredBatch,
  parts: TrainingParts,
  onProgress: (share: number) => void,
): Promise<TrainedBatch> {
  const { objective, optimizer, learning_rates: learningRates } = manifest;
  const loss = lossSettings(objective);
  const plans = learningRates.map((_, index) => planMicrobatches(batch, index, parts.microbatchTokens));
  const total = plans.reduce((sum, plan) => sum + plan.length, 0);
  const sums = new Map<string, number>();
  let first: Readonly<Record<string, number>> = {};
  let state = before;
  let done = 0;
  let steps = 0;
  for (const [index, learningRate] of learningRates.entries()) {
    // A minibatch whose groups all taught nothing: without a gradient, momentum alone must not move the weights.
    if (plans[index]?.length === 0) continue;
    const microbatches = (plans[index] ?? []).map((plan) => padMicrobatch(batch, plan, loss));
    parts.workers.params.set(state.params);
    const { gradient, metrics } = await parts.workers.sum(microbatches, (count) => onProgress((done + count) / total));
    done += microbatches.length;
    const next = await parts.step(state, gradient, optimizer, learningRate);
    const all = { ...metrics, gradient_norm: next.gradientNorm };
    refuseNotFinite(all, `optimiser step ${index} of the batch`);
    if (steps === 0) first = all;
    steps += 1;
    accumulate(sums, all);
    state = next.state;
  }
  await refuseNotFiniteState(state, plans.flat()[0], batch, loss, parts);
  const distance = objective.kl.coefficient > 0 ? referenceKl(batch) : undefined;
  return {
    state: { ...state, policyVersion: before.policyVersion + 1 },
    metrics: {
      ...meansOf(sums, Math.max(1, steps)),
      ...(distance !== undefined && { kl_to_reference: distance }),
      ...mismatchOf(objective.old === "recompute" ? Object.fromEntries(sums) : beforeTheBatch(first)),
      sequences: batch.optStep.length,
      optimizer_steps: steps,
      learning_rate: learningRates.at(-1) ?? 0,
    },
  };
}

type Summed = (typeof GRADIENT_METRICS)[number] | "gradient_norm";
type Sums = Readonly<Partial<Record<Summed, number>>>;

function accumulate(sums: Map<string, number>, metrics: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(metrics)) {
    const before = sums.get(name) ?? 0;
    sums.set(name, name === "ratio_max" ? Math.max(before, value) : before + value);
  }
}

/**
 * From the gradient graph's sums to what is reported: means over weighted tokens, but `loss` and `surrogate`, whose
 * weights are normalised already, and `gradient_norm` are means over optimiser steps.
 */
function meansOf(sums: ReadonlyMap<string, number>, optimizerSteps: number): Record<string, number> {
  const sum = (name: Summed): number => sums.get(name) ?? 0;
  const tokens = sum("tokens");
  const perToken = (name: Summed): number => sum(name) / Math.max(1, tokens);
  return {
    loss: sum("loss") / optimizerSteps,
    surrogate: sum("surrogate") / optimizerSteps,
    gradient_norm: sum("gradient_norm") / optimizerSteps,
    entropy: perToken("entropy"),
    kl_to_sampler: perToken("kl_sampler"),
    clip_fraction: perToken("clipped"),
    ratio_mean: perToken("ratio"),
    ratio_max: sum("ratio_max"),
    mean_abs_log_ratio: perToken("abs_log_ratio"),
    tokens,
  };
}

/**
 * How far the trainer's log-probabilities under the weights before the batch are from the sampler's: the k3 estimate
 * of KL(sampler || trainer), and the mean of |log w|, w = exp(trainer - sampler).
 */
function mismatchOf({ mismatch_kl: kl = 0, abs_log_w: absolute = 0, tokens = 0 }: Sums): Record<string, number> {
  return { mismatch_kl: kl / Math.max(1, tokens), mean_abs_log_w: absolute / Math.max(1, tokens) };
}

/** Without recomputed log-probabilities, those of the first optimiser step are the ones from before the batch. */
function beforeTheBatch({ kl_sampler: kl = 0, abs_log_ratio: absolute = 0, tokens = 0 }: Sums): Sums {
  return { mismatch_kl: kl, abs_log_w: absolute, tokens };
}

function refuseNotFinite(metrics: Readonly<Record<string, number>>, where: string): void {
  const wrong = Object.entries(metrics).filter(([, value]) => !Number.isFinite(value));
  if (wrong.length > 0) throw diverged(where, wrong.map(([name, value]) => `${name} is ${value}`).join(", "));
}

/**
 * Refuses a state that no version may have. The entropy of a sequence is finite only where the logits of the whole
 * vocabulary are.
 * @param longest microbatch whose first sequence is looked at; undefined in a batch that teaches nothing.
 */
async function refuseNotFiniteState(
  state: TrainingState,
  longest: Microbatch | undefined,
  batch: ScoredBatch,
  loss: ReturnType<typeof lossSettings>,
  { workers }: TrainingParts,
): Promise<void> {
  const vectors = { weights: state.params, first: state.firstMoment, second: state.secondMoment };
  const wrong = Object.entries(vectors).find(([, values]) => !allFinite(values))?.[0];
  const where = "the end of the batch";
  if (wrong !== undefined)
    throw diverged(where, wrong === "weights" ? "weights are not finite" : `${wrong} moments are not finite`);
  if (longest === undefined) return;
  workers.params.set(state.params);
  const one = padMicrobatch(batch, { ...longest, sequences: longest.sequences.slice(0, 1) }, loss);
  const { metrics } = await workers.sum([one], () => undefined);
  const { entropy = 0, abs_log_ratio: ratio = 0 } = metrics;
  refuseNotFinite({ "entropy under the new weights": entropy, "log-ratio under the new weights": ratio }, where);
}

function diverged(where: string, what: string): RlvrError {
  return new RlvrError("training_diverged", `training diverged at ${where}: ${what}`, {
    advice: "The weights are as before the batch. Lower the learning rate.",
  });
}
