import { describe, expect, it } from "vitest";
import { parseExpression } from "../parse/parse-expression.ts";
import { isName } from "./left-side.ts";
import { simplifyAnswer } from "./simplify-answer.ts";
import { structureText } from "../evaluate/structure-text.ts";
import { tokenise } from "../parse/tokenise.ts";

function parse(answer: string) {
  const expression = parseExpression(tokenise(answer) ?? []);
  if (expression === null) throw new Error(`not read: ${answer}`);
  return expression;
}

it.each([
  ["\\pm 5", "-5, 5"],
  ["2 \\pm 1", "1, 3"],
  ["x \\pm y \\mp z", "-y + x + z, -z + x + y"],
  ["x = \\pm 5", "x = -5, x = 5"],
  ["(\\pm 1)", "-1, 1"],
  ["\\{3, \\pm 1\\}", "{-1, 1, 3}"],
  ["(\\pm 1, 2)", "(-1, 2), (1, 2)"],
  ["(\\pm 1, \\mp 2)", "(-1, 2), (1, -2)"],
  ["(\\pm 1, \\pm 2)", "(-1, -2), (-1, 2), (1, -2), (1, 2)"],
  ["90^\\circ", "90"],
  ["-90^\\circ", "-90"],
  ["2\\begin{pmatrix} 1 & 2 \\end{pmatrix}", "[[2, 4]]"],
  ["\\pi \\approx 3.14", "pi"],
  ["x = \\pi \\approx 3.14", "x = pi"],
  ["x \\approx 3.14", "x ~ 3.14"],
])("%s is compared as %s", (answer, text) => {
  expect(structureText(simplifyAnswer(parse(answer)))).toBe(text);
});

describe("a name", () => {
  it.each(["x", "f(x)", "f(2)", "\\text{Area}", "x_1", "\\frac{dy}{dx}", "a - b", "(x, y)"])("is %s", (answer) => {
    expect(isName(parse(answer))).toBe(true);
  });

  it.each(["5", "2x", "x + 1", "\\pi", "\\sin 2", "-x", "|x|", "\\ln x"])("is not %s", (answer) => {
    expect(isName(parse(answer))).toBe(false);
  });
});
