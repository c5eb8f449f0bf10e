import { allFinite } from "../../core/all-finite.ts";
import { RlvrError } from "../../core/errors.ts";
import { sha256 } from "../../core/files/files.ts";
import { readRegularFile } from "../../core/files/read-file.ts";
import { decodeSafetensors, encodeSafetensors, tensorOf, type TensorFile } from "../../core/safetensors.ts";
import { notOfProtocol } from "./json.ts";

/**
 * `token-stats/<version>.safetensors`: what a trainer computed of the tokens of the batch that made the version, under the weights
 * that the batch began with, for R of its sequences with A action tokens together:
 *
 *     sequence_id i64[R]     as in the batch, each once
 *     cu_seqlens i32[R + 1]  sequence r has entries cu_seqlens[r] to cu_seqlens[r + 1] of the following
 *     logprobs f32[A]        of each action token, in order, at its sequence's temperature, in nats
 *     entropies f32[A]       of the distribution that it is drawn from, in nats
 *
 * All numbers are finite; a sequence of which not every action token has some is left out.
 */

/** What a trainer computed of the action tokens of a sequence. */
export interface SequenceStats {
  readonly sequenceId: bigint;
  readonly logprobs: Float32Array;
  readonly entropies: Float32Array;
}

/** Bytes of the header, and more than it needs. */
const MAX_HEADER = 4096;

/** The bytes of such a file. */
export function encodeTokenStats(stats: readonly SequenceStats[]): Uint8Array<ArrayBuffer> {
  const offsets = new Int32Array(stats.length + 1);
  for (const [index, { logprobs }] of stats.entries()) offsets[index + 1] = (offsets[index] ?? 0) + logprobs.length;
  const tokens = offsets.at(-1) ?? 0;
  const logprobs = new Float32Array(tokens);
  const entropies = new Float32Array(tokens);
  for (const [index, sequence] of stats.entries()) {
    logprobs.set(sequence.logprobs, offsets[index]);
    entropies.set(sequence.entropies, offsets[index]);
  }
  const ids = BigInt64Array.from(stats, ({ sequenceId }) => sequenceId);
  return encodeSafetensors({
    sequence_id: { type: "I64", shape: [ids.length], data: ids },
    cu_seqlens: { type: "I32", shape: [offsets.length], data: offsets },
    logprobs: { type: "F32", shape: [tokens], data: logprobs },
    entropies: { type: "F32", shape: [tokens], data: entropies },
  });
}

/**
 * Reads such a file. The arrays are views of its bytes.
 * @param most sequences and action tokens that the batch has: a longer file is not read.
 * @throws RlvrError `bad_checkpoint` when it is gone, does not match its hash or is no safetensors file, `protocol_violation`
 * when its tensors do not fit together.
 */
export function readTokenStats(
  { path, sha256: expected }: { readonly path: string; readonly sha256: string },
  most: { readonly sequences: number; readonly tokens: number },
): SequenceStats[] {
  const refuse = (why: string, cause?: unknown): RlvrError => notOfProtocol(path, why, cause);
  const bytes = readRegularFile(path, MAX_HEADER + 12 * most.sequences + 8 * most.tokens, refuse);
  if (bytes === undefined || sha256(bytes) !== expected) {
    throw new RlvrError("bad_checkpoint", `${path} is gone, or not what the trainer's answer says`, {
      advice: "Go on with: rlvr resume, which has the batch trained again.",
    });
  }
  const stats = sequencesOf(decodeSafetensors(bytes, path));
  if (typeof stats === "string") throw refuse(stats);
  return stats;
}

/** What a file holds, or what is wrong with it. */
function sequencesOf(file: TensorFile): SequenceStats[] | string {
  const ids = tensorOf(file, "sequence_id", "I64").data;
  const offsets = tensorOf(file, "cu_seqlens", "I32").data;
  const logprobs = tensorOf(file, "logprobs", "F32").data;
  const entropies = tensorOf(file, "entropies", "F32").data;
  if (new Set(ids).size !== ids.length) return "has a sequence twice";
  if (logprobs.length !== entropies.length) return "has other numbers of log-probabilities and entropies";
  if (!allFinite(logprobs) || !allFinite(entropies)) return "has a number that is not finite";
  const spans = offsets.length === ids.length + 1 && offsets[0] === 0 && offsets.at(-1) === logprobs.length;
  if (!spans || offsets.some((offset, index) => offset < (offsets[index - 1] ?? 0)))
    return "has offsets that do not span its tokens";
  return [...ids].map((sequenceId, index) => ({
    sequenceId,
    logprobs: logprobs.subarray(offsets[index], offsets[index + 1]),
    entropies: entropies.subarray(offsets[index], offsets[index + 1]),
  }));
}
