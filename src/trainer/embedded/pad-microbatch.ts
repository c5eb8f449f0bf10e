import type { Microbatch } from "../batch-plan.ts";
import type { PackedBatch } from "../protocol/packed-batch.ts";
import type { PaddedMicrobatch } from "./gradient-protocol.ts";

/** The rows of a microbatch, padded on the right to its length with id 0 and weight 0. */
export function padMicrobatch(batch: PackedBatch, plan: Microbatch, lossSettings: Float32Array): PaddedMicrobatch {
  const { sequences, length } = plan;
  const perToken = (): Float32Array => new Float32Array(sequences.length * length);
  const result: PaddedMicrobatch = {
    rows: sequences.length,
    length,
    inputIds: new Int32Array(sequences.length * length),
    oldLogprobs: perToken(),
    refLogprobs: perToken(),
    advantages: perToken(),
    weights: perToken(),
    temperature: new Float32Array(sequences.length),
    lossSettings,
  };
  // Without a reference the KL's coefficient is 0, but its value must stay finite: 0 x infinity is not a number.
  const reference = batch.refLogprobs ?? batch.samplingLogprobs;
  for (const [row, sequence] of sequences.entries()) {
    const start = batch.cuSeqlens[sequence] ?? 0;
    const end = Math.min(batch.cuSeqlens[sequence + 1] ?? 0, start + length);
    const at = row * length;
    result.inputIds.set(batch.inputIds.subarray(start, end), at);
    result.oldLogprobs.set(batch.samplingLogprobs.subarray(start, end), at);
    result.refLogprobs.set(reference.subarray(start, end), at);
    result.advantages.set(batch.advantages.subarray(start, end), at);
    result.weights.set(batch.weights.subarray(start, end), at);
    result.temperature[row] = batch.temperature[sequence] ?? 1;
  }
  return result;
}
