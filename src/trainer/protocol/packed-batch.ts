import { RlvrError } from "../../core/errors.ts";
import type { Tensor, TensorType } from "../../core/safetensors.ts";

/** Numbers of a tensor. */
export type Values<T extends TensorType> = Tensor<T>["data"];

/** The packed arrays of a batch: S sequences, N tokens; sequence s has entries `cuSeqlens[s]` to `cuSeqlens[s + 1]`. */
export interface PackedBatch {
  readonly inputIds: Values<"I32">;
  /** S + 1 offsets. */
  readonly cuSeqlens: Values<"I32">;
  /** 1 where the policy chose the token. */
  readonly actionMask: Values<"U8">;
  readonly samplingLogprobs: Values<"F32">;
  readonly refLogprobs: Values<"F32"> | undefined;
  readonly policyVersion: Values<"I32">;
  readonly advantages: Values<"F32">;
  readonly weights: Values<"F32">;
  /** A second surrogate that is added to the first, with its weights; both or neither. */
  readonly advantages2: Values<"F32"> | undefined;
  readonly weights2: Values<"F32"> | undefined;
  /** Per sequence. */
  readonly temperature: Values<"F32">;
  /** Per sequence. */
  readonly optStep: Values<"I32">;
  /** Per sequence. */
  readonly sequenceId: Values<"I64">;
}

/** What not every batch has. */
export interface OptionalTensors {
  readonly reference: boolean;
  readonly secondPair: boolean;
}

/** A batch of zeros. */
export function emptyBatch(sequences: number, tokens: number, has: OptionalTensors): PackedBatch {
  return {
    inputIds: new Int32Array(tokens),
    cuSeqlens: new Int32Array(sequences + 1),
    actionMask: new Uint8Array(tokens),
    samplingLogprobs: new Float32Array(tokens),
    refLogprobs: has.reference ? new Float32Array(tokens) : undefined,
    policyVersion: new Int32Array(tokens),
    advantages: new Float32Array(tokens),
    weights: new Float32Array(tokens),
    advantages2: has.secondPair ? new Float32Array(tokens) : undefined,
    weights2: has.secondPair ? new Float32Array(tokens) : undefined,
    temperature: new Float32Array(sequences),
    optStep: new Int32Array(sequences),
    sequenceId: new BigInt64Array(sequences),
  };
}

/**
 * Checks what must hold of every batch, whoever wrote it.
 * @throws RlvrError `protocol_violation`.
 */
export function checkBatch(batch: PackedBatch, optimizerSteps: number): void {
  const tokens = batch.inputIds.length;
  const sequences = batch.cuSeqlens.length - 1;
  if (sequences < 1) throw violation("it has no sequences");
  if ((batch.advantages2 === undefined) !== (batch.weights2 === undefined))
    throw violation("advantages_2 and weights_2 come together");
  for (const [name, values] of Object.entries(batch)) {
    if (name === "cuSeqlens" || values === undefined) continue;
    const perSequence = name === "temperature" || name === "optStep" || name === "sequenceId";
    const expected = perSequence ? sequences : tokens;
    if (values.length !== expected) throw violation(`${name} has ${values.length} entries instead of ${expected}`);
    if (values instanceof Float32Array && !values.every(Number.isFinite))
      throw violation(`${name} has a number that is not finite`);
  }
  if (batch.cuSeqlens[0] !== 0 || batch.cuSeqlens[sequences] !== tokens) {
    throw violation("cu_seqlens does not span the tokens");
  }
  for (let index = 0; index < sequences; index++) {
    const length = (batch.cuSeqlens[index + 1] ?? 0) - (batch.cuSeqlens[index] ?? 0);
    const step = batch.optStep[index] ?? -1;
    if (length < 2) throw violation(`sequence ${index} has ${length} tokens, fewer than 2`);
    if (step < 0 || step >= optimizerSteps) {
      throw violation(
        `sequence ${index} belongs to optimiser step ${step}, but there are ${optimizerSteps} learning rates`,
      );
    }
    if (!((batch.temperature[index] ?? 0) > 0))
      throw violation(`sequence ${index} has temperature ${batch.temperature[index]}`);
  }
  for (let token = 0; token < tokens; token++) {
    if (batch.actionMask[token] !== 0) continue;
    if (batch.weights[token] !== 0 || (batch.weights2?.[token] ?? 0) !== 0) {
      throw violation(`token ${token} is no action but has a weight`);
    }
  }
}

/** What is wrong with a batch, as an error. */
export function violation(why: string): RlvrError {
  return new RlvrError("protocol_violation", `the batch is not what trainer protocol 1 says: ${why}`, {
    advice: "Write the batch with encodeBatch; this is a bug in what made it.",
  });
}
