import { join, resolve } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { modelNames } from "../../core/files/model-file.ts";
import { graphNames, readHuggingFaceModel } from "./hugging-face-files.ts";
import { readRlvrModel } from "./model-files.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Which files of a model's directory to take. */
export interface ModelChoice {
  /** File of weights in place of the directory's model.safetensors; for policies that rlvr exported. */
  readonly weights?: string | undefined;
  /** Which of the graphs of a Hugging Face model: `q4` takes model_q4.onnx. Default: model.onnx. */
  readonly variant?: string | undefined;
}

/**
 * Reads a model's directory, in rlvr's own layout or in Hugging Face's.
 * @throws RlvrError `missing_file` or `bad_checkpoint`; `bad_usage` when the choice does not go with the layout.
 */
export function readModel(directory: string, { weights, variant }: ModelChoice): PolicyModel {
  const root = resolve(directory);
  if (modelNames(join(root, "graphs")).includes("step.onnx") || graphNames(root).length === 0) {
    if (variant === undefined) return readRlvrModel(root, weights);
    throw new RlvrError("bad_usage", `${root} has no graph in Hugging Face's layout, so no variant to choose`, {
      advice: "Leave out --variant, or give a directory with onnx/model.onnx.",
    });
  }
  if (weights === undefined) return readHuggingFaceModel(root, variant);
  throw new RlvrError("bad_usage", `${root} holds an ONNX graph with its weights inside: others cannot be put there`, {
    advice: "Leave out --weights; export the other weights to ONNX and serve that directory.",
  });
}
