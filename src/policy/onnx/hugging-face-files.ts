import { basename, join } from "node:path";
import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { modelNames, readModelJson } from "../../core/files/model-file.ts";
import { contextLength, vocabularySize } from "../../core/files/model-sizes.ts";
import type { HuggingFaceModel } from "./policy-model.ts";

const ids = z.union([z.int(), z.array(z.int())]).nullish();
const length = contextLength.nullish();

/** The part of transformers' config.json that matters here; older architectures have names of their own. */
const textConfig = z.object({
  vocab_size: vocabularySize.nullish(),
  max_position_embeddings: length,
  n_positions: length,
  max_sequence_length: length,
  sliding_window: length,
  use_sliding_window: z.boolean().nullish(),
  eos_token_id: ids,
});
/** Models for more than text keep it in `text_config`. */
const configSchema = textConfig.extend({ text_config: textConfig.nullish() });
const generationSchema = z.object({ eos_token_id: ids });

/** Graphs of a directory in Hugging Face's layout, relative to it: onnx/model.onnx, onnx/model_q4.onnx and so on. */
export function graphNames(directory: string): string[] {
  return ["onnx", "."].flatMap((folder) => {
    const names = modelNames(join(directory, folder)).filter((name) => /^model(_.+)?\.onnx$/.test(name));
    return names.toSorted().map((name) => join(folder, name));
  });
}

/**
 * Reads a directory as optimum and the onnx-community repositories of the Hugging Face hub have it: config.json,
 * generation_config.json where there is one, and one graph or several under onnx/ or beside them.
 * @param variant `q4` takes model_q4.onnx; undefined takes model.onnx.
 * @throws RlvrError `missing_file` when the graph or config.json is missing, `bad_checkpoint` when the latter is of no use.
 */
export function readHuggingFaceModel(directory: string, variant: string | undefined): HuggingFaceModel {
  const wanted = variant === undefined ? "model.onnx" : `model_${variant}.onnx`;
  const names = graphNames(directory);
  const graph = names.find((name) => basename(name) === wanted);
  if (graph === undefined) {
    const others = names.map((name) => basename(name, ".onnx").slice("model_".length) || "none");
    throw new RlvrError("missing_file", `${directory} has no ${wanted}; it has ${names.join(", ")}`, {
      advice: `Choose one with --variant: ${others.join(", ")}.`.replace("none", "none at all for model.onnx"),
    });
  }
  const outer = readModelJson(join(directory, "config.json"), configSchema);
  if (outer === undefined) {
    throw new RlvrError("missing_file", `${join(directory, "config.json")} is missing`, {
      advice: "Download the whole repository: config.json, generation_config.json, the tokenizer's files and onnx/.",
    });
  }
  const config = { ...outer, ...outer.text_config };
  const positions = config.max_position_embeddings ?? config.n_positions ?? config.max_sequence_length;
  const eos =
    readModelJson(join(directory, "generation_config.json"), generationSchema)?.eos_token_id ??
    config.eos_token_id ??
    outer.eos_token_id;
  const missing = [
    ...(config.vocab_size == null ? ["vocab_size"] : []),
    ...(positions == null ? ["max_position_embeddings"] : []),
    ...(eos == null ? ["eos_token_id"] : []),
  ];
  if (config.vocab_size == null || positions == null || eos == null) {
    throw new RlvrError("bad_checkpoint", `${join(directory, "config.json")} does not tell ${missing.join(", ")}`, {
      advice: "Add what is missing to config.json, or serve the model with vLLM.",
    });
  }
  const eosIds = [eos].flat();
  const outside = eosIds.find((id) => id < 0 || id >= (config.vocab_size as number));
  if (outside !== undefined) {
    throw new RlvrError(
      "bad_checkpoint",
      `${directory}: eos_token_id ${outside} is outside the vocabulary of ${config.vocab_size}`,
      {
        advice: "Correct eos_token_id in generation_config.json or config.json: no completion would end by it.",
      },
    );
  }
  // Rows of different lengths lie in one cache with gaps, which a window that counts slots would count as tokens.
  const window = config.use_sliding_window === false ? null : config.sliding_window;
  return {
    layout: "hugging-face",
    directory,
    name: basename(directory),
    config: {
      vocabSize: config.vocab_size,
      maxLength: Math.min(positions, window ?? positions),
      eosIds,
    },
    policyVersion: 0,
    graph: join(directory, graph),
  };
}
