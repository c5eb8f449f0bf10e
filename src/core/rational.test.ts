import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  divide,
  formatRational,
  isEqual,
  multiply,
  negate,
  parseDecimal,
  raise,
  type Rational,
  toDouble,
} from "./rational.ts";

const rational = fc
  .record({ top: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), bottom: fc.bigInt({ min: 1n, max: 10n ** 30n }) })
  .map(({ top, bottom }) => divide({ numerator: top, denominator: 1n }, { numerator: bottom, denominator: 1n }))
  .filter((value) => value !== null);

const ZERO: Rational = { numerator: 0n, denominator: 1n };

describe("fractions", () => {
  it("add and multiply as a field does", () => {
    fc.assert(
      fc.property(rational, rational, rational, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(multiply(a, b)).toEqual(multiply(b, a));
        expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
        expect(add(a, negate(a))).toEqual(ZERO);
        expect(b.numerator === 0n ? a : divide(multiply(a, b), b)).toEqual(a);
      }),
    );
  });

  it("are multiplied by themselves", () => {
    fc.assert(
      fc.property(rational, fc.bigInt({ min: 0n, max: 12n }), (value, exponent) => {
        expect(raise(value, exponent + 1n)).toEqual(multiply(raise(value, exponent), value));
      }),
    );
  });

  it("are equal when their texts are", () => {
    fc.assert(
      fc.property(rational, rational, (a, b) => {
        expect(isEqual(a, b)).toBe(formatRational(a) === formatRational(b));
      }),
    );
  });

  it("have no quotient by zero", () => {
    expect(divide({ numerator: 1n, denominator: 1n }, ZERO)).toBeNull();
  });
});

describe("the nearest double", () => {
  it("of a decimal is the one that it was printed from", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-200, max: 1e200, noNaN: true }), (value) => {
        const parsed = parseDecimal(String(value));
        expect(parsed && Math.abs(toDouble(parsed) / value - 1)).toBeLessThan(3e-16);
      }),
    );
  });

  it("is there for fractions of numbers beyond the doubles, and infinite or zero only where the value is beyond them", () => {
    expect(toDouble({ numerator: 3n * 10n ** 900n, denominator: 2n * 10n ** 900n + 1n })).toBeCloseTo(1.5, 12);
    expect(toDouble({ numerator: 10n ** 400n, denominator: 1n })).toBe(Infinity);
    expect(toDouble({ numerator: 1n, denominator: 10n ** 400n })).toBe(0);
  });
});
