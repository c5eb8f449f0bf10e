import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText } from "./canonical-text.ts";
import { parseExpression } from "../parse/parse-expression.ts";
import { structureText } from "./structure-text.ts";
import { tokenise } from "../parse/tokenise.ts";

function textsOf(answer: string): [string, string] {
  const expression = parseExpression(tokenise(answer) ?? []);
  if (expression === null) throw new Error(`not read: ${answer}`);
  return [canonicalText(expression), structureText(expression)];
}

describe("the canonical text", () => {
  it.each([
    ["1/3", "1/3"],
    ["\\sqrt{2} + \\sqrt{2}", "2.82842712475"],
    ["\\sqrt{2} - \\sqrt{2}", "0"],
    ["e^{i\\pi/2}", "1i"],
    ["y + x", "x + y"],
    ["y x", "x*y"],
    ["\\{2, 1\\}", "{1, 2}"],
    ["(2, 1)", "(2, 1)"],
    ["(\\sqrt4, 1)", "(2, 1)"],
    ["10^{10^{10}}", "10^10000000000"],
  ])("of %s is %s", (answer, text) => {
    expect(textsOf(answer)[0]).toBe(text);
  });

  it("of a sum does not depend on the order of its terms", () => {
    const term = fc.constantFrom("x", "y^2", "3z", "\\sqrt{2}", "\\sin x", "\\frac{a}{b}");
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["x", "y^2", "3z", "\\sqrt{2}", "\\sin x"], { minLength: 2 }),
        term,
        (terms, last) => {
          expect(textsOf([...terms, last].join("+"))).toEqual(textsOf([last, ...terms.toReversed()].join("+")));
        },
      ),
    );
  });
});

describe("the text of a structure", () => {
  it("rounds nothing", () => {
    expect(textsOf("\\sqrt{2}")[1]).toBe("root(2, 2)");
    expect(textsOf("\\sqrt{2} + 10^{-20}")[1]).not.toBe(textsOf("\\sqrt{2}")[1]);
  });
});
