import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import { startGradientWorkers, type GradientWorkers } from "../../src/trainer/embedded/gradient-workers.ts";
import { loadOptimizerStep } from "../../src/trainer/embedded/optimizer-step.ts";
import { createReferenceScorer } from "../../src/trainer/embedded/reference-scores.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { trainBatch } from "../../src/trainer/embedded/train-batch.ts";
import type { DecodedBatch } from "../../src/trainer/protocol/batch.ts";
import { decodeEncoded, distance, POLICY_DIRECTORY } from "./helpers.ts";

// What PyTorch computes with plain autograd and torch.optim.AdamW: see python/rlvr_train/golden.py.
const golden = decodeSafetensors(readFileSync(packagePath("test/golden/tiny.safetensors")), "golden");
const floats = (name: string): Float32Array => tensorOf(golden, name, "F32").data;
const { data: inputIds, shape } = tensorOf(golden, "grad.input_ids", "I32");
const [rows = 0, length = 0] = shape;
const lossSettings = floats("grad.loss_settings");

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
    oldLogprobs: floats("grad.old_logprobs"),
    refLogprobs: floats("grad.ref_logprobs"),
    advantages: floats("grad.advantages"),
    weights: floats("grad.loss_weights"),
    temperature: floats("grad.temperature"),
    lossSettings,
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
  const [clipLow = 0, clipHigh = 0, dualClip = 0, kl = 0, entropy = 0] = lossSettings;
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
      samplingLogprobs: row(floats("grad.old_logprobs"), index),
      ...(withReference && { refLogprobs: row(floats("grad.ref_logprobs"), index) }),
      advantages: row(floats("grad.advantages"), index),
      weights: row(floats("grad.loss_weights"), index),
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
      objective: {
        ratio: "token",
        old: "sampler",
        correction: null,
        clip_low: clipLow,
        clip_high: clipHigh,
        dual_clip: dualClip,
        kl: { kind: "k3", coefficient: kl },
        entropy_coefficient: entropy,
      },
      optimizer: { name: "adamw", beta1, beta2, eps, weight_decay: decay, max_norm: maxNorm },
      learning_rates: Array.from({ length: optimizerSteps }, () => lr),
    },
  });
}

test("without reference log-probabilities in the batch, the base is the reference", async () => {
  const { packed } = goldenBatch(1, false);
  const scored = await createReferenceScorer(model, 64)(packed, 1);
  const expected = floats("score.logprobs");
  const actions = [...packed.actionMask.keys()].filter(
    (token) => packed.actionMask[token] === 1 && packed.weights[token] !== 0,
  );
  expect(actions.length).toBeGreaterThan(30);
  for (const token of actions) expect(scored.refLogprobs?.[token]).toBeCloseTo(expected[token] ?? 0, 4);
});

test("five optimiser steps of a written batch lead where PyTorch's lead", async () => {
  const batch = goldenBatch(5, true);
  const zeros = (): Float32Array<ArrayBuffer> => new Float32Array(model.parameterCount);
  const base = {
    policyVersion: 0,
    optimizerStep: 0,
    params: model.baseParams,
    firstMoment: zeros(),
    secondMoment: zeros(),
  };
  const parts = { workers, step: await loadOptimizerStep(model.updateGraph), microbatchTokens: 64 };
  const { state, metrics } = await trainBatch(base, batch, parts, () => undefined);
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
