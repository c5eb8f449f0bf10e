import { expect, test } from "vitest";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { createScorer } from "../../src/trainer/embedded/scorer.ts";
import { refuseUnsupported } from "../../src/trainer/embedded/unsupported.ts";
import type { BatchSequence } from "../../src/trainer/protocol/batch.ts";
import type { BatchSettings } from "../../src/trainer/protocol/schemas.ts";
import type { TrainAnswer } from "../../src/trainer/trainer-handle.ts";
import {
  checkpointOf,
  decodeEncoded,
  jobDirectory,
  POLICY_DIRECTORY,
  sequencesOf,
  settingsOf,
  startTestTrainer,
  writeBatch,
} from "./helpers.ts";

type Objective = Partial<BatchSettings["objective"]>;

function settingsWith(objective: Objective, learningRates?: number[]): BatchSettings {
  const settings = settingsOf(learningRates);
  return { ...settings, objective: { ...settings.objective, ...objective } };
}

/** What the first batch of a new job leads to. */
async function trainOnce(
  sequences: readonly BatchSequence[],
  settings: BatchSettings,
  workers = 2,
): Promise<TrainAnswer> {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job, { settings: { workers, microbatch_tokens: 64 } });
  const answer = await trainer.train(writeBatch(job, { step: 1, sequences, settings }));
  await trainer.stop();
  return answer;
}

const withSecondPair = (sequence: BatchSequence, index: number): BatchSequence => ({
  ...sequence,
  advantages2: index % 3 === 0 ? -1 : 0.5,
  weights2: index % 4 === 0 ? 0 : 0.01,
});

test("recomputed ratios, a correction and a second surrogate train to the same bits on one thread and two", async () => {
  const sequences = sequencesOf(30, 1, 2).map(withSecondPair);
  const correction = { mode: "geometric-mask", cap: 1.5, floor: 0.6 } as const;
  const settings = settingsWith({ old: "recompute", correction, kl: { kind: "k2", coefficient: 0.1 } }, [1e-3, 1e-3]);
  const [one, two] = [await trainOnce(sequences, settings, 1), await trainOnce(sequences, settings, 2)];
  expect(checkpointOf(two).sha256).toBe(checkpointOf(one).sha256);
  expect(one.metrics["mismatch_kl"]).toBeGreaterThan(0);
  expect(one.metrics["mean_abs_log_w"]).toBeGreaterThan(0);

  const uncorrected = await trainOnce(sequences, {
    ...settings,
    objective: { ...settings.objective, correction: null },
  });
  expect(checkpointOf(uncorrected).sha256).not.toBe(checkpointOf(one).sha256);
  const firstOnly = sequencesOf(30, 1, 2);
  expect(checkpointOf(await trainOnce(firstOnly, settings)).sha256).not.toBe(checkpointOf(one).sha256);
});

test("recomputed log-probabilities are those from before the batch's first optimiser step", async () => {
  const sequences = [0, 1].flatMap((optStep) =>
    sequencesOf(10).map((each) => ({ ...each, optStep, sequenceId: each.sequenceId + 100 * optStep })),
  );
  const learningRates = [1e-2, 1e-3];
  const recomputed = await trainOnce(sequences, settingsWith({ old: "recompute" }, learningRates));

  const model = readPolicyModel(POLICY_DIRECTORY);
  const settings = settingsWith({ old: "sampler" }, learningRates);
  const { packed } = decodeEncoded({ run: "test", step: 1, policyVersion: 0, sequences, settings });
  const { logprobs } = await createScorer(model, 64, () => undefined)(model.baseParams, packed, 2);
  const scored = sequences.map((each, index) => {
    const [start = 0, end = 0] = packed.cuSeqlens.subarray(index, index + 2);
    return { ...each, samplingLogprobs: [...logprobs.subarray(start + each.promptLength, end)] };
  });
  const sampled = await trainOnce(scored, settings);
  expect(checkpointOf(recomputed).sha256).toBe(checkpointOf(sampled).sha256);
  // The first step's ratios are 1; the second's would be, were they taken to the weights after the first.
  expect(recomputed.metrics["ratio_max"]).toBeGreaterThan(1.05);
  expect(sampled.metrics["mismatch_kl"]).toBeCloseTo(0, 6);
});

test("a later batch is taken to the weights that it found, not to the base", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const settings = settingsWith({ old: "recompute" }, [1e-2]);
  await trainer.train(writeBatch(job, { step: 1, settings }));
  const { metrics } = await trainer.train(writeBatch(job, { step: 2, settings }));
  expect(metrics["ratio_max"]).toBeCloseTo(1, 5);
  expect(metrics["mean_abs_log_ratio"]).toBeCloseTo(0, 5);
});

test("the mismatch with the sampler is that of the weights before the batch, whatever the ratios are taken to", async () => {
  const sequences = sequencesOf(10, 1, 2);
  const both = (answer: TrainAnswer) => [answer.metrics["mismatch_kl"], answer.metrics["mean_abs_log_w"]] as const;
  const once = sequences.map((each) => ({ ...each, optStep: 0 }));
  const [kl = 0, absolute = 0] = both(await trainOnce(once, settingsWith({ old: "sampler" })));
  const recomputed = both(await trainOnce(sequences, settingsWith({ old: "recompute" }, [1e-2, 1e-2])));
  expect(kl).toBeGreaterThan(0.1);
  expect(recomputed[0]).toBeCloseTo(kl, 4);
  expect(recomputed[1]).toBeCloseTo(absolute, 4);

  // With the sampler's, only the first optimiser step still has the weights from before.
  const first = sequences.filter(({ optStep }) => optStep === 0);
  const whole = both(await trainOnce(sequences, settingsWith({ old: "sampler" }, [1e-2, 1e-2])));
  expect(whole).toEqual(both(await trainOnce(first, settingsWith({ old: "sampler" }, [1e-2, 1e-2]))));
});

test("two surrogates of half the weight are one, and the second may stand alone", async () => {
  const sequences = sequencesOf(10);
  const settings = settingsWith({ kl: { kind: "k1", coefficient: 0.1 } });
  const one = await trainOnce(sequences, settings);
  const halves = sequences.map((each) => {
    const half = Number(each.weights) / 2;
    return { ...each, weights: half, advantages2: each.advantages, weights2: half };
  });
  expect(checkpointOf(await trainOnce(halves, settings)).sha256).toBe(checkpointOf(one).sha256);
  const alone = sequences.map((each) => ({
    ...each,
    weights: 0,
    advantages2: each.advantages,
    weights2: each.weights,
  }));
  expect(checkpointOf(await trainOnce(alone, settings)).sha256).toBe(checkpointOf(one).sha256);
});

test("tensors that the trainer does not use are refused by name", () => {
  const model = readPolicyModel(POLICY_DIRECTORY);
  const sequences = sequencesOf(2).map(withSecondPair);
  const batch = decodeEncoded({ run: "test", step: 1, policyVersion: 0, sequences, settings: settingsOf() });
  expect(() => refuseUnsupported(batch, model)).not.toThrow();
  const withTeacher = { ...batch, tensorNames: [...batch.tensorNames, "teacher_logprobs"] };
  expect(() => refuseUnsupported(withTeacher, model)).toThrow("does not use the tensor teacher_logprobs");
});
