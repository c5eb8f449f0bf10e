import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CORRECTION_MODES } from "../../src/core/correction-modes.ts";
import { writeDirectoryAtomic } from "../../src/core/files/files.ts";
import { stream } from "../../src/core/random.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import type { TrainerDriver, TrainerProcess } from "../../src/trainer/drivers/driver.ts";
import { localTorchDriver } from "../../src/trainer/drivers/local-torch.ts";
import { startLocalTrainer } from "../../src/trainer/drivers/local.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { createScorer } from "../../src/trainer/embedded/scorer.ts";
import type { BatchSequence } from "../../src/trainer/protocol/batch.ts";
import { encodeJson } from "../../src/trainer/protocol/json.ts";
import { readTokenStats, type SequenceStats } from "../../src/trainer/protocol/token-stats.ts";
import { launch, type BatchSettings, type Launch } from "../../src/trainer/protocol/schemas.ts";
import { pairwise, type Choice } from "../support/pairwise.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { INSTALLING, partPython } from "../support/test-parts.ts";
import { asker, decodeEncoded, distance, POLICY_DIRECTORY, sequencesOf, settingsOf, writeBatch } from "./helpers.ts";

const MINUTES = 60_000;
const OPTIONS = {
  ratio: ["token", "sequence"],
  old: ["sampler", "recompute"],
  bound: ["clip", "dual-clip", "cispo"],
  correction: ["none", ...CORRECTION_MODES],
  kl: ["none", "k1", "k2", "k3"],
  reference: ["base", "given"],
  pairs: ["one", "two"],
  entropy: ["none", "bonus"],
} as const;
type Combination = Choice<typeof OPTIONS>;

/** A correction is of recomputed log-probabilities, and without a divergence there is no reference. */
const combinations = pairwise(
  OPTIONS,
  ({ correction, old, kl, reference }) =>
    (correction === "none" || old === "recompute") && (kl !== "none" || reference === "base"),
);

function settings({ ratio, old, bound, correction, kl, entropy }: Combination): BatchSettings {
  const common = settingsOf([1e-3, 5e-4]);
  return {
    ...common,
    // AdamW divides a gradient by its own size: where that is rounding alone, so would be the change.
    // With and without clipping.
    optimizer: { ...common.optimizer, eps: 1e-5, max_norm: entropy === "bonus" ? 100 : 1 },
    objective: {
      ratio,
      old,
      clip_low: 0.2,
      clip_high: 0.28,
      dual_clip: bound === "dual-clip" ? 3 : 0,
      ratio_cap: bound === "cispo" ? 2 : 0,
      correction: correction === "none" ? null : { mode: correction, cap: 2, floor: 0.3 },
      kl: kl === "none" ? { kind: "k3", coefficient: 0 } : { kind: kl, coefficient: 0.1 },
      entropy_coefficient: entropy === "bonus" ? 0.01 : 0,
    },
  };
}

const model = readPolicyModel(POLICY_DIRECTORY);
const score = createScorer(model, 1024, () => undefined);

/**
 * Two optimiser steps, so that the second has a ratio also where the old log-probabilities are the policy's own. Sampler
 * and reference are near the policy, as they are in a run: far from it, a divergence is a matter of rounding.
 */
async function sequences(combination: Combination, seed: number): Promise<BatchSequence[]> {
  const { kl, reference, pairs } = combination;
  const random = stream(seed);
  const made = sequencesOf(12, seed, 2);
  const { packed } = decodeEncoded({
    run: "test",
    step: 1,
    policyVersion: 0,
    sequences: made,
    settings: settings(combination),
  });
  const { logprobs } = await score(model.baseParams, packed, 2);
  return made.map((sequence, index) => {
    const own = logprobs.slice((packed.cuSeqlens[index] ?? 0) + sequence.promptLength, packed.cuSeqlens[index + 1]);
    const near = (): number[] => [...own].map((value) => value + random.uniform() - 0.5);
    return {
      ...sequence,
      samplingLogprobs: near(),
      ...(kl !== "none" && reference === "given" && { refLogprobs: near() }),
      ...(pairs === "two" && { advantages2: random.uniform() * 2 - 1, weights2: 0.01 }),
    };
  });
}

interface Trainer {
  readonly epoch: string;
  readonly process: TrainerProcess;
  ask(request: unknown): Promise<Record<string, unknown>>;
}

let job: string;
let embedded: Trainer;
let torch: Trainer;

/** Starts a trainer by files alone. A request to one that is gone is an error. */
function start(number: number, driver: TrainerDriver, more: Partial<Launch>): Trainer {
  const epoch = join(job, `epoch-${number}`);
  const text = encodeJson(launch, {
    protocol: 1,
    epoch: number,
    policy_directory: POLICY_DIRECTORY,
    start_from: { kind: "base" },
    settings: {},
    ...more,
  });
  writeDirectoryAtomic(epoch, { "launch.json": text });
  const process = driver(epoch);
  const ask = asker(epoch);
  const ended = process.exited.then(({ how }): never => {
    throw new Error(`the trainer ended: ${how}`);
  });
  ended.catch(() => undefined);
  return { epoch, process, ask: (request) => Promise.race([ask(request), ended]) };
}

