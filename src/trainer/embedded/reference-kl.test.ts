import { expect, test } from "vitest";
import type { ScoredBatch } from "./pad-microbatch.ts";
import { referenceKl } from "./reference-kl.ts";

const batchOf = (old: number[], reference: number[] | undefined, weights: number[], weights2?: number[]): ScoredBatch =>
  ({
    oldLogprobs: Float32Array.from(old),
    refLogprobs: reference && Float32Array.from(reference),
    weights: Float32Array.from(weights),
    weights2: weights2 && Float32Array.from(weights2),
  }) as unknown as ScoredBatch;

test("is the mean of e^-d + d - 1 over weighted tokens, of either surrogate", () => {
  const [d1, d2] = [0.5, -0.25];
  const k3 = (d: number): number => Math.exp(-d) + d - 1;
  expect(referenceKl(batchOf([-1, -1, -9], [-1.5, -0.75, -1], [0.1, 0.1, 0]))).toBeCloseTo((k3(d1) + k3(d2)) / 2, 12);
  expect(referenceKl(batchOf([-1, -1, -9], [-1.5, -0.75, -1], [0.1, 0, 0], [0, 0.2, 0]))).toBeCloseTo(
    (k3(d1) + k3(d2)) / 2,
    12,
  );
  expect(referenceKl(batchOf([-1, -2], [-1, -2], [1, 1]))).toBe(0);
});

test("says nothing without a reference or a weighted token, or beyond what a number holds", () => {
  expect(referenceKl(batchOf([-1], undefined, [1]))).toBeUndefined();
  expect(referenceKl(batchOf([-1], [-2], [0]))).toBeUndefined();
  expect(referenceKl(batchOf([-1000], [0], [1]))).toBeUndefined();
});
