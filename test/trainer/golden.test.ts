import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "../../src/core/process/onnx-runtime.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import { startGradientWorkers, type GradientWorkers } from "../../src/trainer/embedded/gradient-workers.ts";
import { loadOptimizerStep } from "../../src/trainer/embedded/optimizer-step.ts";
import { lossSettings } from "../../src/trainer/embedded/loss-settings.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { createScorer } from "../../src/trainer/embedded/scorer.ts";
import { trainBatch } from "../../src/trainer/embedded/train-batch.ts";
import type { DecodedBatch } from "../../src/trainer/protocol/batch.ts";
import type { BatchSettings } from "../../src/trainer/protocol/schemas.ts";
import { decodeEncoded, distance, POLICY_DIRECTORY } from "./helpers.ts";

// What PyTorch computes with plain autograd and torch.optim.AdamW: see python/rlvr_train/golden.py.
const golden = decodeSafetensors(readFileSync(packagePath("test/golden/tiny.safetensors")), "golden");
const floats = (name: string): Float32Array => tensorOf(golden, name, "F32").data;
const { data: inputIds, shape } = tensorOf(golden, "grad.input_ids", "I32");
const [rows = 0, length = 0] = shape;
// OPTIONS in golden.py.
const objective: BatchSettings["objective"] = {
  ratio: "token",
  old: "recompute",
  clip_low: 0.2,
  clip_high: 0.28,
  dual_clip: 1.5,
  ratio_cap: 0,
  correction: null,
  kl: { kind: "k3", coefficient: 0.05 },
  entropy_coefficient: 0.02,
};

const model = readPolicyModel(POLICY_DIRECTORY);
let workers: GradientWorkers;
beforeAll(async () => {
  workers = await startGradientWorkers(model, 2);
});
afterAll(() => workers.close());

test("loss, gradient and metrics are PyTorch's", async () => {
  workers.params.set(model.baseParams);
  const microbatch = {
    rows,
    length,
    inputIds,
    samplingLogprobs: floats("grad.sampling_logprobs"),
    oldLogprobs: floats("grad.old_logprobs"),
    refLogprobs: floats("grad.ref_logprobs"),
    advantages: floats("grad.advantages"),
    weights: floats("grad.loss_weights"),
    advantages2: floats("grad.advantages_2"),
    weights2: floats("grad.loss_weights_2"),
    temperature: floats("grad.temperature"),
    lossSettings: lossSettings(objective),
  };
  const { gradient, metrics } = await workers.sum([microbatch], () => undefined);
  expect(distance(floats("grad.gradient"))).toBeGreaterThan(1e-2);
  expect(distance(gradient, floats("grad.gradient"))).toBeLessThan(1e-6);
  const expected = floats("grad.metrics");
  for (const [index, name] of model.gradMetrics.entries()) expect(metrics[name]).toBeCloseTo(expected[index] ?? 0, 4);
});

/** The golden rows as a batch that takes so many optimiser steps, each over all rows. */
function goldenBatch(optimizerSteps: number, withReference: boolean): DecodedBatch {
  const [lr = 0, beta1 = 0, beta2 = 0, eps = 0, decay = 0, maxNorm = 0] = floats("update.optimizer");
  const promptLength = 6;
  const row = (values: Float32Array, index: number): number[] => [
    ...values.subarray(index * length + promptLength, (index + 1) * length),
  ];
  const sequences = Array.from({ length: optimizerSteps * rows }, (_, copy) => {
    const index = copy % rows;
    return {
      sequenceId: copy,
      inputIds: [...inputIds.subarray(index * length, (index + 1) * length)],
      promptLength,
      samplingLogprobs: row(floats("grad.sampling_logprobs"), index),
      ...(withReference && { refLogprobs: row(floats("grad.ref_logprobs"), index) }),
      advantages: row(floats("grad.advantages"), index),
      weights: row(floats("grad.loss_weights"), index),
      advantages2: row(floats("grad.advantages_2"), index),
      weights2: row(floats("grad.loss_weights_2"), index),
      policyVersion: 0,
      temperature: floats("grad.temperature")[index] ?? 1,
      optStep: Math.floor(copy / rows),
    };
  });
  return decodeEncoded({
    run: "golden",
    step: 1,
    policyVersion: 0,
    sequences,
    settings: {
      objective,
      optimizer: { name: "adamw", beta1, beta2, eps, weight_decay: decay, max_norm: maxNorm },
      learning_rates: Array.from({ length: optimizerSteps }, () => lr),
    },
  });
}

test("the scorer gives PyTorch's log-probabilities and entropies of every token with a weight", async () => {
  const { packed } = goldenBatch(1, false);
  const scores = await createScorer(model, 64, () => undefined)(model.baseParams, packed, 1);
  const expected = { logprobs: floats("score.logprobs"), entropies: floats("score.entropy") };
  const actions = [...packed.actionMask.keys()].filter(
    (token) => packed.weights[token] !== 0 || packed.weights2?.[token] !== 0,
  );
  expect(actions.length).toBeGreaterThan(30);
  for (const name of ["logprobs", "entropies"] as const)
    for (const token of actions) expect(scores[name][token]).toBeCloseTo(expected[name][token] ?? 0, 4);
});

test("five optimiser steps of a written batch lead where PyTorch's lead", async () => {
  const { manifest, packed } = goldenBatch(5, true);
  const oldLogprobs = Float32Array.from(
    packed.inputIds,
    (_, token) => floats("grad.old_logprobs")[token % inputIds.length] ?? 0,
  );
  const zeros = (): Float32Array<ArrayBuffer> => new Float32Array(model.parameterCount);
  const base = {
    policyVersion: 0,
    optimizerStep: 0,
    params: model.baseParams,
    firstMoment: zeros(),
    secondMoment: zeros(),
  };
  const parts = { workers, step: await loadOptimizerStep(model.updateGraph), microbatchTokens: 64 };
  const { state, metrics } = await trainBatch(base, manifest, { ...packed, oldLogprobs }, parts, () => undefined);
  const expected = floats("update.params");
  expect(distance(model.baseParams, expected)).toBeGreaterThan(1e-3);
  expect(distance(state.params, expected)).toBeLessThan(1e-4);
  const norms = floats("update.gradient_norms");
  expect(metrics["gradient_norm"]).toBeCloseTo(norms.reduce((sum, norm) => sum + norm, 0) / norms.length, 4);
  expect(state).toMatchObject({ policyVersion: 1, optimizerStep: 5 });
});

test("log-probabilities and entropies of the scoring graph are PyTorch's", async () => {
  const session = await InferenceSession.create(join(POLICY_DIRECTORY, "graphs/score.onnx"));
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor("int32", inputIds, shape),
    temperature: new Tensor("float32", floats("grad.temperature"), [rows]),
  };
  let at = 0;
  for (const [name, dimensions] of model.parameters) {
    const end = at + dimensions.reduce((product, size) => product * size, 1);
    feeds[name] = new Tensor("float32", model.baseParams.subarray(at, end), dimensions);
    at = end;
  }
  const outputs = await session.run(feeds);
  for (const name of ["logprobs", "entropy"]) {
    const values = outputs[name]?.data as Float32Array;
    expect(distance(values, floats(`score.${name}`))).toBeLessThan(1e-5);
  }
});
