import fc from "fast-check";
import { decodeSafetensors } from "../../../src/core/safetensors.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const number = fc.oneof(fc.nat(64), fc.constantFrom(-8, 0.5, 3, 1e300, 2 ** 53, "4", null));
const entry = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        dtype: fc.constantFrom("F32", "I32", "I64", "U8", "F16", "F99", 7),
        shape: fc.array(number, { maxLength: 4 }),
        data_offsets: fc.array(number, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: ["dtype"] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const valid = fc.nat(16).map((count) => ({
  header: { w: { dtype: "F32", shape: [count], data_offsets: [0, 4 * count] } } as unknown,
  body: 4 * count,
}));
const made = fc.record({
  header: fc.oneof(fc.dictionary(fc.string(), entry, { maxKeys: 5 }), fc.jsonValue()) as fc.Arbitrary<unknown>,
  body: fc.nat(128),
});

/** Files of a generated header and body, whole, cut anywhere, or with a length that is a lie. */
const file = fc
  .record({
    content: fc.oneof(valid, made),
    length: rarely(8, fc.bigInt(0n, 2n ** 64n - 1n)),
    cut: rarely(6, fc.nat(200)),
  })
  .map(({ content: { header, body }, length, cut }) => {
    const json = Buffer.from(JSON.stringify(header));
    const bytes = Buffer.alloc(8 + json.length + body, 1);
    bytes.writeBigUInt64LE(length ?? BigInt(json.length));
    json.copy(bytes, 8);
    return new Uint8Array(cut === null ? bytes : bytes.subarray(0, cut));
  });

/** Tensors of checkpoints, exports and models: see src/core/safetensors.ts. */
export const target = fuzzTarget({
  input: fc.oneof({ weight: 9, arbitrary: file }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) }),
  refusals: ["bad_checkpoint"],
  read: (bytes) => decodeSafetensors(bytes, "model.safetensors"),
});
