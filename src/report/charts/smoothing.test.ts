import { expect, test } from "vitest";
import { smoothed } from "./smoothing.ts";

test("averages over what came before, from the first point on without a pull towards 0", () => {
  const series = { name: "reward", steps: [1, 2, 3, 4], mean: [1, 1, null, 3], low: [0, 0, 0, 0], high: [2, 2, 2, 2] };
  const { mean, ...rest } = smoothed(series, 0.5);
  expect(mean[0]).toBeCloseTo(1, 12);
  expect(mean[1]).toBeCloseTo(1, 12);
  expect(mean[2]).toBeNull();
  expect(mean[3]).toBeCloseTo((0.125 + 0.25 + 1.5) / 0.875, 12);
  expect(rest).toEqual({ name: "reward", steps: [1, 2, 3, 4] });
  expect(smoothed(series, 0)).toBe(series);
});
