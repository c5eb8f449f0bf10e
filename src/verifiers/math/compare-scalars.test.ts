import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areScalarsEqual, signOfRatio } from "./compare-scalars.ts";
import { parseExpression } from "./parse-expression.ts";
import { tokenise } from "./tokenise.ts";

function parse(answer: string) {
  const expression = parseExpression(tokenise(answer) ?? []);
  if (expression === null) throw new Error(`not read: ${answer}`);
  return expression;
}

const isSame = (first: string, second: string): boolean => areScalarsEqual(parse(first), parse(second));

/** Expressions of two variables, in LaTeX. */
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(fc.constantFrom("x", "y", "\\pi", "\\sqrt{2}"), fc.integer({ min: 1, max: 9 }).map(String)),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})+(${b})`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})-(${b})`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})(${b})`),
    tie("expression").map((a) => `(${a})^2`),
    tie("expression").map((a) => `\\sin(${a})`),
  ),
}));

describe("scalars", () => {
  it("are equal to themselves, and as much one way as the other", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        expect(isSame(a, a)).toBe(true);
        expect(isSame(a, b)).toBe(isSame(b, a));
      }),
    );
  });

  it("obey the laws of algebra", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        expect(isSame(`(${a})+(${b})`, `(${b})+(${a})`)).toBe(true);
        expect(isSame(`(${a})-(${b})`, `-((${b})-(${a}))`)).toBe(true);
      }),
    );
  });

  it("differ from themselves and something more", () => {
    fc.assert(
      fc.property(expression, fc.constantFrom("1", "x", "10^{-6}", "y^2"), (a, more) => {
        expect(isSame(a, `(${a})+${more}`)).toBe(false);
      }),
    );
  });

  it("are equal as fractions exactly when they are cross-wise", () => {
    const part = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(isSame(`\\frac{${a}}{${b}}`, `${c}/${d}`)).toBe(a * d === b * c);
      }),
    );
  });
});

describe("the sign of a ratio", () => {
  it.each([
    ["2x-6", "x-3", 1],
    ["3-x", "x-3", -1],
    ["x^2-1", "x-1", null],
    ["x-5", "y-5", null],
    ["2", "1", null],
    ["i x", "x", null],
  ])("of %s to %s", (first, second, sign) => {
    expect(signOfRatio(parse(first), parse(second))).toBe(sign);
  });
});
