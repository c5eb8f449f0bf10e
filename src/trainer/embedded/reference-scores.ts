import { InferenceSession, Tensor } from "onnxruntime-node";
import { planMicrobatches } from "../batch-plan.ts";
import type { PackedBatch } from "../protocol/packed-batch.ts";
import { padMicrobatch } from "./pad-microbatch.ts";
import type { PolicyModel } from "./policy-model.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { weightTensors } from "./weight-tensors.ts";

/** Fills in the log-probabilities of a batch's tokens under the reference policy. */
export type ReferenceScorer = (batch: PackedBatch, optimizerSteps: number) => Promise<PackedBatch>;

const NO_LOSS = new Float32Array(0);

/**
 * A scorer whose reference is the policy's base, version 0. The graph is loaded when a batch first needs it: only a KL
 * term does. A row's scores depend neither on the others nor on padding, so nor does the result on `microbatchTokens`.
 */
export function createReferenceScorer(model: PolicyModel, microbatchTokens: number): ReferenceScorer {
  let session: Promise<InferenceSession> | undefined;
  const weights = weightTensors(model.baseParams, model.parameters);
  return async (batch, optimizerSteps) => {
    session ??= InferenceSession.create(model.scoreGraph, SESSION_OPTIONS);
    const graph = await session;
    const refLogprobs = new Float32Array(batch.inputIds.length);
    for (let step = 0; step < optimizerSteps; step++)
      for (const plan of planMicrobatches(batch, step, microbatchTokens)) {
        const { rows, length, inputIds, temperature } = padMicrobatch(batch, plan, NO_LOSS);
        const outputs = await graph.run({
          ...weights,
          input_ids: new Tensor("int32", inputIds, [rows, length]),
          temperature: new Tensor("float32", temperature, [rows]),
        });
        const logprobs = outputs["logprobs"]?.data as Float32Array;
        for (const [row, sequence] of plan.sequences.entries()) {
          const start = batch.cuSeqlens[sequence] ?? 0;
          const end = Math.min(batch.cuSeqlens[sequence + 1] ?? 0, start + length);
          for (let token = start; token < end; token++)
            if (batch.actionMask[token] === 1) refLogprobs[token] = logprobs[row * length + token - start] ?? 0;
        }
      }
    return { ...batch, refLogprobs };
  };
}
