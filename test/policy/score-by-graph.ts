import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "../../src/core/process/onnx-runtime.ts";
import { decodeSafetensors } from "../../src/core/safetensors.ts";
import { TINY } from "./policy-fixture.ts";

/**
 * Log-probabilities of a sequence at temperature 1 by the graph that the trainer scores with, its first entry without
 * meaning.
 * @param weights file of weights of the tiny policy. Default: its own.
 */
export async function scoreByGraph(
  ids: readonly number[],
  weights: string = join(TINY, "model.safetensors"),
): Promise<Float32Array> {
  const session = await InferenceSession.create(join(TINY, "graphs/score.onnx"), { intraOpNumThreads: 1 });
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor("int32", Int32Array.from(ids), [1, ids.length]),
    temperature: new Tensor("float32", Float32Array.of(1), [1]),
  };
  for (const [name, { data, shape }] of decodeSafetensors(readFileSync(weights), weights).tensors)
    feeds[name] = new Tensor("float32", data as Float32Array, shape);
  return (await session.run(feeds))["logprobs"]?.data as Float32Array;
}
