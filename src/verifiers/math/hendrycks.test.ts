import { expect, it } from "vitest";
import { normaliseHendrycks } from "./hendrycks.ts";

it.each([
  ["\\tfrac12", "\\frac{1}{2}"],
  ["\\dfrac{1}{2}", "\\frac{1}{2}"],
  ["\\frac1{72}", "\\frac{1}{72}"],
  ["1/2", "\\frac{1}{2}"],
  ["0.5", "\\frac{1}{2}"],
  [".5", "\\frac{1}{2}"],
  ["x = 5", "5"],
  ["\\sqrt3", "\\sqrt{3}"],
  ["\\left( 1, 2 \\right)", "(1,2)"],
  ["90^\\circ", "90"],
  ["90^{\\circ}", "90"],
  ["\\$5", "5"],
  ["50\\%", "50"],
  ["5\\text{ cm}", "5"],
  ["1\\!000", "1000"],
  ["f(x) = 5", "f(x)=5"],
])("%s becomes %s", (answer, text) => {
  expect(normaliseHendrycks(answer)).toBe(text);
});
