import { join, relative } from "node:path";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { writeDirectoryAtomic } from "../../core/files/files.ts";
import type { ConfiguredObjective } from "../../objectives/registry.ts";
import { distilledAdvantages } from "../../objectives/teacher-credit.ts";
import { learningRate } from "../../trainer/learning-rate.ts";
import { batchFault, encodeBatch, type BatchSequence } from "../../trainer/protocol/batch.ts";
import type { BatchSettings } from "../../trainer/protocol/schemas.ts";
import type { TrainRequest } from "../../trainer/trainer-handle.ts";
import { rolloutsOfStep, type RolloutRecord } from "../../tracking/rollouts.ts";
import { groupsOfStep, type StepRow } from "../../tracking/steps.ts";
import {
  batchOfStep,
  checkpointAfter,
  creditsOfBatch,
  markBatchWritten,
  storeCheckpoint,
  type BatchRow,
} from "../../tracking/training.ts";
import { versionsOfStep } from "../../tracking/spans.ts";
import { packageVersion } from "../../core/package-files.ts";
import { quarantine } from "./quarantine.ts";
import type { RunContext } from "../run-context.ts";
import { reportSoftware } from "../software.ts";
import { sequenceIdOf } from "./sequence-id.ts";
import { tokenStatsOfBatch } from "./token-stats.ts";

/**
 * Phase `train`: the planned batch is written, trained, and its checkpoint recorded. A batch is made of rows alone,
 * so after a kill the same files are written again; a checkpoint without a row is trained again, bit by bit. A batch
 * on which training diverges is quarantined.
 */
export async function train(context: RunContext, step: StepRow): Promise<void> {
  const { db, trainer, directory } = context;
  const batch = batchOfStep(db, step.id);
  if (batch === undefined) throw new Error(`step ${step.number} is in phase train without a batch`);
  await context.policy.suspend();
  const batchDirectory = await standingBatch(context, step, batch);
  const trained = await trainOrDiverge(trainer, { step: step.number, batchDirectory });
  if (isRlvrError(trained)) return quarantine(context, step, batch, trained);
  const { job, ...answer } = trained;
  const served = context.policy.software();
  reportSoftware(context, [
    { part: "orchestrator", name: "rlvr", versions: { rlvr: packageVersion(), node: process.versions.node } },
    ...(served === undefined ? [] : [served]),
    { part: "trainer", ...answer.trainer },
  ]);
  storeCheckpoint(
    db,
    step,
    {
      policyVersion: answer.policyVersion,
      parentVersion: answer.parentVersion,
      batchId: batch.id,
      jobId: job.id,
      directory: answer.checkpoint === undefined ? null : relative(directory, answer.checkpoint.directory),
      exportDirectory: relative(directory, answer.exportDirectory),
      sha256: answer.checkpoint?.sha256 ?? null,
    },
    Object.fromEntries(Object.entries(answer.metrics).map(([name, value]) => [`train.${name}`, value])),
    tokenStatsOfBatch(context, batch, answer),
  );
}

/** The answer to a batch, or the error that says that no version can be made of it. */
async function trainOrDiverge(trainer: RunContext["trainer"], request: TrainRequest) {
  try {
    return await trainer.train(request);
  } catch (error) {
    if (isRlvrError(error) && error.code === "training_diverged") return error;
    throw error;
  }
}

/** What a batch is made from. */
type Sources = Pick<RunContext, "db" | "run" | "recipe" | "objective" | "directory">;

/**
 * The directory of a batch, which is written where it is missing or damaged: rows are all that it is made of.
 * @throws RlvrError `bad_database` when it comes out other than it was.
 */
export async function standingBatch(sources: Sources, step: StepRow, batch: BatchRow): Promise<string> {
  const { db, directory } = sources;
  const path = join(directory, batch.directory);
  if (batch.state !== "planned" && (await batchFault(path, batch.sha256)) === undefined) return path;
  const { files, sha256 } = encodeStep(sources, step, batch);
  if (batch.sha256 !== null && sha256 !== batch.sha256) throw otherBatch(step, path);
  writeDirectoryAtomic(path, files);
  if (batch.state === "planned") markBatchWritten(db, batch, sha256);
  return path;
}

function otherBatch(step: StepRow, path: string): RlvrError {
  return new RlvrError("bad_database", `the batch of step ${step.number} is not what was trained, made from its rows`, {
    advice: `Another version of rlvr wrote it: go on with that one, or bring back ${path}.`,
  });
}

