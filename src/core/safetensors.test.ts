import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, tensorOf, type Tensor } from "./safetensors.ts";

const f32 = (values: number[], shape = [values.length]): Tensor => ({
  type: "F32",
  shape,
  data: Float32Array.from(values),
});

test("what was written is read back, from bytes at any alignment", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true })),
      fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
      fc.nat(7),
      (floats, ids, shift) => {
        const bytes = encodeSafetensors(
          { "b.weights": f32(floats), a: { type: "I64", shape: [ids.length], data: BigInt64Array.from(ids) } },
          { note: "x" },
        );
        const shifted = new Uint8Array(bytes.length + shift);
        shifted.set(bytes, shift);
        const file = decodeSafetensors(shifted.subarray(shift), "test");
        expect([...tensorOf(file, "b.weights", "F32").data]).toEqual([...Float32Array.from(floats)]);
        expect([...tensorOf(file, "a", "I64").data]).toEqual(ids);
        expect(file.metadata).toEqual({ note: "x" });
      },
    ),
  );
});

test("a Buffer, which lies somewhere in a larger pool, is read like any bytes", () => {
  const pooled = Buffer.from(encodeSafetensors({ a: f32([1, 2, 3]) }));
  expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.byteLength);
  expect([...tensorOf(decodeSafetensors(pooled, "test"), "a", "F32").data]).toEqual([1, 2, 3]);
});

test("float32 tensors lie in order of their names", () => {
  const bytes = encodeSafetensors({ z: f32([3, 4]), a: f32([1, 2]) });
  expect([...new Float32Array(bytes.buffer, bytes.length - 16)]).toEqual([1, 2, 3, 4]);
});

test("a file that was cut short is refused", () => {
  const bytes = encodeSafetensors({ a: f32([1, 2, 3]) });
  for (const length of [4, 20, bytes.length - 1])
    expect(() => decodeSafetensors(bytes.subarray(0, length), "weights")).toThrow(
      /weights is not a usable safetensors file/,
    );
});

test.each([
  ["a negative offset", { a: { dtype: "F32", shape: [1], data_offsets: [-4, 0] } }, 4],
  ["an end before its beginning", { a: { dtype: "F32", shape: [0], data_offsets: [4, 0] } }, 4],
  ["a negative size", { a: { dtype: "F32", shape: [-1, -1], data_offsets: [0, 4] } }, 4],
  ["a fraction of a size", { a: { dtype: "F32", shape: [0.5, 2], data_offsets: [0, 4] } }, 4],
  [
    "tensors that overlap",
    {
      a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
      b: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
    },
    8,
  ],
  ["a gap before its tensor", { a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, 8],
  [
    "a tensor that is not aligned",
    {
      a: { dtype: "U8", shape: [2], data_offsets: [0, 2] },
      b: { dtype: "F32", shape: [1], data_offsets: [2, 6] },
    },
    6,
  ],
  ["bytes behind its tensors", { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 8],
  ["a header that is null", null, 0],
  ["a tensor that is null", { a: null }, 0],
  ["a type that every object has", { a: { dtype: "constructor", shape: [0], data_offsets: [0, 0] } }, 0],
])("refuses a file with %s", (_, header, bodyBytes) => {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(8 + json.length + bodyBytes);
  bytes.writeBigUInt64LE(BigInt(json.length));
  json.copy(bytes, 8);
  expect(() => decodeSafetensors(bytes, "weights")).toThrow(expect.objectContaining({ code: "bad_checkpoint" }));
});
