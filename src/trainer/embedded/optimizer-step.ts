import { InferenceSession, Tensor } from "../../core/process/onnx-runtime.ts";
import type { TrainingState, Vector } from "../protocol/checkpoint.ts";
import type { BatchSettings } from "../protocol/schemas.ts";
import { SESSION_OPTIONS } from "./session-options.ts";

/** Applies one optimiser step; gives the new state and the gradient's norm before clipping. Changes no input. */
export type OptimizerStep = (
  state: TrainingState,
  gradient: Float32Array,
  settings: BatchSettings["optimizer"],
  learningRate: number,
) => Promise<{ state: TrainingState; gradientNorm: number }>;

/** Loads the graph that clips by global norm and takes an AdamW step. */
export async function loadOptimizerStep(updateGraph: string): Promise<OptimizerStep> {
  const session = await InferenceSession.create(updateGraph, SESSION_OPTIONS);
  return async (state, gradient, settings, learningRate) => {
    const { beta1, beta2, eps, weight_decay: decay, max_norm: maxNorm } = settings;
    const optimizerStep = state.optimizerStep + 1;
    const outputs = await session.run({
      params: flat(state.params),
      first_moment: flat(state.firstMoment),
      second_moment: flat(state.secondMoment),
      gradient: flat(gradient),
      optimizer: flat(Float32Array.of(learningRate, beta1, beta2, eps, decay, maxNorm)),
      step: new Tensor("float32", Float32Array.of(optimizerStep), []),
    });
    const vector = (name: string): Vector => outputs[name]?.data as Vector;
    return {
      state: {
        policyVersion: state.policyVersion,
        optimizerStep,
        params: vector("params_out"),
        firstMoment: vector("first_moment_out"),
        secondMoment: vector("second_moment_out"),
      },
      gradientNorm: vector("gradient_norm")[0] ?? Number.NaN,
    };
  };
}

function flat(values: Float32Array): Tensor {
  return new Tensor("float32", values, [values.length]);
}
