import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import type { BatchSequence } from "../../src/trainer/protocol/batch.ts";
import { decodeJson } from "../../src/trainer/protocol/json.ts";
import { readTokenStats, type SequenceStats } from "../../src/trainer/protocol/token-stats.ts";
import { checkpointManifest, exportManifest } from "../../src/trainer/protocol/schemas.ts";
import type { TrainAnswer } from "../../src/trainer/trainer-handle.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { createScorer } from "../../src/trainer/embedded/scorer.ts";
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

const read = (directory: string, name: string): Buffer => readFileSync(join(directory, name));

test("a batch gives new weights, a checkpoint, an export and metrics", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const sequences = sequencesOf(12, 1, 2);
  const request = writeBatch(job, { step: 1, sequences, settings: settingsOf([1e-3, 5e-4]) });
  const answer = await trainer.train(request);

  expect([answer.parentVersion, answer.policyVersion]).toEqual([0, 1]);
  const { exportDirectory, metrics } = answer;
  const { directory: checkpointDirectory } = checkpointOf(answer);
  const manifest = decodeJson(checkpointManifest, read(checkpointDirectory, "manifest.json").toString(), "checkpoint");
  expect(manifest).toMatchObject({ policy_version: 1, optimizer_step: 2, sha256: checkpointOf(answer).sha256 });
  for (const [name, hash] of Object.entries(manifest.files)) expect(sha256(read(checkpointDirectory, name))).toBe(hash);
  const exported = decodeJson(exportManifest, read(exportDirectory, "manifest.json").toString(), "export");
  expect(exported).toMatchObject({
    policy_version: 1,
    files: { "model.safetensors": manifest.files["model.safetensors"] },
  });
  expect(read(exportDirectory, "model.safetensors")).toEqual(read(checkpointDirectory, "model.safetensors"));

  const base = decodeSafetensors(read(POLICY_DIRECTORY, "model.safetensors"), "base");
  const trained = decodeSafetensors(read(exportDirectory, "model.safetensors"), "trained");
  expect([...trained.tensors.keys()]).toEqual([...base.tensors.keys()]);
  const change = tensorOf(trained, "head", "F32").data.map(
    (value, index) => value - (tensorOf(base, "head", "F32").data[index] ?? 0),
  );
  // AdamW's first steps move a parameter by about the learning rate.
  expect(Math.max(...change.map(Math.abs))).toBeCloseTo(1.5e-3, 3);

  const tokens = sequences.reduce((sum, { samplingLogprobs }) => sum + samplingLogprobs.length, 0);
  expect(metrics).toMatchObject({ tokens, sequences: 12, optimizer_steps: 2, learning_rate: 5e-4 });
  expect(metrics["entropy"]).toBeGreaterThan(0);
  expect(metrics["entropy"]).toBeLessThanOrEqual(Math.log(24) + 1e-6);
  expect(metrics["kl_to_sampler"]).toBeGreaterThan(0);
  expect(metrics["ratio_max"]).toBeGreaterThan(metrics["ratio_mean"] ?? 0);
  expect(metrics["gradient_norm"]).toBeGreaterThan(0);
});

/** By sequence, what an answer tells of the tokens of its batch. */
function tokenStatsOf({ tokenStats }: TrainAnswer): Map<number, SequenceStats> {
  if (tokenStats === undefined) throw new Error("the answer tells nothing of tokens");
  const stats = readTokenStats(tokenStats, { sequences: 100, tokens: 10_000 });
  return new Map(stats.map((each) => [Number(each.sequenceId), each]));
}

test("tells of each token what the weights say that the batch began with", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const [sequence] = sequencesOf(1).map((each) => ({ ...each, temperature: 1 }));
  if (sequence === undefined) throw new Error("there is no sequence");
  const { inputIds, promptLength, sequenceId } = sequence;
  const request = { step: 1, policyVersion: 0, settings: settingsOf() };
  const answer = await trainer.train(writeBatch(job, { ...request, sequences: [sequence] }));
  const { logprobs = [], entropies = [] } = tokenStatsOf(answer).get(sequenceId) ?? {};
  expect(logprobs).toHaveLength(inputIds.length - promptLength);

  // Every token of the vocabulary in each place: their log-probabilities are the whole distribution.
  const model = readPolicyModel(POLICY_DIRECTORY);
  const vocabulary = Array.from({ length: model.vocabularySize }, (_, id) => id);
  const places = [...inputIds.keys()].slice(promptLength);
  const sequences = places.flatMap((token) =>
    vocabulary.map((id) => ({
      ...sequence,
      inputIds: [...inputIds.slice(0, token), id],
      promptLength: token,
      samplingLogprobs: [-1],
    })),
  );
  const { packed } = decodeEncoded({ ...request, run: "test", sequences });
  const scores = await createScorer(model, 1024, () => undefined)(model.baseParams, packed, 1);
  const last = [...packed.cuSeqlens].slice(1).map((end) => scores.logprobs[end - 1] ?? NaN);
  for (const [at, token] of places.entries()) {
    const distribution = last.slice(at * vocabulary.length, (at + 1) * vocabulary.length);
    expect(distribution.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 5);
    expect(entropies[at]).toBeCloseTo(-distribution.reduce((sum, logprob) => sum + Math.exp(logprob) * logprob, 0), 4);
    expect(logprobs[at]).toBeCloseTo(distribution[inputIds[token] ?? 0] ?? NaN, 5);
  }
});

