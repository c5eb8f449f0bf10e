import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { writeDirectoryAtomic, writeFileAtomic } from "../../src/core/files/files.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { stream } from "../../src/core/random.ts";
import {
  decodeBatch,
  encodeBatch,
  type BatchInput,
  type BatchSequence,
  type DecodedBatch,
} from "../../src/trainer/protocol/batch.ts";
import { decodeJson } from "../../src/trainer/protocol/json.ts";
import { batchDirectory } from "../../src/trainer/protocol/paths.ts";
import { batchManifest, type BatchSettings } from "../../src/trainer/protocol/schemas.ts";
import { startTrainer, type StartTrainerInput } from "../../src/trainer/trainer-job.ts";
import type { SavedCheckpoint, TrainAnswer, TrainerHandle } from "../../src/trainer/trainer-handle.ts";

/** The policy that the tests train. */
export const POLICY_DIRECTORY = packagePath("policies/tiny");

/** Settings of a batch with one optimiser step for each learning rate. */
export function settingsOf(learningRates: number[] = [1e-3]): BatchSettings {
  return {
    objective: {
      ratio: "token",
      old: "sampler",
      clip_low: 0.2,
      clip_high: 0.28,
      dual_clip: 3,
      ratio_cap: 0,
      correction: null,
      kl: { kind: "k3", coefficient: 0 },
      entropy_coefficient: 0.01,
    },
    optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0.01, max_norm: 1 },
    learning_rates: learningRates,
  };
}

/** Made-up sequences of ragged lengths, the same for the same arguments. */
export function sequencesOf(count: number, seed = 1, optimizerSteps = 1): BatchSequence[] {
  const random = stream(seed);
  return Array.from({ length: count }, (_, index) => {
    const promptLength = 2 + random.integer(6);
    const completion = 1 + random.integer(20);
    return {
      sequenceId: 1000 * seed + index,
      inputIds: Array.from({ length: promptLength + completion }, () => 2 + random.integer(20)),
      promptLength,
      samplingLogprobs: Array.from({ length: completion }, () => -2.5 - random.uniform()),
      advantages: random.uniform() * 2 - 1,
      weights: optimizerSteps / (count * 10),
      policyVersion: 0,
      temperature: 0.7 + random.uniform() / 2,
      optStep: index % optimizerSteps,
    };
  });
}

/** A batch as a trainer reads it. */
export function decodeEncoded(input: BatchInput): DecodedBatch {
  const { files } = encodeBatch(input);
  const manifest = decodeJson(batchManifest, String(files["manifest.json"]), "manifest");
  const bytes = files["batch.safetensors"] as Uint8Array;
  return decodeBatch({ manifest, files: new Map([["batch.safetensors", bytes]]) }, "batch");
}

/** Largest distance between two vectors, or from zero. */
export function distance(a: Float32Array, b: Float32Array = new Float32Array(a.length)): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? 0))), 0);
}

/** A job directory that is deleted after the test. */
export function jobDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "rlvr-trainer-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a batch into a job and gives the request to train on it. */
export function writeBatch(
  job: string,
  input: Partial<BatchInput> & { step: number },
): { step: number; batchDirectory: string } {
  const directory = batchDirectory(job, input.step);
  const { files } = encodeBatch({
    run: "test",
    policyVersion: input.step - 1,
    sequences: sequencesOf(12, input.step),
    settings: settingsOf(),
    ...input,
  });
  writeDirectoryAtomic(directory, files);
  return { step: input.step, batchDirectory: directory };
}

/** Asks a trainer directly, by files: requests are numbered from 1, so it must not be asked in any other way. */
export function asker(epoch: string): (request: unknown) => Promise<Record<string, unknown>> {
  mkdirSync(join(epoch, "control"), { recursive: true });
  let sequence = 0;
  return async (request) => {
    sequence += 1;
    const name = String(sequence).padStart(6, "0");
    const text = typeof request === "string" ? request : JSON.stringify(request);
    writeFileAtomic(join(epoch, `control/${name}.json`), text);
    const answer = join(epoch, `control/${name}.answer.json`);
    while (!existsSync(answer)) await sleep(5);
    return JSON.parse(readFileSync(answer, "utf8")) as Record<string, unknown>;
  };
}

/** The checkpoint that an answer has to have. */
export function checkpointOf(answer: TrainAnswer | undefined): SavedCheckpoint {
  if (answer?.checkpoint === undefined) throw new Error("the answer has no checkpoint");
  return answer.checkpoint;
}

/** Starts the embedded trainer, which is stopped after the test. */
export async function startTestTrainer(job: string, input: Partial<StartTrainerInput> = {}): Promise<TrainerHandle> {
  const trainer = await startTrainer({
    jobDirectory: job,
    epoch: 1,
    policyDirectory: POLICY_DIRECTORY,
    startFrom: { kind: "base" },
    ...input,
    settings: { reread_seconds: 0, ...input.settings },
  });
  onTestFinished(() => trainer.stop());
  return trainer;
}
