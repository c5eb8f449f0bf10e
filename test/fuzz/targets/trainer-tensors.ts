import fc from "fast-check";
import { encodeSafetensors, type Tensor } from "../../../src/core/safetensors.ts";
import { decodeBatch, encodeBatch } from "../../../src/trainer/protocol/batch.ts";
import { decodeCheckpoint, encodeCheckpoint, type ParameterShapes } from "../../../src/trainer/protocol/checkpoint.ts";
import { decodeJson } from "../../../src/trainer/protocol/json.ts";
import { batchManifest, checkpointManifest } from "../../../src/trainer/protocol/schemas.ts";
import { decodeSafetensors } from "../../../src/core/safetensors.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const sequence = {
  sequenceId: 1,
  inputIds: [1, 2, 3, 4],
  promptLength: 2,
  samplingLogprobs: [-0.5, -1],
  advantages: 1,
  weights: 1,
  policyVersion: 0,
  temperature: 1,
  optStep: 0,
};
const batch = encodeBatch({
  run: "r",
  step: 1,
  policyVersion: 0,
  sequences: [sequence, { ...sequence, sequenceId: 2 }],
  settings: {
    objective: { clip_low: 0.2, clip_high: 0.2, kl: { kind: "k3", coefficient: 0 } },
    optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0, max_norm: 1 },
    learning_rates: [0.1],
  } as Parameters<typeof encodeBatch>[0]["settings"],
}).files;
const shapes: ParameterShapes = [
  ["a", [2, 3]],
  ["b", [4]],
];
const zeros = (): Tensor<"F32">["data"] => new Float32Array(10);
const state = { policyVersion: 2, optimizerStep: 3, params: zeros(), firstMoment: zeros(), secondMoment: zeros() };
const checkpoint = encodeCheckpoint(state, shapes).checkpoint.files;

const types = { F32: Float32Array, I32: Int32Array, I64: BigInt64Array, U8: Uint8Array };
const number = fc.oneof(fc.nat(9), fc.constantFrom(-1, Number.NaN, Infinity, 2 ** 31 - 1, -(2 ** 31), 1e30));
/** A tensor of any type and length, flat or with a shape of the same length. */
const tensor = fc
  .record({
    type: fc.constantFrom(...(Object.keys(types) as (keyof typeof types)[])),
    values: fc.array(number, { maxLength: 12 }),
    isDeep: fc.boolean(),
  })
  .map(({ type, values, isDeep }) => {
    const data =
      type === "I64"
        ? BigInt64Array.from(values, (value) => (Number.isFinite(value) ? BigInt.asIntN(64, BigInt(value)) : -1n))
        : types[type].from(values);
    return { type, shape: isDeep ? [1, values.length] : [values.length], data } as Tensor;
  });
const name = fc.constantFrom(
  "input_ids",
  "cu_seqlens",
  "action_mask",
  "sampling_logprobs",
  "policy_version",
  "advantages",
  "weights",
  "temperature",
  "opt_step",
  "sequence_id",
  "ref_logprobs",
  "advantages_2",
  "weights_2",
  "other",
  "a",
  "b",
  "first_moment",
  "second_moment",
  "step",
  "__proto__",
);
/** A tensor put in, in place of the one of its name, or numbers put over one's own; null takes it out. */
const change = fc.record({
  name,
  put: fc.oneof(
    { weight: 2, arbitrary: tensor },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.record({ at: fc.nat(9), number }) },
  ),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  const tensors: Record<string, Tensor> = Object.fromEntries(decodeSafetensors(bytes, "x").tensors);
  for (const { name: key, put } of changes) {
    if (put === null) delete tensors[key];
    else if ("type" in put) Object.defineProperty(tensors, key, { value: put, enumerable: true, configurable: true });
    else {
      const data = tensors[key]?.data;
      const value = Number.isFinite(put.number) ? put.number : 0;
      if (data instanceof BigInt64Array) data[put.at % data.length] = BigInt.asIntN(64, BigInt(value));
      else if (data !== undefined) data[put.at % data.length] = put.number;
    }
  }
  return encodeSafetensors(tensors);
}

/** Batches and checkpoints whose tensors have other types, shapes and numbers than their manifests and the policy say. */
export const target = fuzzTarget({
  input: fc.record({
    kind: fc.constantFrom("batch" as const, "checkpoint" as const),
    changes: fc.array(change, { maxLength: 2 }),
    count: rarely(8, fc.constantFrom(1, 9, 2 ** 40)),
    shapes: rarely(8, fc.array(fc.tuple(name, fc.array(fc.constantFrom(1, 4, 2 ** 40), { maxLength: 3 })))),
  }),
  refusals: ["protocol_violation", "bad_checkpoint"],
  read({ kind, changes, count, shapes: otherShapes }) {
    const files = kind === "batch" ? batch : checkpoint;
    const entries = Object.entries(files).flatMap(([file, bytes]): [string, Uint8Array][] =>
      typeof bytes === "string" ? [] : [[file, changed(bytes, changes)]],
    );
    const text = (files["manifest.json"] as string).replace('"tokens": 8', `"tokens": ${count ?? 8}`);
    if (kind === "batch") {
      const manifest = decodeJson(batchManifest, text, "manifest.json");
      return decodeBatch({ manifest, files: new Map(entries) }, "batch");
    }
    const manifest = decodeJson(checkpointManifest, text, "manifest.json");
    return decodeCheckpoint({ manifest, files: new Map(entries) }, otherShapes ?? shapes, "checkpoint");
  },
});