test("tells of all sequences once where it scores them all, else of the first optimiser step, and of none in part", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const [one, two, ...others] = sequencesOf(6, 1, 2);
  if (one === undefined || two === undefined) throw new Error("there are no sequences");
  const inPart = { ...others[0], weights: others[0]?.samplingLogprobs.map((_, at) => (at === 0 ? 0 : 0.1)) ?? 0 };
  const sequences = [one, two, inPart as BatchSequence, ...others.slice(1), { ...one, optStep: 1 }];
  const ids = (kept: (sequence: BatchSequence) => boolean): number[] => [
    ...new Set(sequences.filter((each) => each !== inPart && kept(each)).map(({ sequenceId }) => sequenceId)),
  ];
  for (const [step, old] of (["sampler", "recompute"] as const).entries()) {
    const settings = settingsOf([1e-2, 1e-2]);
    const batch = { step: step + 1, sequences, settings: { ...settings, objective: { ...settings.objective, old } } };
    const stats = tokenStatsOf(await trainer.train(writeBatch(job, batch)));
    expect([...stats.keys()], old).toEqual(ids(({ optStep }) => old === "recompute" || optStep === 0));
  }
});

test("learning from a rewarded completion makes it more likely", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const [first] = sequencesOf(1) as [BatchSequence];
  // Against a sampler that was certain, the ratio is the token's own probability, and nothing is clipped.
  const samplingLogprobs = first.samplingLogprobs.map(() => 0);
  const sequence = { ...first, samplingLogprobs, advantages: 1, weights: 1 / samplingLogprobs.length };
  const settings = settingsOf([1e-3]);
  const ratios: (number | undefined)[] = [];
  for (let step = 1; step <= 4; step++) {
    const { metrics } = await trainer.train(writeBatch(job, { step, sequences: [sequence], settings }));
    ratios.push(metrics["ratio_mean"]);
  }
  expect(ratios).toEqual(ratios.toSorted((a = 0, b = 0) => a - b));
  expect(new Set(ratios).size).toBe(4);
});

test("an optimiser step without sequences moves nothing", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const sequences = sequencesOf(6);
  const once = await trainer.train(writeBatch(job, { step: 1, sequences, settings: settingsOf([1e-3]) }));
  const other = jobDirectory();
  const padded = await (
    await startTestTrainer(other)
  ).train(writeBatch(other, { step: 1, sequences, settings: settingsOf([1e-3, 1e-3]) }));
  expect(checkpointOf(padded).sha256).toBe(checkpointOf(once).sha256);
  expect(padded.metrics).toMatchObject({ optimizer_steps: 1, loss: once.metrics["loss"] });
});

test("any number of workers gives the same bits", async () => {
  const hashes = [];
  for (const workers of [1, 2, 3]) {
    const job = jobDirectory();
    const trainer = await startTestTrainer(job, { settings: { workers, microbatch_tokens: 48 } });
    const sequences = sequencesOf(40, 1, 2);
    const answer = await trainer.train(writeBatch(job, { step: 1, sequences, settings: settingsOf([1e-3, 1e-3]) }));
    hashes.push(checkpointOf(answer).sha256);
    await trainer.stop();
  }
  expect(new Set(hashes).size).toBe(1);
});

test("a trainer that starts from a checkpoint and replays comes to the same checkpoint", async () => {
  const job = jobDirectory();
  const first = await startTestTrainer(job);
  const requests = [1, 2, 3].map((step) => writeBatch(job, { step }));
  const answers: TrainAnswer[] = [];
  for (const request of requests) answers.push(await first.train(request));
  const [one, , three] = answers;
  await first.stop();

  const second = await startTestTrainer(job, {
    epoch: 2,
    startFrom: { kind: "checkpoint", directory: checkpointOf(one).directory, policyVersion: 1 },
  });
  const replayed = [];
  for (const request of requests.slice(1)) replayed.push(await second.train(request));
  expect(replayed.map((answer) => checkpointOf(answer).sha256)).toEqual(
    answers.slice(1).map((answer) => checkpointOf(answer).sha256),
  );
  for (const name of ["model.safetensors", "optimizer.safetensors", "manifest.json"]) {
    expect(read(checkpointOf(replayed[1]).directory, name)).toEqual(read(checkpointOf(three).directory, name));
  }
});

