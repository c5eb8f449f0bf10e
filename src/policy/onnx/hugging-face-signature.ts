import type { InferenceSession } from "../../core/process/onnx-runtime.ts";
import { RlvrError } from "../../core/errors.ts";
import type { CacheShape } from "./policy-graph.ts";

/** What a decoder graph in Hugging Face's layout takes and gives. */
export interface Signature {
  readonly cacheShape: CacheShape;
  /** Inputs `past_key_values.0.key`, `past_key_values.0.value` and so on. */
  readonly pastNames: readonly string[];
  /** Outputs `present.0.key`, `present.0.value` and so on. */
  readonly presentNames: readonly string[];
  readonly logitsType: "float32" | "float16";
  readonly hasPositions: boolean;
  /** Whether it has `num_logits_to_keep`: then it gives logits of the last positions only, where that is asked for. */
  readonly canKeepLogits: boolean;
}

/** More than any model in use has: memory for keys and values is laid out by what the graph says. */
const MOST_HEADS = 1024;
const MOST_HEAD_SIZE = 4096;
const MOST_TENSORS = 1024;

const KNOWN_INPUTS = new Set(["input_ids", "attention_mask", "position_ids", "num_logits_to_keep"]);

/**
 * Reads the inputs and outputs of a graph.
 * @param label what to call the graph in an error.
 * @throws RlvrError `bad_checkpoint` when it is not a decoder with a cache of keys and values.
 */
export function signatureOf(session: InferenceSession, label: string): Signature {
  const refuse = (why: string): RlvrError =>
    new RlvrError("bad_checkpoint", `${label} is not a decoder that can be served: ${why}`, {
      advice:
        "Export it with its cache (`optimum-cli export onnx --task text-generation-with-past`), or serve the model with vLLM.",
    });
  const { inputNames, inputMetadata, outputNames, outputMetadata } = session;
  for (const name of ["input_ids", "attention_mask"])
    if (!inputNames.includes(name)) throw refuse(`it has no input ${name}`);
  const isPast = (name: string): boolean => /^past_key_values\.\d+\.(key|value)$/.test(name);
  const unknown = inputNames.filter((name) => !isPast(name) && !KNOWN_INPUTS.has(name));
  if (unknown.length > 0) throw refuse(`it has the inputs ${unknown.join(", ")}`);
  const count = inputNames.filter(isPast).length;
  if (count === 0) throw refuse("it has no inputs past_key_values.*");
  const suffixes = Array.from({ length: count / 2 }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  const pastNames = suffixes.map((suffix) => `past_key_values.${suffix}`);
  const presentNames = suffixes.map((suffix) => `present.${suffix}`);
  const missing = [
    ...pastNames.filter((name) => !inputNames.includes(name)),
    ...["logits", ...presentNames].filter((name) => !outputNames.includes(name)),
  ];
  if (missing.length > 0) throw refuse(`it lacks ${missing.join(", ")}`);

  const shapes = pastNames.map((name) => inputMetadata[inputNames.indexOf(name)]);
  const [first] = shapes;
  const heads = first?.isTensor === true ? first.shape[1] : undefined;
  const headSize = first?.isTensor === true ? first.shape[3] : undefined;
  const type = typeOf(first);
  if (typeof heads !== "number" || typeof headSize !== "number" || type === undefined)
    throw refuse("its past_key_values.0.key is not float32 or float16 [batch, heads, length, head size]");
  for (const [index, shape] of shapes.entries()) {
    if (shape?.isTensor !== true || shape.type !== type || shape.shape[1] !== heads || shape.shape[3] !== headSize)
      throw refuse(`${pastNames[index]} has another shape or type than ${pastNames[0]}`);
  }
  if (heads > MOST_HEADS || headSize > MOST_HEAD_SIZE || count > MOST_TENSORS)
    throw refuse(`its cache has ${count} tensors of ${heads} heads of ${headSize}, more than any model's`);
  const logitsType = typeOf(outputMetadata[outputNames.indexOf("logits")]);
  if (logitsType === undefined) throw refuse("its logits are not float32 or float16");
  return {
    cacheShape: { tensors: count, heads, headSize, type },
    pastNames,
    presentNames,
    logitsType,
    hasPositions: inputNames.includes("position_ids"),
    canKeepLogits: inputNames.includes("num_logits_to_keep"),
  };
}

function typeOf(metadata: InferenceSession.ValueMetadata | undefined): "float32" | "float16" | undefined {
  if (metadata?.isTensor !== true) return undefined;
  return metadata.type === "float32" || metadata.type === "float16" ? metadata.type : undefined;
}
