import type { PackedBatch } from "./protocol/packed-batch.ts";

/** Rows that go through the gradient graph together. */
export interface Microbatch {
  /** Indices of sequences in the batch, longest first. */
  readonly sequences: readonly number[];
  /** Tokens of the longest of them up to its last weighted token: what all are padded to, at least 3. */
  readonly length: number;
}

/** The gradient graph shifts by a token in ways that need this many. */
const SHORTEST = 3;

/**
 * Microbatches of one optimiser step: sequences by falling length, as many as fit `maxTokens` with padding, never
 * split. What comes after a sequence's last weighted token cannot change the gradient and is left out; so are
 * sequences without any. Depends on nothing but the batch, so that every machine adds up in the same order.
 */
export function planMicrobatches(batch: PackedBatch, optStep: number, maxTokens: number): Microbatch[] {
  const rows: { index: number; length: number }[] = [];
  for (const [index, step] of batch.optStep.entries()) {
    if (step !== optStep) continue;
    const length = weightedLength(batch, index);
    if (length > 0) rows.push({ index, length: Math.max(length, SHORTEST) });
  }
  rows.sort((a, b) => b.length - a.length || a.index - b.index);
  const plan: { sequences: number[]; length: number }[] = [];
  for (const { index, length } of rows) {
    const last = plan.at(-1);
    if (last && (last.sequences.length + 1) * last.length <= maxTokens) last.sequences.push(index);
    else plan.push({ sequences: [index], length });
  }
  return plan;
}

/** Tokens of a sequence up to its last one with a weight. */
function weightedLength(batch: PackedBatch, index: number): number {
  const start = batch.cuSeqlens[index] ?? 0;
  let end = batch.cuSeqlens[index + 1] ?? 0;
  while (end > start && batch.weights[end - 1] === 0 && (batch.weights2?.[end - 1] ?? 0) === 0) end -= 1;
  return end - start;
}
