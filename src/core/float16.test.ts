import { expect, test } from "vitest";
import { float16Bits, widenFloat16 } from "./float16.ts";

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

test("numbers are narrowed to the nearest float16, and every float16 to itself", () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, index) => index);
  const values = new Float32Array(bits.length);
  widenFloat16(bits, values);
  expect([...bits].filter((each) => !Number.isNaN(values[each]) && float16Bits(values[each] ?? 0) !== each)).toEqual(
    [],
  );
  expect(float16Bits(NaN)).toBe(0x7e00);
  const nearest = (value: number): number => values[float16Bits(value)] as number;
  expect(nearest(0.1)).toBe(0.0999755859375);
  expect(nearest(2047.6)).toBe(2048);
  expect(nearest(-(2 ** -14) * 0.99999)).toBe(-(2 ** -14));
  expect(nearest(1e-9)).toBe(0);
  expect(nearest(65519)).toBe(65504);
  expect(nearest(-65520)).toBe(-Infinity);
});
