import fc from "fast-check";
import { expect, test } from "vitest";
import { passAllK, passAtK } from "./pass-at-k.ts";

test("pass@k and pass^k give the known values", () => {
  expect(passAtK(4, 2, 1)).toBeCloseTo(0.5, 12);
  expect(passAtK(4, 2, 2)).toBeCloseTo(5 / 6, 12);
  expect(passAllK(4, 2, 2)).toBeCloseTo(1 / 6, 12);
});

test("pass@k grows with k, pass^k falls, and both are shares", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(60), (n, passed) => {
      const c = Math.min(n, passed);
      for (let k = 1; k < n; k++) {
        expect(passAtK(n, c, k + 1)).toBeGreaterThanOrEqual(passAtK(n, c, k) - 1e-12);
        expect(passAllK(n, c, k + 1)).toBeLessThanOrEqual(passAllK(n, c, k) + 1e-12);
      }
      expect(passAtK(n, c, n)).toBeCloseTo(c > 0 ? 1 : 0, 12);
      expect(passAllK(n, c, n)).toBeCloseTo(c === n ? 1 : 0, 12);
    }),
  );
});

test("a k that there are not enough completions for is refused", () => {
  expect(() => passAtK(4, 2, 5)).toThrow(RangeError);
  expect(() => passAllK(4, 5, 2)).toThrow(RangeError);
});
