import { afterAll, beforeAll, expect, test } from "vitest";
import { planMicrobatches } from "../../src/trainer/batch-plan.ts";
import { startGradientWorkers, type GradientWorkers } from "../../src/trainer/embedded/gradient-workers.ts";
import { lossSettings } from "../../src/trainer/embedded/loss-settings.ts";
import { padMicrobatch, type ScoredBatch } from "../../src/trainer/embedded/pad-microbatch.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import type { BatchSequence } from "../../src/trainer/protocol/batch.ts";
import { decodeEncoded, distance, POLICY_DIRECTORY, sequencesOf, settingsOf } from "./helpers.ts";

const model = readPolicyModel(POLICY_DIRECTORY);
const settings = lossSettings(settingsOf().objective);
let workers: GradientWorkers;

beforeAll(async () => {
  workers = await startGradientWorkers(model, 2);
  workers.params.set(model.baseParams);
});
afterAll(() => workers.close());

function packed(sequences: readonly BatchSequence[]): ScoredBatch {
  const batch = decodeEncoded({ run: "test", step: 1, policyVersion: 0, sequences, settings: settingsOf() }).packed;
  return { ...batch, oldLogprobs: batch.samplingLogprobs };
}

async function gradientOf(batch: ScoredBatch, maxTokens: number): Promise<Float32Array> {
  const plan = planMicrobatches(batch, 0, maxTokens);
  const { gradient } = await workers.sum(
    plan.map((each) => padMicrobatch(batch, each, settings)),
    () => undefined,
  );
  return gradient.slice();
}

test("the gradient does not depend on how the batch was cut into microbatches", async () => {
  const batch = packed(sequencesOf(40));
  const whole = await gradientOf(batch, 100_000);
  const largest = distance(whole);
  expect(largest).toBeGreaterThan(1e-4);
  for (const maxTokens of [1, 64, 300]) {
    expect(distance(await gradientOf(batch, maxTokens), whole)).toBeLessThan(1e-5 * largest);
  }
});

test("tokens and sequences without weight change nothing", async () => {
  const [first, second] = sequencesOf(2) as [BatchSequence, BatchSequence];
  const alone = await gradientOf(packed([first]), 1024);
  const longer = {
    ...first,
    inputIds: [...first.inputIds, 3, 4],
    samplingLogprobs: [...first.samplingLogprobs, -9, -9],
    weights: [...first.samplingLogprobs.map(() => Number(first.weights)), 0, 0],
  };
  expect(await gradientOf(packed([longer, { ...second, weights: 0 }]), 1024)).toEqual(alone);
  expect(distance(await gradientOf(packed([{ ...first, weights: 0 }]), 1024))).toBe(0);
});

test("the shortest sequence there is, a prompt of one token and one answer, has a gradient", async () => {
  const [first] = sequencesOf(1) as [BatchSequence];
  const shortest = { ...first, inputIds: [5, 6], promptLength: 1, samplingLogprobs: [-3] };
  expect(distance(await gradientOf(packed([shortest]), 1024))).toBeGreaterThan(1e-4);
});

test("microbatches are added in their order, however many wait for their turn", async () => {
  const batch = packed(sequencesOf(40));
  const order: number[] = [];
  const plan = planMicrobatches(batch, 0, 1).map((each) => padMicrobatch(batch, each, settings));
  const first = await workers.sum(plan, (done) => order.push(done));
  const kept = first.gradient.slice();
  expect(order).toEqual(plan.map((_, index) => index + 1));
  expect((await workers.sum(plan, () => undefined)).gradient).toEqual(kept);
});

test("a graph that fails is an error, and the threads go on working", async () => {
  const batch = packed(sequencesOf(6));
  const good = planMicrobatches(batch, 0, 30).map((each) => padMicrobatch(batch, each, settings));
  const bad = good.map((each, index) => (index === 1 ? { ...each, temperature: new Float32Array(0) } : each));
  await expect(workers.sum(bad, () => undefined)).rejects.toThrow("the gradient graph failed");
  expect((await workers.sum(good, () => undefined)).metrics["tokens"]).toBeGreaterThan(0);
});