function encodeStep(context: Sources, step: StepRow, batch: BatchRow) {
  const { db, run, recipe, objective } = context;
  const { epochs, minibatches } = recipe.trainer;
  const credits = new Map(creditsOfBatch(db, batch.id).map((row) => [row.rolloutId, row]));
  const groups = groupsOfStep(db, step.id);
  const slots = new Map(groups.map((group) => [group.id, group.slot]));
  const all = rolloutsOfStep(db, step.id);
  const rollouts = all.filter((rollout) => credits.has(rollout.id));
  const plainPrompts = new Map(all.filter(({ hintId }) => hintId === null).map((own) => [own.groupId, own.promptIds]));
  const versions = recipe.pipeline.partial ? versionsOfStep(db, step.id) : undefined;
  const sequences: BatchSequence[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const rollout of rollouts) {
      const slot = slots.get(rollout.groupId) ?? 0;
      const { advantage = 0, weight = 0, advantage2, weight2, minibatch } = credits.get(rollout.id) ?? {};
      const isUnhinted = rollout.trainedUnder === "unhinted";
      sequences.push({
        ...sequenceOf(rollout, isUnhinted ? plainPromptOf(rollout, plainPrompts) : rollout.promptIds),
        policyVersion: versions?.get(rollout.groupId)?.get(rollout.number) ?? rollout.policyVersion,
        sequenceId: sequenceIdOf(slot, recipe.sampling.group_size, rollout),
        advantages: withTeacher(rollout, advantage, objective.teacherCoefficient),
        weights: weight,
        ...(advantage2 != null && { advantages2: advantage2, weights2: weight2 ?? 0 }),
        temperature: recipe.sampling.temperature,
        optStep: epoch * minibatches + (minibatch ?? 0),
      });
    }
  return encodeBatch({
    run: String(run.id),
    step: step.number,
    // What it is trained on top of, which may be newer than what its rollouts were sampled from.
    policyVersion: checkpointAfter(db, run.id, step.number - 1)?.policyVersion ?? 0,
    sequences,
    settings: batchSettings(context, step),
  });
}

/** The advantage of a rollout's tokens: its own for all of them, or one for each where a teacher has a say. */
function withTeacher(
  { id, logprobs, teacherLogprobs }: RolloutRecord,
  advantage: number,
  coefficient: number,
): number | number[] {
  if (coefficient === 0) return advantage;
  if (teacherLogprobs === null) throw new Error(`rollout ${id} is trained with a teacher that never scored it`);
  return distilledAdvantages(advantage, logprobs, teacherLogprobs, coefficient);
}

function plainPromptOf(
  { id, groupId }: RolloutRecord,
  plainPrompts: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  const promptIds = plainPrompts.get(groupId);
  if (promptIds === undefined)
    throw new Error(`rollout ${id} has no group without hints to take the plain prompt from`);
  return promptIds;
}

function sequenceOf(rollout: RolloutRecord, promptIds: readonly number[]) {
  return {
    inputIds: [...promptIds, ...rollout.tokenIds],
    promptLength: promptIds.length,
    samplingLogprobs: rollout.logprobs,
  };
}

/** The objective's surrogate in the names of the trainer protocol. */
function surrogateSettings({ surrogate }: ConfiguredObjective): BatchSettings["objective"] {
  return {
    ratio: surrogate.ratioLevel,
    old: surrogate.old,
    clip_low: surrogate.clipLow,
    clip_high: surrogate.clipHigh,
    dual_clip: surrogate.dualClip ?? 0,
    ratio_cap: surrogate.ratioCap ?? 0,
    correction: surrogate.correction,
    kl: { kind: surrogate.klKind, coefficient: surrogate.klCoef },
    entropy_coefficient: surrogate.entropyCoef,
  };
}

function batchSettings({ recipe, objective }: Sources, step: StepRow): BatchSettings {
  const { epochs, minibatches, schedule, learning_rate, warmup_steps, ...trainer } = recipe.trainer;
  const perBatch = epochs * minibatches;
  const course = {
    kind: schedule,
    peak: learning_rate,
    warmupSteps: warmup_steps,
    totalSteps: recipe.steps * perBatch,
  };
  return {
    objective: surrogateSettings(objective),
    optimizer: {
      name: "adamw",
      beta1: trainer.beta1,
      beta2: trainer.beta2,
      eps: trainer.eps,
      weight_decay: trainer.weight_decay,
      max_norm: trainer.max_gradient_norm,
    },
    learning_rates: Array.from({ length: perBatch }, (_, index) =>
      learningRate(course, (step.number - 1) * perBatch + index),
    ),
  };
}
