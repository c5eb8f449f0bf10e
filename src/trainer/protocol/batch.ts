import { sha256 } from "../../core/files/files.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  tensorOf,
  type Tensor,
  type TensorType,
} from "../../core/safetensors.ts";
import { encodeJson } from "./json.ts";
import { checkBatch, emptyBatch, violation, type PackedBatch, type Values } from "./packed-batch.ts";
import { batchManifest, PROTOCOL_VERSION, type BatchManifest, type BatchSettings } from "./schemas.ts";
import { directoryFault, fileOf, type VerifiedDirectory } from "./verified-directory.ts";

const FILE = "batch.safetensors";

/** One token sequence with its credit. Arrays "per completion token" have one entry for each id after the prompt. */
export interface BatchSequence {
  /** Identity of the sequence in the run's database, a safe integer. */
  readonly sequenceId: number;
  /** Prompt, then completion with its ending EOS. */
  readonly inputIds: readonly number[];
  /** How many of the ids are the prompt, at least 1. */
  readonly promptLength: number;
  /** Log-probability of each completion token under the distribution that it was sampled from. */
  readonly samplingLogprobs: readonly number[];
  /** Log-probability of each completion token under the reference policy; all sequences of a batch have them or none. */
  readonly refLogprobs?: readonly number[];
  /** One for all completion tokens, or one for each. */
  readonly advantages: number | readonly number[];
  /** Loss weight: one for all completion tokens, or one for each. Normalised within the optimiser step. */
  readonly weights: number | readonly number[];
  /** A second surrogate, added to the first, with its weights. All sequences of a batch have both or none has any. */
  readonly advantages2?: number | readonly number[];
  readonly weights2?: number | readonly number[];
  /** Version of the policy that sampled it: one for all completion tokens, or one for each. */
  readonly policyVersion: number | readonly number[];
  /** Temperature that it was sampled at. */
  readonly temperature: number;
  /** Which optimiser step of the batch trains on it, 0-based. */
  readonly optStep: number;
}

/** What {@link encodeBatch} puts into a batch. */
export interface BatchInput {
  readonly run: string;
  readonly step: number;
  /** Epoch of the trainer job for which the batch is first written. Default 1. */
  readonly epoch?: number;
  /** Version of the policy that will train on it. */
  readonly policyVersion: number;
  readonly sequences: readonly BatchSequence[];
  readonly settings: BatchSettings;
}

/** A batch ready to be written with `writeDirectoryAtomic`. */
export interface EncodedBatch {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** sha256 of the tensors: the batch's identity. */
  readonly sha256: string;
}

/**
 * The files of a batch directory: sequences packed one behind the other, and the manifest.
 * @throws RlvrError `protocol_violation` when arrays do not fit together or a number is not finite.
 */
export function encodeBatch(input: BatchInput): EncodedBatch {
  const { sequences, settings } = input;
  const total = sequences.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
  const packed = emptyBatch(sequences.length, total, {
    reference: sequences[0]?.refLogprobs !== undefined,
    secondPair: sequences[0]?.weights2 !== undefined,
  });
  let at = 0;
  for (const [index, sequence] of sequences.entries()) {
    pack(packed, sequence, index, at);
    at += sequence.inputIds.length;
    packed.cuSeqlens[index + 1] = at;
  }
  const tensors: Record<string, Tensor> = {
    input_ids: vector("I32", packed.inputIds),
    cu_seqlens: vector("I32", packed.cuSeqlens),
    action_mask: vector("U8", packed.actionMask),
    sampling_logprobs: vector("F32", packed.samplingLogprobs),
    policy_version: vector("I32", packed.policyVersion),
    advantages: vector("F32", packed.advantages),
    weights: vector("F32", packed.weights),
    temperature: vector("F32", packed.temperature),
    opt_step: vector("I32", packed.optStep),
    sequence_id: vector("I64", packed.sequenceId),
  };
  if (packed.refLogprobs !== undefined) tensors["ref_logprobs"] = vector("F32", packed.refLogprobs);
  if (packed.advantages2 !== undefined && packed.weights2 !== undefined) {
    tensors["advantages_2"] = vector("F32", packed.advantages2);
    tensors["weights_2"] = vector("F32", packed.weights2);
  }
  checkBatch(packed, settings.learning_rates.length);
  const bytes = encodeSafetensors(tensors);
  const hash = sha256(bytes);
  const manifest = encodeJson(batchManifest, {
    protocol: PROTOCOL_VERSION,
    kind: "batch",
    run: input.run,
    step: input.step,
    epoch: input.epoch ?? 1,
    policy_version: input.policyVersion,
    ...settings,
    counts: {
      sequences: sequences.length,
      tokens: total,
      action_tokens: packed.actionMask.reduce((sum, flag) => sum + flag, 0),
    },
    files: { [FILE]: hash },
  });
  return { files: { [FILE]: bytes, "manifest.json": manifest }, sha256: hash };
}

