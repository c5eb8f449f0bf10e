import { Tensor } from "../../core/process/onnx-runtime.ts";
import type { ParameterShapes } from "../protocol/checkpoint.ts";

/** The parameters of a flat vector as graph inputs by name: views, so that a change of the vector is seen without a copy. */
export function weightTensors(params: Float32Array, parameters: ParameterShapes): Record<string, Tensor> {
  const weights: Record<string, Tensor> = {};
  let at = 0;
  for (const [name, shape] of parameters) {
    const end = at + shape.reduce((product, size) => product * size, 1);
    weights[name] = new Tensor("float32", params.subarray(at, end), shape);
    at = end;
  }
  return weights;
}
