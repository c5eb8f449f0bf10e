import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExpression } from "../parse/parse-expression.ts";
import { realSetOf } from "./read-real-set.ts";
import { areRealSetsEqual } from "./real-set.ts";
import { tokenise } from "../parse/tokenise.ts";

function isSame(first: string, second: string): boolean | null {
  const [a, b] = [first, second].map((answer) => {
    const expression = parseExpression(tokenise(answer) ?? []);
    return expression && realSetOf(expression);
  });
  return a && b ? areRealSetsEqual(a, b) : null;
}

describe("sets of real numbers", () => {
  it.each([
    ["(0,1) \\cup [1,2)", "(0,2)"],
    ["(0,1] \\cup (1,2)", "(0,2)"],
    ["\\{1\\} \\cup (1,2)", "[1,2)"],
    ["[0,3] \\cap [2,5]", "[2,3]"],
    ["[0,1] \\cap [1,2]", "\\{1\\}"],
    ["(0,1) \\cap (1,2)", "\\emptyset"],
    ["[0,2] \\setminus \\{1\\}", "[0,1) \\cup (1,2]"],
    ["\\mathbb{R} \\setminus (0,1)", "(-\\infty,0] \\cup [1,\\infty)"],
    ["x \\ne 0", "x < 0 or x > 0"],
    ["0 < x \\le \\sqrt2", "(0, \\sqrt2]"],
    ["3 > x", "(-\\infty, 3)"],
    ["[-\\infty, 3)", "(-\\infty, 3)"],
    ["x = 2", "\\{2\\}"],
  ])("%s is %s", (first, second) => {
    expect(isSame(first, second)).toBe(true);
  });

  it.each([
    ["(0,1) \\cup (1,2)", "(0,2)"],
    ["[0,1]", "[0,1)"],
    ["(0,1)", "(0,1.0000001)"],
    ["(-\\infty, 0)", "(0, \\infty)"],
  ])("%s is not %s", (first, second) => {
    expect(isSame(first, second)).toBe(false);
  });

  it.each(["(a, b)", "x < y", "[2, 1]", "(1, 2, 3)", "(i, 2)", "(3, 3)"])("%s is none", (answer) => {
    expect(isSame(answer, answer)).toBeNull();
  });

  it("do not depend on the order of a union", () => {
    const ends = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(fc.array(ends, { minLength: 2, maxLength: 5 }), (parts) => {
        const texts = parts.map(([low, width]) => `[${low}, ${low + width})`);
        expect(isSame(texts.join("\\cup"), texts.toReversed().join("\\cup"))).toBe(true);
      }),
    );
  });
});
