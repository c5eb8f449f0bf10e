import type { InferenceSession } from "../../core/process/onnx-runtime.ts";

/**
 * One thread a session: results then do not depend on how the work was split, and the gradient workers use the cores.
 */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
};
