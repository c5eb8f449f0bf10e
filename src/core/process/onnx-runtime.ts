/** ONNX Runtime without its telemetry: the only importer of the package, which the lint checks. */
import "./no-telemetry.ts";

// oxlint-disable-next-line no-restricted-imports
export { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
