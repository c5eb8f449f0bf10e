import { describe, expect, it } from "vitest";
import { parseExpression } from "./parse-expression.ts";
import { structureText } from "../evaluate/structure-text.ts";
import { tokenise } from "./tokenise.ts";

function structure(answer: string): string | null {
  const tokens = tokenise(answer);
  const expression = tokens && parseExpression(tokens);
  return expression && structureText(expression);
}

describe("the parser", () => {
  it.each([
    ["-x^2", "-(x^2)"],
    ["x/2y", "x/(2*y)"],
    ["x^y^z", "x^(y^z)"],
    ["2^-1", "0.5"],
    ["x^10", "x^10"],
    ["\\frac12x", "0.5*x"],
    ["\\frac123", "1.5"],
    ["\\sqrt2x", "(root(2, 2))*x"],
    ["\\sqrt[3]{x}", "root(x, 3)"],
    ["\\sin x\\cos y", "(cos(y))*(sin(x))"],
    ["\\sin 2x + 1", "1 + sin(2*x)"],
    ["\\sin(x) y", "(sin(x))*y"],
    ["\\sin^2 x", "(sin(x))^2"],
    ["\\sin^{-1} x", "arcsin(x)"],
    ["\\log_2 x", "log(x, 2)"],
    ["\\ln|x|", "ln(abs(x))"],
    ["||x|-1|", "abs(-1 + abs(x))"],
    ["3\\frac14", "3.25"],
    ["x\\frac14", "0.25*x"],
    ["x_{12}'", "x_12'"],
    ["f(x)", "call(f, x)"],
    ["x(y)", "x*y"],
    ["1, 2 and 3", "1, 2, 3"],
    ["(1; 2]", "(1, 2]"],
    ["\\{x \\mid x > 2\\}", "x > 2"],
    ["1 < x \\le 2", "1 < x <= 2"],
    ["A \\cup B \\cap C", "A union B intersection C"],
    ["\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\\\ \\end{pmatrix}", "[[1, 2], [3, 4]]"],
    ["90^{\\circ}", "degree(90)"],
  ])("reads %s as %s", (answer, expected) => {
    expect(structure(answer)).toBe(expected);
  });

  it.each(["", "(", ")", "(1", "1)", "\\frac{1}", "1 +", "x =", "^2", "1 2", "\\{1, 2)x", "|x", "\\lfloor x \\rceil"])(
    "refuses %s",
    (answer) => {
      expect(structure(answer)).toBeNull();
    },
  );

  it("refuses rows of different lengths", () => {
    expect(structure("\\begin{pmatrix} 1 & 2 \\\\ 3 \\end{pmatrix}")).toBeNull();
  });

  it("refuses nesting deeper than the limit", { timeout: 5000 }, () => {
    for (const [open, close] of [
      ["(", ")"],
      ["|", "|"],
      ["\\{", "\\}"],
      ["2^{", "}"],
      ["\\sqrt{", "}"],
      ["\\sin ", ""],
    ] as const) {
      expect(structure(open.repeat(100) + "1" + close.repeat(100))).toBeNull();
    }
  });
});
