import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256 } from "../../core/files/files.ts";
import { encodeSafetensors, type Tensor } from "../../core/safetensors.ts";
import { encodeTokenStats, readTokenStats, type SequenceStats } from "./token-stats.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-token-stats-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const STATS: readonly SequenceStats[] = [
  { sequenceId: 7n, logprobs: Float32Array.of(-0.5, -1), entropies: Float32Array.of(0.25, 2) },
  { sequenceId: 2n ** 52n, logprobs: Float32Array.of(-3), entropies: Float32Array.of(0) },
];
const MOST = { sequences: 2, tokens: 3 };

function write(bytes: Uint8Array): { path: string; sha256: string } {
  const path = join(folder, "000001.safetensors");
  writeFileSync(path, bytes);
  return { path, sha256: sha256(bytes) };
}

test("every number of every sequence is read back", () => {
  expect(readTokenStats(write(encodeTokenStats(STATS)), MOST)).toEqual(STATS);
});

test("refuses a file that is gone, not what the answer says, or longer than the batch allows", () => {
  const file = write(encodeTokenStats(STATS));
  expect(() => readTokenStats({ ...file, path: join(folder, "none") }, MOST)).toThrow("is gone, or not what");
  expect(() => readTokenStats({ ...file, sha256: "0".repeat(64) }, MOST)).toThrow("is gone, or not what");
  expect(() => readTokenStats(write(new Uint8Array(5000)), MOST)).toThrow("it has 5000 bytes, more than 4144");
});

test.each<[string, Readonly<Record<string, Tensor>>, string]>([
  [
    "a sequence twice",
    { sequence_id: { type: "I64", shape: [2], data: BigInt64Array.of(7n, 7n) } },
    "a sequence twice",
  ],
  ["offsets that fall", { cu_seqlens: { type: "I32", shape: [3], data: Int32Array.of(0, 4, 3) } }, "do not span"],
  ["too few offsets", { cu_seqlens: { type: "I32", shape: [2], data: Int32Array.of(0, 3) } }, "do not span"],
  ["a missing entropy", { entropies: { type: "F32", shape: [2], data: Float32Array.of(1, 1) } }, "other numbers of"],
  ["no number", { entropies: { type: "F32", shape: [3], data: Float32Array.of(1, NaN, 1) } }, "is not finite"],
  ["another type", { logprobs: { type: "I32", shape: [3], data: Int32Array.of(0, 0, 0) } }, "expected F32"],
])("refuses %s", (_, changed, message) => {
  const bytes = encodeSafetensors({
    sequence_id: { type: "I64", shape: [2], data: BigInt64Array.of(7n, 8n) },
    cu_seqlens: { type: "I32", shape: [3], data: Int32Array.of(0, 2, 3) },
    logprobs: { type: "F32", shape: [3], data: Float32Array.of(-1, -1, -1) },
    entropies: { type: "F32", shape: [3], data: Float32Array.of(1, 1, 1) },
    ...changed,
  });
  expect(() => readTokenStats(write(bytes), MOST)).toThrow(message);
});
