import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf } from "../../core/errors.ts";
import type { GradientReply, GradientWork, GradientWorkerData, PaddedMicrobatch } from "./gradient-protocol.ts";
import { SESSION_OPTIONS } from "./session-options.ts";

// A thread of the embedded trainer: session.run blocks the thread it runs on.
const { gradGraph, parameters, params, slots } = workerData as GradientWorkerData;

const session = await InferenceSession.create(gradGraph, SESSION_OPTIONS);

// Views of the shared vector: an optimiser step of the main thread is seen here without a copy.
const weights: Record<string, Tensor> = {};
let at = 0;
for (const [name, shape] of parameters) {
  const end = at + shape.reduce((product, size) => product * size, 1);
  weights[name] = new Tensor("float32", params.subarray(at, end), shape);
  at = end;
}
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
      old_logprobs: perToken(microbatch.oldLogprobs),
      ref_logprobs: perToken(microbatch.refLogprobs),
      advantages: perToken(microbatch.advantages),
      loss_weights: perToken(microbatch.weights),
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
