import type { Microbatch } from "../batch-plan.ts";
import type { PackedBatch } from "../protocol/packed-batch.ts";
import type { PaddedMicrobatch, PaddedRows } from "./gradient-protocol.ts";

/** A batch with the log-probabilities that its ratios are taken to, one a token. */
export interface ScoredBatch extends PackedBatch {
  readonly oldLogprobs: Float32Array;
}

/** Ids and temperatures of a microbatch's rows, padded on the right to its length with id 0. */
export function padRows(batch: PackedBatch, plan: Microbatch): PaddedRows {
  const { sequences, length } = plan;
  const result: PaddedRows = {
    rows: sequences.length,
    length,
    inputIds: new Int32Array(sequences.length * length),
    temperature: new Float32Array(sequences.length),
  };
  for (const [row, sequence] of sequences.entries()) {
    const { start, end } = tokensOf(batch, sequence, length);
    result.inputIds.set(batch.inputIds.subarray(start, end), row * length);
    result.temperature[row] = batch.temperature[sequence] ?? 1;
  }
  return result;
}

/** A microbatch for the gradient graph. What the batch does not have is 0, as are weights on padding. */
export function padMicrobatch(batch: ScoredBatch, plan: Microbatch, lossSettings: Float32Array): PaddedMicrobatch {
  const { sequences, length } = plan;
  const pad = (values: Float32Array | undefined): Float32Array => {
    const padded = new Float32Array(sequences.length * length);
    if (values === undefined) return padded;
    for (const [row, sequence] of sequences.entries()) {
      const { start, end } = tokensOf(batch, sequence, length);
      padded.set(values.subarray(start, end), row * length);
    }
    return padded;
  };
  return {
    ...padRows(batch, plan),
    samplingLogprobs: pad(batch.samplingLogprobs),
    oldLogprobs: pad(batch.oldLogprobs),
    refLogprobs: pad(batch.refLogprobs),
    advantages: pad(batch.advantages),
    weights: pad(batch.weights),
    advantages2: pad(batch.advantages2),
    weights2: pad(batch.weights2),
    lossSettings,
  };
}

/** Where a sequence's tokens lie in the packed arrays, the first `length` of them. */
export function tokensOf(batch: PackedBatch, sequence: number, length: number): { start: number; end: number } {
  const start = batch.cuSeqlens[sequence] ?? 0;
  return { start, end: Math.min(batch.cuSeqlens[sequence + 1] ?? 0, start + length) };
}
