import { expect, test } from "vitest";
import { widenFloat16 } from "./float16.ts";

test("float16 numbers of every kind are widened exactly", () => {
  const bits = Uint16Array.of(
    0x0000,
    0x8000,
    0x3c00,
    0xc000,
    0x3555,
    0x7bff,
    0x0001,
    0x03ff,
    0x0400,
    0x7c00,
    0xfc00,
    0x7e00,
  );
  const values = new Float32Array(bits.length);
  widenFloat16(bits, values);
  expect([...values]).toEqual([
    0,
    -0,
    1,
    -2,
    0.333251953125,
    65504,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    Infinity,
    -Infinity,
    NaN,
  ]);
});