test("what cannot be trained on is refused and leaves the weights as they were", async () => {
  const job = jobDirectory();
  const good = writeBatch(job, { step: 1 });
  const untouched = await (await startTestTrainer(job, { epoch: 1 })).train(good);

  const trainer = await startTestTrainer(job, { epoch: 2 });
  const [first, ...others] = sequencesOf(4, 1, 2);
  const refusal = async (change: Parameters<typeof writeBatch>[1]): Promise<unknown> =>
    trainer.train(writeBatch(job, { policyVersion: 0, ...change })).catch((error: unknown) => error);
  const sequence = first as BatchSequence;

  expect(await refusal({ step: 2, policyVersion: 5 })).toMatchObject({
    code: "protocol_violation",
    message: "the batch is for policy version 5, the trainer is at 0",
  });
  expect(
    await refusal({ step: 2, sequences: [{ ...sequence, inputIds: sequence.inputIds.map(() => 24) }] }),
  ).toMatchObject({ message: "token id 24 is outside the policy's 24 tokens" });
  const long = { ...sequence, promptLength: 1, samplingLogprobs: Array.from({ length: 32 }, () => -1) };
  expect(
    await refusal({ step: 2, sequences: [{ ...long, inputIds: Array.from({ length: 33 }, () => 3) }] }),
  ).toMatchObject({ message: "a sequence has 33 tokens, the policy takes 32" });

  const settings = settingsOf();
  const correction = { mode: "token-truncate" as const, cap: 2, floor: 0 };
  const objective = { ...settings.objective, correction };
  expect(await refusal({ step: 2, settings: { ...settings, objective } })).toMatchObject({
    code: "protocol_violation",
    message: "the correction token-truncate needs old log-probabilities of its own",
    advice: expect.stringMatching(/^Set old to "recompute"/),
  });

  // The first optimiser step is fine; the second overflows.
  const overflow = [sequence, ...others].map((each) => (each.optStep === 1 ? { ...each, advantages: -3e38 } : each));
  expect(await refusal({ step: 2, sequences: overflow, settings: settingsOf([1e-2, 1e-2]) })).toMatchObject({
    code: "training_diverged",
    message: expect.stringMatching(/^training diverged at optimiser step 1 of the batch: loss is/),
  });

  // A finite gradient, and weights that are not, or whose logits are not.
  for (const [rate, what] of [
    [1e39, /end of the batch: weights are not finite$/],
    [3e38, /end of the batch: .*under the new weights is NaN/],
  ] as const)
    expect(await refusal({ step: 2, settings: settingsOf([rate]) })).toMatchObject({
      code: "training_diverged",
      message: expect.stringMatching(what),
    });

  const damaged = writeBatch(job, { step: 2, policyVersion: 0 });
  const file = join(damaged.batchDirectory, "batch.safetensors");
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = 77;
  writeFileSync(file, bytes);
  await expect(trainer.train(damaged)).rejects.toMatchObject({
    code: "bad_checkpoint",
    message: `${file} does not match the sha256 in its manifest`,
  });
  await expect(trainer.train({ step: 9, batchDirectory: join(job, "batches/000009") })).rejects.toMatchObject({
    code: "missing_file",
  });

  expect(checkpointOf(await trainer.train(good)).sha256).toBe(checkpointOf(untouched).sha256);
});

test("a divergence from the reference is paid for in the loss", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const sequences = sequencesOf(6).map((each) => ({ ...each, refLogprobs: each.samplingLogprobs }));
  const settings = settingsOf();
  const objective = { ...settings.objective, kl: { kind: "k3" as const, coefficient: 0.5 }, entropy_coefficient: 0 };
  const { metrics } = await trainer.train(
    writeBatch(job, { step: 1, sequences, settings: { ...settings, objective } }),
  );
  const { loss = 0, surrogate = 0 } = metrics;
  expect(loss).toBeGreaterThan(surrogate);
  // The sampler is the reference here; without a KL term nothing is said of one.
  expect(metrics["kl_to_reference"]).toBeCloseTo(0, 9);
  const without = await trainer.train(writeBatch(job, { step: 2, sequences, settings }));
  expect(Object.keys(without.metrics)).not.toContain("kl_to_reference");
});

test("reports how far the policy is from the base, which it leaves with the first batch", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const settings = settingsOf();
  const kl = { kind: "k2" as const, coefficient: 0.01 };
  const distances: (number | undefined)[] = [];
  for (const step of [1, 2]) {
    const objective = { ...settings.objective, old: "recompute" as const, kl };
    const { metrics } = await trainer.train(writeBatch(job, { step, settings: { ...settings, objective } }));
    distances.push(metrics["kl_to_reference"]);
  }
  expect(distances[0]).toBeCloseTo(0, 9);
  expect(distances[1]).toBeGreaterThan(1e-6);
});

test("deletes no checkpoint or export: which are kept is the orchestrator's to decide", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  for (let step = 1; step <= 5; step++) await trainer.train(writeBatch(job, { step }));
  for (const kind of ["checkpoints", "exports"]) {
    expect(readdirSync(join(job, "epoch-1", kind)).sort()).toEqual(["000001", "000002", "000003", "000004", "000005"]);
  }
});
