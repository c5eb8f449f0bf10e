import fc from "fast-check";
import { expect, test } from "vitest";
import { planMicrobatches } from "./batch-plan.ts";
import type { PackedBatch } from "./protocol/packed-batch.ts";

/** A batch with one sequence for each [tokens, trailing tokens without weight, optimiser step]. */
function batchOf(rows: readonly (readonly [length: number, tail: number, step: number])[]): PackedBatch {
  const total = rows.reduce((sum, [length]) => sum + length, 0);
  const cuSeqlens = new Int32Array(rows.length + 1);
  const weights = new Float32Array(total);
  for (const [index, [length, tail]] of rows.entries()) {
    const start = cuSeqlens[index] ?? 0;
    cuSeqlens[index + 1] = start + length;
    weights.fill(0.5, start + 1, Math.max(start + 1, start + length - tail));
  }
  return {
    cuSeqlens,
    weights,
    advantages2: undefined,
    weights2: undefined,
    optStep: Int32Array.from(rows, ([, , step]) => step),
    inputIds: new Int32Array(total),
    actionMask: new Uint8Array(total).fill(1),
    samplingLogprobs: new Float32Array(total),
    refLogprobs: undefined,
    policyVersion: new Int32Array(total),
    advantages: new Float32Array(total),
    temperature: new Float32Array(rows.length).fill(1),
    sequenceId: new BigInt64Array(rows.length),
  };
}

const anyRows = fc.array(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.nat(5), fc.nat(2)), {
  minLength: 1,
  maxLength: 60,
});

test("every weighted sequence is in exactly one microbatch of its step, whole, within the bound", () => {
  fc.assert(
    fc.property(anyRows, fc.integer({ min: 8, max: 300 }), fc.nat(2), (rows, maxTokens, step) => {
      const plan = planMicrobatches(batchOf(rows), step, maxTokens);
      const weighted = rows.flatMap(([length, tail, of], index) => (of === step && length - tail > 1 ? [index] : []));
      expect(plan.flatMap(({ sequences }) => sequences).sort((a, b) => a - b)).toEqual(weighted);
      for (const { sequences, length } of plan) {
        const longest = Math.max(...sequences.map((index) => (rows[index]?.[0] ?? 0) - (rows[index]?.[1] ?? 0)));
        expect(length).toBe(Math.max(3, longest));
        expect(sequences.length === 1 || sequences.length * length <= maxTokens).toBe(true);
      }
    }),
  );
});

test("long sequences come together, ties in order, and no microbatch could have taken one more", () => {
  const rows = [5, 9, 5, 9, 3].map((length) => [length, 0, 0] as const);
  expect(planMicrobatches(batchOf(rows), 0, 18)).toEqual([
    { sequences: [1, 3], length: 9 },
    { sequences: [0, 2, 4], length: 5 },
  ]);
  expect(planMicrobatches(batchOf(rows), 0, 1).map(({ sequences }) => sequences)).toEqual([[1], [3], [0], [2], [4]]);
});

test("a weight of the second surrogate counts like one of the first", () => {
  const batch = batchOf([
    [9, 4, 0],
    [6, 6, 0],
  ]);
  const weights2 = new Float32Array(batch.weights.length);
  weights2[7] = 1;
  expect(planMicrobatches({ ...batch, weights2 }, 0, 1)).toEqual([{ sequences: [0], length: 8 }]);
  weights2[13] = -1;
  expect(planMicrobatches({ ...batch, weights2 }, 0, 1)).toEqual([
    { sequences: [0], length: 8 },
    { sequences: [1], length: 5 },
  ]);
});
