import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasSpread, mean, safeScale, standardDeviation } from "./statistics.ts";

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

describe("near the end of what a double holds", () => {
  const HUGE = 2 ** 1000;
  const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 20 });

  it("gives the mean and the standard deviation of scaled values, scaled", () => {
    fc.assert(
      fc.property(values, (plain) => {
        const huge = plain.map((value) => value * HUGE);
        const size = Math.max(...plain.map(Math.abs), 1e-3);
        expect((mean(huge) / HUGE - mean(plain)) / size).toBeCloseTo(0, 9);
        expect((standardDeviation(huge, 1) / HUGE - standardDeviation(plain, 1)) / size).toBeCloseTo(0, 6);
      }),
    );
  });

  it("keeps means finite, and sees the spread of any finite values that differ", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (any) => {
        expect(Number.isFinite(mean(any))).toBe(true);
        expect(standardDeviation(any, 0)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(hasSpread([1e308, -1e308])).toBe(true);
    expect(hasSpread([1e308, 9e307])).toBe(true);
    expect(mean([1e308, 1e308, 1e308])).toBeCloseTo(1e308, -295);
    expect(standardDeviation([1e308, -1e308], 0) / 1e308).toBeCloseTo(1, 12);
  });

  it("leaves usual values alone", () => {
    expect(safeScale([1e100, -5, 0])).toBe(1);
    expect(safeScale([])).toBe(1);
    expect(safeScale([2 ** 1023])).toBe(2 ** -1023);
  });
});
