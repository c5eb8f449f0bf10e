import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { unpackFloat16 } from "../../src/core/pack.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import type { RunPorts } from "../../src/run/run-ports.ts";
import { removeRun } from "../../src/tracking/remove-run.ts";
import { encodeTokenStats, type SequenceStats } from "../../src/trainer/protocol/token-stats.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { scriptedTrainer } from "../support/scripted/scripted-trainer.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-token-stats-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A trainer that tells log-probabilities a quarter above the sampler's, and the place of each token as its entropy. */
function telling(change: (stats: SequenceStats[]) => SequenceStats[] = (stats) => stats): RunPorts["createTrainer"] {
  return (options) => {
    const trainer = scriptedTrainer()(options);
    return {
      ...trainer,
      async train(request) {
        const bytes = encodeTokenStats(change(statsOf(request.batchDirectory)));
        const path = join(folder, "told.safetensors");
        writeFileSync(path, bytes);
        return { ...(await trainer.train(request)), tokenStats: { path, sha256: sha256(bytes) } };
      },
    };
  };
}

function statsOf(batchDirectory: string): SequenceStats[] {
  const path = join(batchDirectory, "batch.safetensors");
  const file = decodeSafetensors(readFileSync(path), path);
  const offsets = tensorOf(file, "cu_seqlens", "I32").data;
  const mask = tensorOf(file, "action_mask", "U8").data;
  const sampled = tensorOf(file, "sampling_logprobs", "F32").data;
  const stats = [...tensorOf(file, "sequence_id", "I64").data].map((sequenceId, index): SequenceStats => {
    const span = [...sampled.keys()].slice(offsets[index], offsets[index + 1]).filter((token) => mask[token] === 1);
    return {
      sequenceId,
      logprobs: Float32Array.from(span, (token) => (sampled[token] ?? 0) + 0.25),
      entropies: Float32Array.from(span, (_, place) => place),
    };
  });
  return [...new Map(stats.map((each) => [each.sequenceId, each])).values()];
}

const value = ({ db }: ScriptedRun, query: string): unknown => db.$client.prepare(query).pluck().get();

test("stores what a trainer tells with the version, of the rollouts that were trained, and removes it with the run", async () => {
  const run = await scriptedRun(join(folder, "one"));
  await run.work({ ports: { createTrainer: telling() } });
  const stored = run.db.$client
    .prepare(
      `SELECT t.log_ratios AS ratios, t.entropies, r.tokens FROM token_stats t
       JOIN rollouts r ON r.id = t.rollout_id JOIN credits c ON c.rollout_id = r.id WHERE c.batch_id IS NOT NULL`,
    )
    .all() as { ratios: Buffer; entropies: Buffer; tokens: number }[];
  expect(stored.length).toBeGreaterThan(20);
  expect(stored).toHaveLength(value(run, "SELECT count(*) FROM credits WHERE batch_id IS NOT NULL") as number);
  for (const { ratios, entropies, tokens } of stored) {
    for (const ratio of unpackFloat16(ratios)) expect(ratio).toBeCloseTo(0.25, 3);
    expect(unpackFloat16(entropies)).toEqual(Array.from({ length: tokens }, (_, place) => place));
  }
  for (const _ of removeRun(run.db, run.run().id));
  expect(value(run, "SELECT count(*) FROM token_stats")).toBe(0);
});

test("stores the sequences that a trainer tells of, and nothing of one that does not tell", async () => {
  const run = await scriptedRun(join(folder, "few"), { steps: 2 });
  let batches = 0;
  await run.work({ ports: { createTrainer: telling((stats) => stats.slice(0, batches++ === 0 ? 1 : 2)) } });
  expect(value(run, "SELECT count(*) FROM token_stats")).toBe(3);
  const silent = await scriptedRun(join(folder, "silent"), { steps: 1 });
  await silent.work();
  expect(value(silent, "SELECT count(*) FROM token_stats")).toBe(0);
});

test.each<[string, (stats: SequenceStats[]) => SequenceStats[]]>([
  ["a sequence", (stats) => stats.map((each, index) => (index === 0 ? { ...each, sequenceId: 99_999n } : each))],
  [
    "a token",
    (stats) => stats.map((each) => ({ ...each, logprobs: Float32Array.of(-1), entropies: Float32Array.of(1) })),
  ],
])(
  "refuses what a trainer tells of %s that the batch does not have, and records no version of it",
  async (what, change) => {
    const run = await scriptedRun(join(folder, what), { steps: 1 });
    await expect(run.work({ ports: { createTrainer: telling(change) } })).rejects.toMatchObject({
      code: "protocol_violation",
      message: expect.stringContaining("has statistics of tokens that its batch does not have") as string,
    });
    expect(value(run, "SELECT count(*) FROM token_stats")).toBe(0);
    expect(value(run, "SELECT count(*) FROM checkpoints")).toBe(0);
    // The batch is still to be trained.
    await run.work({ ports: { createTrainer: telling() } });
    expect(run.run().state).toBe("succeeded");
    expect(value(run, "SELECT count(*) FROM token_stats")).toBeGreaterThan(5);
  },
);
