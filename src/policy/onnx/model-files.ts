import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { allFinite } from "../../core/all-finite.ts";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { isPresent, readIfPresent, sha256 } from "../../core/files.ts";
import { decodeSafetensors, tensorOf } from "../../core/safetensors.ts";
import type { ModelConfig, Parameters, RlvrModel } from "./policy-model.ts";

const count = z.int().positive();

const configSchema = z.object({
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  max_position_embeddings: count,
  eos_token_id: z.union([z.int(), z.array(z.int())]),
  parameters: z.array(z.tuple([z.string(), z.array(count)])),
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
  const isBase = weights !== undefined || !isPresent(join(root, "manifest.json"));
  const file = weights ?? join(root, "model.safetensors");
  const flat = isBase ? readWeights(readFileSync(file), parameters, file) : readExport(root, parameters).values;
  const shared = new SharedArrayBuffer(flat.byteLength);
  new Float32Array(shared).set(flat);
  const policyVersion = isBase ? 0 : readManifest(root).policy_version;
  const shapes = { layers, heads, headSize, parameters };
  return { layout: "rlvr", directory: root, name: basename(root), config, ...shapes, weights: shared, policyVersion };
}

/**
 * Reads and checks the weights of an export directory (model.safetensors and manifest.json) for a policy of these parameters.
 * @throws RlvrError `bad_checkpoint` when a file is missing, its hash differs, or a parameter is missing or of another shape.
 */
export function readExport(directory: string, parameters: Parameters): { values: Float32Array; policyVersion: number } {
  const manifest = readManifest(directory);
  const bytes = readIfPresent(join(directory, "model.safetensors"));
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
  const text = readIfPresent(join(directory, "manifest.json"));
  if (text === undefined) throw badExport(directory, "manifest.json is missing");
  try {
    return manifestSchema.parse(JSON.parse(text.toString()));
  } catch (error) {
    throw badExport(directory, `manifest.json cannot be read: ${messageOf(error)}`, error);
  }
}

function badExport(directory: string, why: string, cause?: unknown): RlvrError {
  return new RlvrError("bad_checkpoint", `${directory} is not a usable export: ${why}`, {
    advice: "Export the weights again; a directory without a correct manifest was not written to its end.",
    cause,
  });
}

function readConfig(path: string): RlvrConfig {
  const text = readIfPresent(path);
  if (text === undefined) {
    throw new RlvrError("missing_file", `there is no policy at ${path}`, {
      advice: "Give a directory with config.json, model.safetensors, tokenizer.json and graphs/step.onnx.",
    });
  }
  try {
    const config = configSchema.parse(JSON.parse(text.toString()));
    return {
      vocabSize: config.vocab_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      headSize: config.hidden_size / config.num_attention_heads,
      maxLength: config.max_position_embeddings,
      eosIds: [config.eos_token_id].flat(),
      parameters: config.parameters,
    };
  } catch (error) {
    throw new RlvrError("bad_checkpoint", `${path} cannot be read: ${messageOf(error)}`, {
      advice: "The file is not one of a policy that rlvr exported; export it again, or serve the model with vLLM.",
      cause: error,
    });
  }
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function readWeights(bytes: Uint8Array, parameters: Parameters, label: string): Float32Array {
  const file = decodeSafetensors(bytes, label);
  const total = parameters.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
  const values = new Float32Array(total);
  let offset = 0;
  for (const [name, shape] of parameters) {
    const tensor = tensorOf(file, name, "F32");
    if (tensor.shape.join() !== shape.join()) {
      throw new RlvrError(
        "bad_checkpoint",
        `${label}: parameter ${name} has shape [${tensor.shape.join(", ")}], this policy needs [${shape.join(", ")}]`,
        { advice: "Load an export of the policy that this server was started with." },
      );
    }
    values.set(tensor.data, offset);
    offset += tensor.data.length;
  }
  if (!allFinite(values)) {
    throw new RlvrError("bad_checkpoint", `${label}: the weights hold NaN or infinite values`, {
      advice: "Training diverged: go back to an earlier checkpoint, or lower the learning rate.",
    });
  }
  return values;
}
