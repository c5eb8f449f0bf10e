import { join } from "node:path";
import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { readModelFile, readModelJson } from "../../core/files/model-file.ts";
import {
  contextLength,
  mostWeightBytes,
  parameterShapes,
  valueCount,
  vocabularySize,
} from "../../core/files/model-sizes.ts";
import { decodeModel, type ParameterShapes, type Vector } from "../protocol/checkpoint.ts";

/** What the trainer reads of a gradient graph's metrics; a graph without one of them is of another version. */
export const GRADIENT_METRICS = [
  "loss",
  "surrogate",
  "tokens",
  "entropy",
  "kl_sampler",
  "clipped",
  "ratio",
  "abs_log_ratio",
  "mismatch_kl",
  "abs_log_w",
  "ratio_max",
] as const;

const ADVICE = "Build the policy's graphs again with the python package of this version.";

/** What the trainer reads of a policy directory's config.json; the policy server reads the rest. */
const config = z.object({
  vocab_size: vocabularySize,
  max_position_embeddings: contextLength,
  grad_metrics: z.array(z.string()).refine((names) => GRADIENT_METRICS.every((name) => names.includes(name)), {
    error: `the gradient graph has to give ${GRADIENT_METRICS.join(", ")}`,
  }),
  parameters: parameterShapes,
});

/** A policy that can be trained: its base weights and its graphs. */
export interface PolicyModel {
  readonly vocabularySize: number;
  /** Most tokens of a sequence. */
  readonly maxLength: number;
  readonly parameters: ParameterShapes;
  readonly parameterCount: number;
  /** Names of the entries of the gradient graph's `metrics`. */
  readonly gradMetrics: readonly string[];
  /** Path of grad.onnx: loss, gradient and metrics of a microbatch. */
  readonly gradGraph: string;
  /** Path of score.onnx: log-probabilities of given tokens. */
  readonly scoreGraph: string;
  /** Path of update.onnx: one optimiser step. */
  readonly updateGraph: string;
  /** The flat vector of version 0. */
  readonly baseParams: Vector;
}

/**
 * Reads a policy directory (config.json, model.safetensors, graphs/).
 * @param baseWeights file of version 0's weights in place of model.safetensors; null for that.
 * @throws RlvrError `missing_file` or `bad_checkpoint`.
 */
export function readPolicyModel(directory: string, baseWeights: string | null = null): PolicyModel {
  const configPath = join(directory, "config.json");
  const parsed = readModelJson(configPath, config, { advice: ADVICE }) ?? missing(configPath);
  const { parameters, grad_metrics: gradMetrics } = parsed;
  const modelPath = baseWeights ?? join(directory, "model.safetensors");
  const weights = readModelFile(modelPath, mostWeightBytes(parameters)) ?? missing(modelPath);
  return {
    vocabularySize: parsed.vocab_size,
    maxLength: parsed.max_position_embeddings,
    parameters,
    parameterCount: valueCount(parameters),
    gradMetrics,
    gradGraph: join(directory, "graphs", "grad.onnx"),
    scoreGraph: join(directory, "graphs", "score.onnx"),
    updateGraph: join(directory, "graphs", "update.onnx"),
    baseParams: decodeModel(weights, parameters, modelPath),
  };
}

function missing(path: string): never {
  throw new RlvrError("missing_file", `there is no ${path}`, { advice: "Check the policy directory of the recipe." });
}
