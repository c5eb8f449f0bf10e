import { describe, expect, it } from "vitest";
import { hasSpread, mean, standardDeviation } from "./statistics.ts";

describe("standardDeviation", () => {
  it("divides by n - ddof", () => {
    expect(standardDeviation([1, 0, 0, 0], 1)).toBeCloseTo(0.5, 12);
    expect(standardDeviation([1, 0, 0, 0], 0)).toBeCloseTo(Math.sqrt(3) / 4, 12);
  });

  it("is 0 where the denominator would not be positive", () => {
    expect(standardDeviation([7], 1)).toBe(0);
    expect(standardDeviation([], 0)).toBe(0);
  });

  it("keeps its digits far from zero", () => {
    expect(standardDeviation([1e9 + 1, 1e9, 1e9, 1e9], 1)).toBeCloseTo(0.5, 6);
  });
});

describe("hasSpread", () => {
  it("sees a difference between values, however small they are", () => {
    expect(hasSpread([0, 1])).toBe(true);
    expect(hasSpread([1e-300, 0])).toBe(true);
    expect(hasSpread([-1, 1])).toBe(true);
  });

  it("takes rounding noise for equality", () => {
    expect(hasSpread([0.1 + 0.2, 0.3, 0.3])).toBe(false);
    expect(hasSpread([-(0.1 + 0.2), -0.3])).toBe(false);
  });

  it("is false of equal values, one value and no values", () => {
    expect(hasSpread([0, 0, 0])).toBe(false);
    expect(hasSpread([0, -0])).toBe(false);
    expect(hasSpread([5])).toBe(false);
    expect(hasSpread([])).toBe(false);
  });
});

describe("mean", () => {
  it("is the sum over the count", () => {
    expect(mean([1, 2, 6])).toBe(3);
  });
});
