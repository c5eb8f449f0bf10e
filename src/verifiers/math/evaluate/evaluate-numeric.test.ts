import { describe, expect, it } from "vitest";
import { type Approximation, sizeOf } from "./approximation.ts";
import { evaluateNumeric } from "./evaluate-numeric.ts";
import { parseExpression } from "../parse/parse-expression.ts";
import { tokenise } from "../parse/tokenise.ts";

function value(answer: string, point: Record<string, number> = {}): Approximation | null {
  const expression = parseExpression(tokenise(answer) ?? []);
  return expression && evaluateNumeric(expression, new Map(Object.entries(point)));
}

describe("values in doubles", () => {
  it.each([
    ["\\sqrt{2}", Math.SQRT2, 0],
    ["e^{i\\pi}", -1, 0],
    ["\\sqrt{-4}", 0, 2],
    ["(-8)^{1/3}", -2, 0],
    ["\\sqrt[3]{-2}", -Math.cbrt(2), 0],
    ["(-8)^{2/3}", 4, 0],
    ["\\ln(-1)", 0, Math.PI],
    ["\\log_2 10", Math.log2(10), 0],
    ["\\sin 30^\\circ", 0.5, 0],
    ["\\arcsin 1", Math.PI / 2, 0],
    ["\\tanh 1", Math.tanh(1), 0],
    ["\\cot 2 \\sec 2 \\csc 2", 1 / (Math.tan(2) * Math.cos(2) * Math.sin(2)), 0],
    ["|3+4i|", 5, 0],
    ["\\lfloor \\sqrt{2023} \\rfloor", 44, 0],
    ["\\lceil -\\pi \\rceil", -3, 0],
    ["\\max(1, \\sqrt2, -2)", Math.SQRT2, 0],
    ["\\min(1, \\sqrt2, -\\pi)", -Math.PI, 0],
    ["(2^{100} + \\pi) - 2^{100}", Math.PI, 0],
  ])("%s", (answer, re, im) => {
    const result = value(answer);
    expect(result?.value.re).toBeCloseTo(re, 12);
    expect(result?.value.im).toBeCloseTo(im, 12);
  });

  it("are taken at a point of the variables", () => {
    expect(value("x^2 + y", { x: -1.5, y: 2 })?.value.re).toBe(4.25);
    expect(value("x", {})).toBeNull();
  });

  it("come with a bound that holds the true value", () => {
    for (const [answer, truth] of [
      ["(\\pi + 10^{8}) - 10^{8}", Math.PI],
      ["\\sqrt{2}^{20}", 1024],
      ["\\sin(10^{6} \\pi)", 0],
      ["\\tan\\frac{\\pi}{4}", 1],
    ] as const) {
      const result = value(answer);
      expect(result && sizeOf(result.value.sub(truth))).toBeLessThanOrEqual(result?.error ?? -1);
      expect(result?.error).toBeLessThan(1e-6);
    }
  });

  it.each([
    "e^{1000}",
    "e^{-1000}",
    "10^{-400}",
    "\\sqrt2 \\cdot 10^{-400}",
    "1/0",
    "\\frac{1}{\\pi-\\pi}",
    "\\ln 0",
    "2.5!",
    "0^{-1}",
    "\\infty",
    "\\lfloor \\sqrt{2}^2 \\rfloor",
    "\\max(1, i)",
  ])("%s has none", (answer) => {
    expect(value(answer)).toBeNull();
  });

  it.each(["\\sqrt{-2}", "\\ln(-2)", "(-2)^{1/4}", "(-2)^{\\pi}"])("%s has none that is real", (answer) => {
    const expression = parseExpression(tokenise(answer) ?? []);
    expect(expression && evaluateNumeric(expression, new Map(), "real")).toBeNull();
    expect(value(answer)).not.toBeNull();
  });

  it("of a function that nothing is known of depend on its argument alone", () => {
    expect(value("f(3)", { f: 1 })).toEqual(value("f(1+2)", { f: 2 }));
    expect(value("f(3)")?.value.re).not.toBeCloseTo(value("g(3)")?.value.re ?? 0, 3);
    expect(value("f(2,3)")?.value.re).not.toBeCloseTo(value("f(3,2)")?.value.re ?? 0, 3);
  });

  it("of a product with zero are zero", () => {
    expect(value("0 \\cdot \\sqrt2")?.value.re).toBe(0);
  });
});