/**
 * What is wrong with a batch's directory, whose files are read; undefined when it is whole.
 * @param hash the batch's identity.
 */
export function batchFault(directory: string, hash: string | null): Promise<string | undefined> {
  return directoryFault(directory, batchManifest, ({ files }) =>
    files[FILE] === hash ? undefined : "its manifest is not that of the batch that the run wrote",
  );
}

/** A batch as it was read. */
export interface DecodedBatch {
  readonly manifest: BatchManifest;
  readonly packed: PackedBatch;
  /** Names of all tensors in the file, also those that {@link PackedBatch} has no place for. */
  readonly tensorNames: readonly string[];
}

/**
 * Reads the files of a batch directory.
 * @throws RlvrError `protocol_violation` when tensors do not fit together, `bad_checkpoint` when the file is damaged.
 */
export function decodeBatch(directory: VerifiedDirectory<BatchManifest>, label: string): DecodedBatch {
  const file = decodeSafetensors(fileOf(directory, FILE, label), `${label}/${FILE}`);
  const optional = (name: string): Values<"F32"> | undefined =>
    file.tensors.has(name) ? tensorOf(file, name, "F32").data : undefined;
  const packed: PackedBatch = {
    inputIds: tensorOf(file, "input_ids", "I32").data,
    cuSeqlens: tensorOf(file, "cu_seqlens", "I32").data,
    actionMask: tensorOf(file, "action_mask", "U8").data,
    samplingLogprobs: tensorOf(file, "sampling_logprobs", "F32").data,
    refLogprobs: optional("ref_logprobs"),
    policyVersion: tensorOf(file, "policy_version", "I32").data,
    advantages: tensorOf(file, "advantages", "F32").data,
    weights: tensorOf(file, "weights", "F32").data,
    advantages2: optional("advantages_2"),
    weights2: optional("weights_2"),
    temperature: tensorOf(file, "temperature", "F32").data,
    optStep: tensorOf(file, "opt_step", "I32").data,
    sequenceId: tensorOf(file, "sequence_id", "I64").data,
  };
  checkBatch(packed, directory.manifest.learning_rates.length);
  const { sequences, tokens } = directory.manifest.counts;
  if (packed.inputIds.length !== tokens || packed.sequenceId.length !== sequences)
    throw violation(`its manifest counts ${sequences} sequences of ${tokens} tokens`);
  return { manifest: directory.manifest, packed, tensorNames: [...file.tensors.keys()] };
}

function vector<T extends TensorType>(type: T, data: Values<T>): Tensor<T> {
  return { type, shape: [data.length], data };
}

/** Writes one sequence at token `at`. Entries of the prompt stay 0. */
function pack(batch: PackedBatch, sequence: BatchSequence, index: number, at: number): void {
  const { sequenceId, inputIds, promptLength, advantages2, weights2 } = sequence;
  const start = at + promptLength;
  const end = at + inputIds.length;
  const put = (name: string, target: Float32Array | Int32Array, values: number | readonly number[]): void => {
    if (typeof values === "number") {
      target.fill(values, start, end);
    } else if (values.length === end - start) {
      target.set(values, start);
    } else {
      throw violation(`sequence ${sequenceId}: ${values.length} ${name} for ${end - start} completion tokens`);
    }
  };
  if (promptLength < 1 || start >= end) {
    throw violation(`sequence ${sequenceId}: ${inputIds.length} ids of which ${promptLength} are the prompt`);
  }
  if ((sequence.refLogprobs === undefined) !== (batch.refLogprobs === undefined)) {
    throw violation(`sequence ${sequenceId}: some sequences have reference log-probabilities and some have none`);
  }
  if ([advantages2, weights2].some((values) => (values === undefined) !== (batch.weights2 === undefined))) {
    throw violation(`sequence ${sequenceId}: all sequences have a second pair of advantages and weights, or none has`);
  }
  batch.inputIds.set(inputIds, at);
  batch.actionMask.fill(1, start, end);
  put("sampling log-probabilities", batch.samplingLogprobs, sequence.samplingLogprobs);
  if (batch.refLogprobs && sequence.refLogprobs) {
    put("reference log-probabilities", batch.refLogprobs, sequence.refLogprobs);
  }
  put("advantages", batch.advantages, sequence.advantages);
  put("weights", batch.weights, sequence.weights);
  if (batch.advantages2 && batch.weights2 && advantages2 !== undefined && weights2 !== undefined) {
    put("second advantages", batch.advantages2, advantages2);
    put("second weights", batch.weights2, weights2);
  }
  put("policy versions", batch.policyVersion, sequence.policyVersion);
  batch.temperature[index] = sequence.temperature;
  batch.optStep[index] = sequence.optStep;
  batch.sequenceId[index] = BigInt(sequenceId);
}
