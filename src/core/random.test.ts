import { expect, test } from "vitest";
import { deriveSeed, philox, stream, uniformAt } from "./random.ts";

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

test("philox gives the published known answers", () => {
  expect(hex(philox([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  const ones = 0xffffffff;
  expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
  expect(hex(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  );
});

test("a uniform number depends on its seed and position alone and fills [0, 1) evenly", () => {
  expect(uniformAt(7, 3)).toBe(uniformAt(7, 3));
  const values = Array.from({ length: 20_000 }, (_, position) => uniformAt(2 ** 40 + 1, position));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const buckets = new Array<number>(10).fill(0);
  for (const value of values) buckets[Math.floor(value * 10)]! += 1;
  for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test("derived seeds differ for different paths, also where the parts join to the same text", () => {
  const seeds = new Set<number>();
  for (let step = 0; step < 50; step++)
    for (let group = 0; group < 50; group++) seeds.add(deriveSeed(1, "sample", step, group));
  expect(seeds.size).toBe(2500);
  expect(deriveSeed(1, "ab", "c")).not.toBe(deriveSeed(1, "a", "bc"));
  expect(deriveSeed(1, 12, 3)).not.toBe(deriveSeed(1, 1, 23));
  expect(Math.max(...seeds)).toBeLessThan(2 ** 48);
});

test("a shuffle keeps every value", () => {
  const values = Array.from({ length: 100 }, (_, index) => index);
  const shuffled = stream(9).shuffle(values);
  expect(shuffled).not.toEqual(values);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
});
