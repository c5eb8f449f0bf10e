import { env } from "../../core/process/onnx-runtime.ts";

/** What computed an answer: results can differ in the last digits between versions of the runtime. */
export const TRAINER_IDENTITY = {
  name: "embedded",
  versions: { node: process.versions.node, onnxruntime: env.versions.node ?? "unknown" },
};
