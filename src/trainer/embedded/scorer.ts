import { InferenceSession, Tensor } from "../../core/process/onnx-runtime.ts";
import { planMicrobatches } from "../batch-plan.ts";
import type { Vector } from "../protocol/checkpoint.ts";
import type { PackedBatch } from "../protocol/packed-batch.ts";
import { padRows, tokensOf } from "./pad-microbatch.ts";
import type { PolicyModel } from "./policy-model.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { weightTensors } from "./weight-tensors.ts";

/** One number a token of the batch: 0 for those that are no action, and behind a sequence's last weighted token. */
export interface Scores {
  readonly logprobs: Vector;
  /** Of the distributions that the tokens are drawn from, in nats. */
  readonly entropies: Vector;
}

/**
 * Scores a batch's action tokens under given weights (a flat vector), at each sequence's temperature: those of its first
 * optimiser steps, so many.
 */
export type Scorer = (params: Float32Array, batch: PackedBatch, optimizerSteps: number) => Promise<Scores>;

/**
 * A scorer of a policy. The graph is loaded when a batch first needs it: A
 * row's scores depend neither on the others nor on padding, so nor does the result on `microbatchTokens`.
 * @param onMicrobatch is called after each.
 */
export function createScorer(model: PolicyModel, microbatchTokens: number, onMicrobatch: () => void): Scorer {
  let session: Promise<InferenceSession> | undefined;
  return async (params, batch, optimizerSteps) => {
    session ??= InferenceSession.create(model.scoreGraph, SESSION_OPTIONS);
    const graph = await session;
    const weights = weightTensors(params, model.parameters);
    const scores = {
      logprobs: new Float32Array(batch.inputIds.length),
      entropies: new Float32Array(batch.inputIds.length),
    };
    for (let step = 0; step < optimizerSteps; step++)
      for (const plan of planMicrobatches(batch, step, microbatchTokens)) {
        const { rows, length, inputIds, temperature } = padRows(batch, plan);
        const outputs = await graph.run({
          ...weights,
          input_ids: new Tensor("int32", inputIds, [rows, length]),
          temperature: new Tensor("float32", temperature, [rows]),
        });
        const logprobs = outputs["logprobs"]?.data as Float32Array;
        const entropies = outputs["entropy"]?.data as Float32Array;
        for (const [row, sequence] of plan.sequences.entries()) {
          const { start, end } = tokensOf(batch, sequence, length);
          for (let token = start; token < end; token++) {
            if (batch.actionMask[token] !== 1) continue;
            scores.logprobs[token] = logprobs[row * length + token - start] ?? 0;
            scores.entropies[token] = entropies[row * length + token - start] ?? 0;
          }
        }
        onMicrobatch();
      }
    return scores;
  };
}
