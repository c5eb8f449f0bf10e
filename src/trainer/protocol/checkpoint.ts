import { RlvrError } from "../../core/errors.ts";
import { shapeSize, valueCount } from "../../core/files/model-sizes.ts";
import { decodeSafetensors, encodeSafetensors, tensorOf, type Tensor } from "../../core/safetensors.ts";
import { encodeJson } from "./json.ts";
import { checkpointManifest, exportManifest, PROTOCOL_VERSION, type CheckpointManifest } from "./schemas.ts";
import {
  combinedHash,
  directoryFault,
  fileOf,
  hashFiles,
  manifestFault,
  type VerifiedDirectory,
} from "./verified-directory.ts";

export const MODEL_FILE = "model.safetensors";
const OPTIMIZER_FILE = "optimizer.safetensors";

/** Name and shape of each parameter, in the order of the flat vector. */
export type ParameterShapes = readonly (readonly [name: string, shape: readonly number[]])[];

/** A flat vector in memory of its own, not shared. */
export type Vector = Tensor<"F32">["data"];

/** Everything that training goes on from: flat vectors of N numbers. */
export interface TrainingState {
  readonly policyVersion: number;
  /** Optimiser steps since the base. */
  readonly optimizerStep: number;
  readonly params: Vector;
  readonly firstMoment: Vector;
  readonly secondMoment: Vector;
}

/** A directory ready to be written with `writeDirectoryAtomic`. */
interface EncodedCheckpoint {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** The checkpoint's identity. */
  readonly sha256: string;
}

/** Bytes of a model.safetensors with these parameters. */
function encodeModel(params: Vector, shapes: ParameterShapes): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  let at = 0;
  for (const [name, shape] of shapes) {
    const end = at + shapeSize(shape);
    tensors[name] = { type: "F32", shape, data: params.subarray(at, end) };
    at = end;
  }
  return encodeSafetensors(tensors);
}

/**
 * The flat parameter vector of a model.safetensors.
 * @throws RlvrError `bad_checkpoint` when a parameter is missing, unknown, or of another shape.
 */
export function decodeModel(bytes: Uint8Array, shapes: ParameterShapes, label: string): Vector {
  const file = decodeSafetensors(bytes, label);
  // All of them before memory is laid out by what config.json says of them.
  const tensors = shapes.map(([name, shape]) => {
    const tensor = tensorOf(file, name, "F32");
    if (tensor.shape.join() === shape.join()) return tensor.data;
    throw mismatch(label, `${name} has shape [${tensor.shape.join(", ")}], the policy's is [${shape.join(", ")}]`);
  });
  if (file.tensors.size !== shapes.length) {
    const known = new Set(shapes.map(([name]) => name));
    const unknown = [...file.tensors.keys()].filter((name) => !known.has(name));
    throw mismatch(label, `the policy has no parameter ${unknown.join(", ")}`);
  }
  const params = new Float32Array(valueCount(shapes));
  let at = 0;
  for (const data of tensors) {
    params.set(data, at);
    at += data.length;
  }
  return params;
}

/** What a run knows of a checkpoint that it had written. */
export interface KnownCheckpoint {
  /** The checkpoint's identity. */
  readonly sha256: string | null;
  readonly policyVersion: number;
  /** Counts the optimiser steps since the base; gives undefined where the run does not know. */
  readonly optimizerStep: () => number | undefined;
}

/** What is wrong with the manifest of a checkpoint that a run wrote; undefined when it is the one. Its files are not read. */
export function checkpointManifestFault(directory: string, known: KnownCheckpoint): string | undefined {
  return manifestFault(directory, checkpointManifest, otherThan(known));
}

/** The same of the whole checkpoint, whose files are read. */
export function checkpointFault(directory: string, known: KnownCheckpoint): Promise<string | undefined> {
  return directoryFault(directory, checkpointManifest, otherThan(known));
}

/** The files' hashes do not cover what else a manifest says: it is compared with what the run knows. */
function otherThan({ sha256, policyVersion, optimizerStep }: KnownCheckpoint) {
  return (manifest: CheckpointManifest): string | undefined =>
    manifest.sha256 === sha256 &&
    combinedHash(manifest.files) === sha256 &&
    manifest.policy_version === policyVersion &&
    manifest.optimizer_step === (optimizerStep() ?? manifest.optimizer_step)
      ? undefined
      : "its manifest is not that of the checkpoint that the run wrote";
}

/** The files of a checkpoint directory and of the export directory of the same weights. */
export function encodeCheckpoint(
  state: TrainingState,
  shapes: ParameterShapes,
): { checkpoint: EncodedCheckpoint; export: Readonly<Record<string, Uint8Array | string>> } {
  const model = encodeModel(state.params, shapes);
  const optimizer = encodeSafetensors({
    first_moment: flat(state.firstMoment),
    second_moment: flat(state.secondMoment),
    step: { type: "I64", shape: [1], data: BigInt64Array.of(BigInt(state.optimizerStep)) },
  });
  const hashes = hashFiles({ [MODEL_FILE]: model, [OPTIMIZER_FILE]: optimizer });
  const identity = combinedHash(hashes);
  const manifest = encodeJson(checkpointManifest, {
    protocol: PROTOCOL_VERSION,
    kind: "checkpoint",
    policy_version: state.policyVersion,
    optimizer_step: state.optimizerStep,
    files: hashes,
    sha256: identity,
  });
  const exported = encodeJson(exportManifest, {
    protocol: PROTOCOL_VERSION,
    kind: "export",
    policy_version: state.policyVersion,
    files: { [MODEL_FILE]: hashes[MODEL_FILE] ?? "" },
  });
  return {
    checkpoint: {
      files: { [MODEL_FILE]: model, [OPTIMIZER_FILE]: optimizer, "manifest.json": manifest },
      sha256: identity,
    },
    export: { [MODEL_FILE]: model, "manifest.json": exported },
  };
}

/**
 * The state that a checkpoint holds.
 * @throws RlvrError `bad_checkpoint` when it is of another policy or its parts do not belong together.
 */
export function decodeCheckpoint(
  directory: VerifiedDirectory<CheckpointManifest>,
  shapes: ParameterShapes,
  label: string,
): TrainingState {
  const { manifest } = directory;
  if (combinedHash(manifest.files) !== manifest.sha256) throw mismatch(label, "its sha256 is not that of its files");
  const params = decodeModel(fileOf(directory, MODEL_FILE, label), shapes, `${label}/${MODEL_FILE}`);
  const file = decodeSafetensors(fileOf(directory, OPTIMIZER_FILE, label), `${label}/${OPTIMIZER_FILE}`);
  const moment = (name: string): Vector => {
    const { data } = tensorOf(file, name, "F32");
    if (data.length === params.length) return data;
    throw mismatch(label, `${name} has ${data.length} numbers, the policy ${params.length}`);
  };
  const step = Number(tensorOf(file, "step", "I64").data[0]);
  if (step !== manifest.optimizer_step) {
    throw mismatch(label, `its optimiser is at step ${step}, its manifest says ${manifest.optimizer_step}`);
  }
  return {
    policyVersion: manifest.policy_version,
    optimizerStep: step,
    params,
    firstMoment: moment("first_moment"),
    secondMoment: moment("second_moment"),
  };
}

function flat(data: Vector): Tensor {
  return { type: "F32", shape: [data.length], data };
}

function mismatch(label: string, why: string): RlvrError {
  return new RlvrError("bad_checkpoint", `${label} does not fit: ${why}`, {
    advice: "Start from a checkpoint that was trained from this very policy.",
  });
}