beforeAll(async () => {
  const python = await partPython(TRAINER_ENVIRONMENT);
  // More threads than cores wait for each other; the batches are small.
  vi.stubEnv("OMP_NUM_THREADS", "1");
  job = mkdtempSync(join(tmpdir(), "rlvr-parity-"));
  embedded = start(1, startLocalTrainer, {});
  torch = start(2, localTorchDriver({ python, ranks: 1 }), {
    torch: {
      mode: "full",
      lora: null,
      dtype: "auto",
      device: "auto",
      gradient_checkpointing: false,
      trust_remote_code: false,
      microbatch_tokens: 100,
      checkpoint_every: 1000,
      reread_seconds: 0,
      seed: 1,
    },
  });
}, INSTALLING);

afterAll(async () => {
  await Promise.all([embedded, torch].map((trainer) => trainer?.process.kill()));
  rmSync(job, { recursive: true, force: true });
});

/** All weights as one vector, from the export of an answer or the policy itself. */
function weightsIn(directory: string): Float32Array {
  const path = join(directory, "model.safetensors");
  const file = decodeSafetensors(readFileSync(path), path);
  const parts = [...file.tensors.keys()].sort().map((name) => tensorOf(file, name, "F32").data);
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

interface Trained {
  readonly metrics: Readonly<Record<string, number>>;
  readonly weights: Float32Array;
  readonly tokenStats: readonly SequenceStats[];
}

/** Trains the base on a batch, and goes back to it. */
async function trainOnce({ epoch, ask }: Trainer, step: number): Promise<Trained> {
  const batch = `batches/${String(step).padStart(6, "0")}`;
  const answer = await ask({ kind: "train", batch });
  expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true, policy_version: 1 });
  const { directory } = answer["export"] as { directory: string };
  const weights = weightsIn(join(epoch, directory));
  const told = answer["token_stats"] as { file: string; sha256: string };
  const tokenStats = readTokenStats(
    { path: join(epoch, told.file), sha256: told.sha256 },
    { sequences: 100, tokens: 10_000 },
  );
  expect(await ask({ kind: "rollback", to: { kind: "base" } })).toMatchObject({ ok: true, policy_version: 0 });
  const { seconds: _, peak_memory_gib: __, ...metrics } = answer["metrics"] as Record<string, number>;
  return { metrics, weights, tokenStats };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test("the combinations have every value of every option with every value of every other", () => {
  expect(combinations.length).toBeGreaterThan(27);
  for (const [name, values] of Object.entries(OPTIONS))
    expect(new Set(combinations.map((each) => each[name as keyof Combination]))).toEqual(new Set(values));
});

test(
  "PyTorch and the embedded trainer give the same metrics, tokens and weights, whatever the surrogate's options",
  async () => {
    const base = weightsIn(POLICY_DIRECTORY);
    for (const [index, combination] of combinations.entries()) {
      const step = index + 1;
      const name = Object.values(combination).join("/");
      writeBatch(job, {
        step,
        policyVersion: 0,
        sequences: await sequences(combination, step),
        settings: settings(combination),
      });
      const [expected, found] = await Promise.all([trainOnce(embedded, step), trainOnce(torch, step)]);
      expect(Object.keys(found.metrics).sort(), name).toEqual(Object.keys(expected.metrics).sort());
      for (const [metric, value] of Object.entries(expected.metrics)) {
        const difference = Math.abs((found.metrics[metric] ?? Number.NaN) - value);
        expect(difference, `${metric} of ${name}: ${found.metrics[metric]} instead of ${value}`).toBeLessThan(
          1e-4 * Math.max(1, Math.abs(value)),
        );
      }
      const ids = (stats: Trained): bigint[] => stats.tokenStats.map(({ sequenceId }) => sequenceId);
      expect(ids(found), name).toEqual(ids(expected));
      expect(ids(found), name).toHaveLength(combination.old === "recompute" ? 12 : 6);
      for (const [at, { logprobs, entropies }] of expected.tokenStats.entries()) {
        expect(distance(logprobs, found.tokenStats[at]?.logprobs ?? new Float32Array()), name).toBeLessThan(1e-4);
        expect(distance(entropies, found.tokenStats[at]?.entropies ?? new Float32Array()), name).toBeLessThan(1e-4);
      }
      const change = norm(expected.weights.map((value, at) => value - (base[at] ?? 0)));
      const apart = expected.weights.map((value, at) => value - (found.weights[at] ?? Number.NaN));
      expect(change, name).toBeGreaterThan(0.01);
      expect(distance(expected.weights, found.weights), `weights of ${name}`).toBeLessThan(1e-4);
      expect(norm(apart) / change, `weights of ${name}, by what changed`).toBeLessThan(1e-3);
    }
  },
  5 * MINUTES,
);
