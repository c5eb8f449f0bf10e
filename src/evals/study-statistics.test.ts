import fc from "fast-check";
import { expect, test } from "vitest";
import { estimate, pairedDifference, pairedRatio } from "./study-statistics.ts";

test("the interval of a mean is Student's", () => {
  // t(.975, 4) = 2.776445, s = sqrt(2.5); t(.975, 1) = 12.706205, s = sqrt(.5).
  expect(estimate([1, 2, 3, 4, 5]).mean).toBe(3);
  expect(estimate([1, 2, 3, 4, 5]).halfWidth).toBeCloseTo((2.776445105 * Math.sqrt(2.5)) / Math.sqrt(5), 7);
  expect(estimate([0, 1]).halfWidth).toBeCloseTo(12.7062047364 / 2, 6);
});

test("one value has no interval, and none has no mean", () => {
  expect(estimate([0.4])).toEqual({ mean: 0.4, halfWidth: null, count: 1 });
  expect(estimate([])).toEqual({ mean: Number.NaN, halfWidth: null, count: 0 });
});

test("what all seeds have in common does not widen the interval of a paired difference", () => {
  const pairs = [
    { of: 0.5, to: 0.4 },
    { of: 0.9, to: 0.7 },
    { of: 0.2, to: 0.1 },
  ];
  const { mean, halfWidth } = pairedDifference(pairs);
  expect(mean).toBeCloseTo(0.4 / 3, 12);
  // t(.975, 2) = 4.302653, s = .057735.
  expect(halfWidth).toBeCloseTo((4.30265273 * 0.0577350269) / Math.sqrt(3), 7);
  expect(halfWidth).toBeLessThan(estimate(pairs.map(({ of }) => of)).halfWidth ?? 0);
});

test("half a paired difference's interval does not depend on which side is which", () => {
  const side = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.record({ of: side, to: side }), { minLength: 2, maxLength: 9 }), (pairs) => {
      const swapped = pairedDifference(pairs.map(({ of, to }) => ({ of: to, to: of })));
      expect(swapped.mean).toBeCloseTo(-pairedDifference(pairs).mean, 12);
      expect(swapped.halfWidth).toBeCloseTo(pairedDifference(pairs).halfWidth ?? 0, 12);
    }),
  );
});

test("a ratio is the geometric mean over pairs, its interval Student's on logarithms", () => {
  const pairs = [
    { of: 10, to: 20 },
    { of: 80, to: 40 },
  ];
  const { ratio, interval } = pairedRatio(pairs);
  expect(ratio).toBeCloseTo(1, 12);
  // t(.975, 1) = 12.706205, s = sqrt(2) ln 2, so half a width is t ln 2.
  expect(Math.log(interval?.[1] ?? 0)).toBeCloseTo(12.7062047364 * Math.LN2, 6);
  expect((interval?.[0] ?? 0) * (interval?.[1] ?? 0)).toBeCloseTo(1, 9);
  expect(pairedRatio([{ of: 1, to: 2 }])).toEqual({ ratio: 0.5, interval: null });
  expect(pairedRatio([]).ratio).toBeNaN();
});
