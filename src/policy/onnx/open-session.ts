import { statSync } from "node:fs";
import { InferenceSession } from "../../core/process/onnx-runtime.ts";
import { RlvrError, messageOf } from "../../core/errors.ts";

/** Where a graph runs: ONNX Runtime's execution providers. */
export type Device = "cpu" | "webgpu" | "cuda";

/** Where a graph may be made to run: `auto` is the first of CUDA, WebGPU and the processor that opens it. */
export const DEVICES = ["auto", "cpu", "webgpu", "cuda"] as const;

const ADVICE: Record<Device, string> = {
  cpu: "Check that the file is whole, with its .onnx_data beside it where it has one, and that ONNX Runtime knows its operators.",
  webgpu:
    "WebGPU needs a graphics card and its driver (on Linux libvulkan1 and a Vulkan driver); else take the device cpu.",
  cuda:
    "The npm package leaves the CUDA provider out. On Linux x64 with CUDA 12 and cuDNN 9 installed, fetch it with " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js` in rlvr's folder; else take the device cpu, or vLLM.",
};

/**
 * Opens a graph.
 * @param threads intra-op threads.
 * @throws RlvrError `bad_checkpoint` when it is not a regular file; `policy_failed` when ONNX Runtime cannot open it on the device.
 */
export async function openSession(path: string, device: Device, threads: number): Promise<InferenceSession> {
  // ONNX Runtime would wait for the writer of a pipe, and a thread in native code cannot be stopped.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new RlvrError("bad_checkpoint", `${path} cannot be used: it is not a regular file`, { advice: ADVICE.cpu });
  }
  try {
    return await InferenceSession.create(path, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
    });
  } catch (error) {
    throw new RlvrError("policy_failed", `ONNX Runtime cannot open ${path} on ${device}: ${messageOf(error)}`, {
      advice: ADVICE[device],
      cause: error,
    });
  }
}
