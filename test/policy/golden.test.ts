import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "../../src/core/process/onnx-runtime.ts";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { weightTensors } from "../../src/trainer/embedded/weight-tensors.ts";

const DIRECTORY = packagePath("policies/tiny");
const golden = decodeSafetensors(readFileSync(packagePath("test/golden/tiny.safetensors")), "golden");
const ints = (name: string): Int32Array => tensorOf(golden, name, "I32").data;
const floats = (name: string): Float32Array => tensorOf(golden, name, "F32").data;

const model = readPolicyModel(DIRECTORY);
const {
  num_hidden_layers: layers,
  num_attention_heads: heads,
  hidden_size: hidden,
} = JSON.parse(readFileSync(join(DIRECTORY, "config.json"), "utf8")) as {
  num_hidden_layers: number;
  num_attention_heads: number;
  hidden_size: number;
};
const depth = hidden / heads;
const caches = Array.from({ length: layers }, (_, layer) => [`k.${layer}`, `v.${layer}`]).flat();

const lengths = ints("step.prompt_lengths");
const rows = lengths.length;
const longest = ints("step.prompt_ids").length / rows;
const steps = ints("step.decode_ids").length / rows;
const width = Math.ceil((longest + steps) / 4) * 4;

/** The caches of all rows, rows x heads x width x depth, and which of their slots each row may see. */
const past = new Map(caches.map((name) => [name, new Float32Array(rows * heads * width * depth)]));
const bias = new Float32Array(rows * width).fill(-1e9);

/** Puts new rows of the caches, `count` a sequence, where each sequence stands, and makes the first `used` of them visible. */
function keep(
  outputs: InferenceSession.OnnxValueMapType,
  count: number,
  at: (row: number) => number,
  used: (row: number) => number,
): void {
  for (const name of caches) {
    const added = outputs[`new_${name}`]?.data as Float32Array;
    const cache = past.get(name) ?? new Float32Array();
    for (let row = 0; row < rows; row++)
      for (let head = 0; head < heads; head++) {
        const from = (row * heads + head) * count * depth;
        cache.set(added.subarray(from, from + used(row) * depth), ((row * heads + head) * width + at(row)) * depth);
      }
  }
  for (let row = 0; row < rows; row++) bias.fill(0, row * width + at(row), row * width + at(row) + used(row));
}

function feeds(ids: Int32Array, positions: Int32Array, last: Int32Array, slots: number): Record<string, Tensor> {
  const each = ids.length / rows;
  const empty = slots !== width;
  const cache = (name: string): Tensor =>
    new Tensor("float32", empty ? new Float32Array(rows * heads * slots * depth) : (past.get(name) ?? []), [
      rows,
      heads,
      slots,
      depth,
    ]);
  return {
    ...weightTensors(model.baseParams, model.parameters),
    input_ids: new Tensor("int32", ids, [rows, each]),
    positions: new Tensor("int32", positions, [rows, each]),
    last: new Tensor("int32", last, [rows]),
    past_bias: new Tensor("float32", empty ? new Float32Array(rows * slots).fill(-1e9) : bias, [rows, slots]),
    ...Object.fromEntries(caches.map((name) => [`past_${name}`, cache(name)])),
  };
}

test("logits of a ragged prompt batch and of the tokens after it are PyTorch's", async () => {
  const session = await InferenceSession.create(join(DIRECTORY, "graphs/step.onnx"), { intraOpNumThreads: 1 });
  const positions = Int32Array.from({ length: rows * longest }, (_, index) => index % longest);
  const prompt = await session.run(
    feeds(
      ints("step.prompt_ids"),
      positions,
      lengths.map((length) => length - 1),
      1,
    ),
  );
  const distances = (values: Float32Array, expected: Float32Array): number =>
    values.reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0))), 0);
  expect(distances(prompt["logits"]?.data as Float32Array, floats("step.prompt_logits"))).toBeLessThan(1e-4);
  keep(
    prompt,
    longest,
    () => 0,
    (row) => lengths[row] ?? 0,
  );
  for (let step = 0; step < steps; step++) {
    const ids = ints("step.decode_ids").subarray(step * rows, (step + 1) * rows);
    const decode = await session.run(
      feeds(
        ids,
        lengths.map((length) => length + step),
        new Int32Array(rows),
        width,
      ),
    );
    const size = floats("step.decode_logits").length / steps;
    const expected = floats("step.decode_logits").subarray(step * size, (step + 1) * size);
    expect(distances(decode["logits"]?.data as Float32Array, expected)).toBeLessThan(1e-4);
    keep(
      decode,
      1,
      (row) => (lengths[row] ?? 0) + step,
      () => 1,
    );
  }
});
