import { allFinite } from "../../core/all-finite.ts";
import type { PackedBatch } from "../protocol/packed-batch.ts";
import type { SequenceStats } from "../protocol/token-stats.ts";
import type { Scores } from "./scorer.ts";

/**
 * What a scorer found of the sequences of a batch's first optimiser steps, so many: once of a sequence that several of them
 * train on. A sequence with an action that has no weight is left out, as not all its tokens are scored, and so is one with a
 * number that is not finite.
 */
export function tokenStatsOf(batch: PackedBatch, scores: Scores, optimizerSteps: number): SequenceStats[] {
  const stats = new Map<bigint, SequenceStats>();
  for (const [index, sequenceId] of batch.sequenceId.entries()) {
    if ((batch.optStep[index] ?? 0) >= optimizerSteps || stats.has(sequenceId)) continue;
    const actions: number[] = [];
    for (let token = batch.cuSeqlens[index] ?? 0; token < (batch.cuSeqlens[index + 1] ?? 0); token++)
      if (batch.actionMask[token] === 1) actions.push(token);
    if (actions.some((token) => batch.weights[token] === 0 && (batch.weights2?.[token] ?? 0) === 0)) continue;
    const logprobs = Float32Array.from(actions, (token) => scores.logprobs[token] ?? 0);
    const entropies = Float32Array.from(actions, (token) => scores.entropies[token] ?? 0);
    if (allFinite(logprobs) && allFinite(entropies)) stats.set(sequenceId, { sequenceId, logprobs, entropies });
  }
  return [...stats.values()];
}
