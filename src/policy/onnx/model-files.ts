import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { allFinite } from "../../core/all-finite.ts";
import { RlvrError } from "../../core/errors.ts";
import { sha256 } from "../../core/files/files.ts";
import { modelNames, readModelFile, readModelJson } from "../../core/files/model-file.ts";
import {
  contextLength,
  headCount,
  hiddenSize,
  layerCount,
  mostWeightBytes,
  parameterShapes,
  valueCount,
  vocabularySize,
} from "../../core/files/model-sizes.ts";
import { decodeSafetensors, tensorOf } from "../../core/safetensors.ts";
import type { ModelConfig, Parameters, RlvrModel } from "./policy-model.ts";

const EMBEDDING = "token_embedding";
const POSITIONS = "position_embedding";
/** Most bytes of an export's manifest, which holds a sequence with its log-probabilities. */
const MOST_MANIFEST = 64 * 1024 * 1024;

/** Sizes of a policy, as far as config.json alone can be checked: by the parameters that it lists itself. */
const configSchema = z
  .object({
    vocab_size: vocabularySize,
    hidden_size: hiddenSize,
    num_hidden_layers: layerCount,
    num_attention_heads: headCount,
    max_position_embeddings: contextLength,
    eos_token_id: z.union([z.int(), z.array(z.int())]),
    parameters: parameterShapes,
  })
  .superRefine((config, { addIssue }) => {
    const refuse = (path: string, message: string): void => addIssue({ code: "custom", path: [path], message });
    const { vocab_size: tokens, hidden_size: hidden, max_position_embeddings: positions } = config;
    const shapeOf = new Map(config.parameters.map(([name, shape]) => [name, shape.join()]));
    const layers = new Set([...shapeOf.keys()].map((name) => /^layers\.(\d+)\./.exec(name)?.[1]));
    layers.delete(undefined);
    if (hidden % config.num_attention_heads !== 0) refuse("num_attention_heads", `does not divide ${hidden}`);
    if (shapeOf.get(EMBEDDING) !== `${tokens},${hidden}`) refuse("vocab_size", `${EMBEDDING} is of another size`);
    if (shapeOf.get(POSITIONS) !== `${positions},${hidden}`)
      refuse("max_position_embeddings", `${POSITIONS} is of another size`);
    if (layers.size !== config.num_hidden_layers) refuse("num_hidden_layers", `${layers.size} layers have parameters`);
    if ([config.eos_token_id].flat().some((id) => id < 0 || id >= tokens))
      refuse("eos_token_id", `is outside the vocabulary of ${tokens}`);
  });

const manifestSchema = z.object({ policy_version: z.int().nonnegative(), files: z.record(z.string(), z.string()) });

/** Sizes of a policy, from its config.json. */
interface RlvrConfig extends ModelConfig {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly parameters: Parameters;
}

/**
 * Reads the directory of a policy that rlvr exported: config.json, model.safetensors, and manifest.json where there is one.
 * @param weights file of weights to take in place of model.safetensors, as version 0.
 * @throws RlvrError `missing_file` or `bad_checkpoint`.
 */
export function readRlvrModel(directory: string, weights?: string): RlvrModel {
  const root = resolve(directory);
  const { layers, heads, headSize, parameters, ...config } = readConfig(join(root, "config.json"));
  const isExport = weights === undefined && modelNames(root).includes("manifest.json");
  const { values: flat, policyVersion } = isExport
    ? readExport(root, parameters)
    : { values: readBase(weights ?? join(root, "model.safetensors"), parameters), policyVersion: 0 };
  const shared = new SharedArrayBuffer(flat.byteLength);
  new Float32Array(shared).set(flat);
  const shapes = { layers, heads, headSize, parameters };
  return { layout: "rlvr", directory: root, name: basename(root), config, ...shapes, weights: shared, policyVersion };
}

/**
 * Reads and checks the weights of an export directory (model.safetensors and manifest.json) for a policy of these parameters.
 * @throws RlvrError `bad_checkpoint` when a file is missing, its hash differs, or a parameter is missing or of another shape.
 */
export function readExport(directory: string, parameters: Parameters): { values: Float32Array; policyVersion: number } {
  const manifest = readManifest(directory);
  const bytes = readWeightsFile(join(directory, "model.safetensors"), parameters);
  if (bytes === undefined) throw badExport(directory, "model.safetensors is missing");
  const expected = manifest.files["model.safetensors"];
  if (expected === undefined) throw badExport(directory, "its manifest does not list model.safetensors");
  const actual = sha256(bytes);
  if (actual !== expected) {
    throw badExport(directory, `model.safetensors has sha256 ${actual}, its manifest says ${expected}`);
  }
  return {
    values: readWeights(bytes, parameters, join(directory, "model.safetensors")),
    policyVersion: manifest.policy_version,
  };
}

function readManifest(directory: string): z.infer<typeof manifestSchema> {
  const manifest = readModelJson(join(directory, "manifest.json"), manifestSchema, { most: MOST_MANIFEST });
  if (manifest === undefined) throw badExport(directory, "manifest.json is missing");
  return manifest;
}

function badExport(directory: string, why: string): RlvrError {
  return new RlvrError("bad_checkpoint", `${directory} is not a usable export: ${why}`, {
    advice: "Export the weights again; a directory without a correct manifest was not written to its end.",
  });
}

function readConfig(path: string): RlvrConfig {
  const config = readModelJson(path, configSchema);
  if (config === undefined) {
    throw new RlvrError("missing_file", `there is no policy at ${path}`, {
      advice: "Give a directory with config.json, model.safetensors, tokenizer.json and graphs/step.onnx.",
    });
  }
  return {
    vocabSize: config.vocab_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headSize: config.hidden_size / config.num_attention_heads,
    maxLength: config.max_position_embeddings,
    eosIds: [config.eos_token_id].flat(),
    parameters: config.parameters,
  };
}

/** Weights without a manifest: a policy's own, or a file that was named in their place. */
function readBase(file: string, parameters: Parameters): Float32Array {
  const bytes = readWeightsFile(file, parameters);
  if (bytes !== undefined) return readWeights(bytes, parameters, file);
  throw new RlvrError("missing_file", `there are no weights at ${file}`, {
    advice: "Give the directory of a whole policy, with its model.safetensors.",
  });
}

/** A file that may hold these parameters; undefined when there is none. One that is much larger is not read. */
function readWeightsFile(path: string, parameters: Parameters): Buffer | undefined {
  return readModelFile(path, mostWeightBytes(parameters));
}

function readWeights(bytes: Uint8Array, parameters: Parameters, label: string): Float32Array {
  const file = decodeSafetensors(bytes, label);
  // All of them before memory is laid out by what config.json says of them.
  const tensors = parameters.map(([name, shape]) => {
    const tensor = tensorOf(file, name, "F32");
    if (tensor.shape.join() === shape.join()) return tensor.data;
    throw new RlvrError(
      "bad_checkpoint",
      `${label}: parameter ${name} has shape [${tensor.shape.join(", ")}], this policy needs [${shape.join(", ")}]`,
      { advice: "Load an export of the policy that this server was started with." },
    );
  });
  const values = new Float32Array(valueCount(parameters));
  let offset = 0;
  for (const data of tensors) {
    values.set(data, offset);
    offset += data.length;
  }
  if (!allFinite(values)) {
    throw new RlvrError("bad_checkpoint", `${label}: the weights hold NaN or infinite values`, {
      advice: "Training diverged: go back to an earlier checkpoint, or lower the learning rate.",
    });
  }
  return values;
}
