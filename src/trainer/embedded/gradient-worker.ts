import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "../../core/process/onnx-runtime.ts";
import { messageOf } from "../../core/errors.ts";
import type { GradientReply, GradientWork, GradientWorkerData, PaddedMicrobatch } from "./gradient-protocol.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { weightTensors } from "./weight-tensors.ts";

// A thread of the embedded trainer: session.run blocks the thread it runs on.
const { gradGraph, parameters, params, slots } = workerData as GradientWorkerData;

const session = await InferenceSession.create(gradGraph, SESSION_OPTIONS);

const weights = weightTensors(params, parameters);
const gradients = slots.map((slot) => new Tensor("float32", slot, [slot.length]));

async function gradient(microbatch: PaddedMicrobatch, slot: number): Promise<Float32Array> {
  const { rows, length } = microbatch;
  const target = gradients[slot];
  if (target === undefined) throw new Error(`there is no slot ${slot}`);
  const perToken = (values: Float32Array): Tensor => new Tensor("float32", values, [rows, length]);
  const outputs = await session.run(
    {
      ...weights,
      input_ids: new Tensor("int32", microbatch.inputIds, [rows, length]),
      sampling_logprobs: perToken(microbatch.samplingLogprobs),
      old_logprobs: perToken(microbatch.oldLogprobs),
      ref_logprobs: perToken(microbatch.refLogprobs),
      advantages: perToken(microbatch.advantages),
      loss_weights: perToken(microbatch.weights),
      advantages_2: perToken(microbatch.advantages2),
      loss_weights_2: perToken(microbatch.weights2),
      temperature: new Tensor("float32", microbatch.temperature, [rows]),
      loss_settings: new Tensor("float32", microbatch.lossSettings, [microbatch.lossSettings.length]),
    },
    // The gradient is written straight into shared memory.
    { gradient: target, metrics: null },
  );
  return outputs["metrics"]?.data as Float32Array;
}

function reply(message: GradientReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (work: GradientWork) => {
  gradient(work.microbatch, work.slot).then(
    (metrics) => reply({ kind: "gradient", metrics }),
    (error: unknown) => reply({ kind: "error", message: messageOf(error) }),
  );
});
reply({ kind: "ready" });
