import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRational } from "../../../core/rational.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import { parseExpression } from "../parse/parse-expression.ts";
import { tokenise } from "../parse/tokenise.ts";

function value(answer: string): string | null {
  const expression = parseExpression(tokenise(answer) ?? []);
  const exact = expression && evaluateExact(expression);
  return exact && formatRational(exact);
}

describe("exact values", () => {
  it.each([
    ["1/2 + 1/3", "5/6"],
    ["0.1 + 0.2", "0.3"],
    ["2^{-3}", "0.125"],
    ["4^{3/2}", "8"],
    ["\\sqrt{\\frac{4}{9}}", "2/3"],
    ["\\sqrt[3]{-27}", "-3"],
    ["(-1)^{10^{9}+1}", "-1"],
    ["2^{2023} / 2^{2022}", "2"],
    ["20!", "2432902008176640000"],
    ["\\binom{10}{3}", "120"],
    ["\\lfloor -7/2 \\rfloor", "-4"],
    ["\\lceil 7/2 \\rceil", "4"],
    ["\\max(1/2, 2/3)", "2/3"],
    ["\\min(1/2, 2/3)", "0.5"],
    ["\\gcd(-12, 18)", "6"],
    ["-7 \\bmod 5", "3"],
    ["12.5\\%", "0.125"],
    ["\\log_{10} 1000", "3"],
    ["\\log_2 \\frac18", "-3"],
    ["\\binom{2023}{2}", "2045253"],
    ["\\binom{2023}{2021}", "2045253"],
  ])("%s is %s", (answer, expected) => {
    expect(value(answer)).toBe(expected);
  });

  it.each([
    "\\sqrt2",
    "x",
    "1/0",
    "0^{-1}",
    "\\pi",
    "(-4)^{1/2}",
    "2.5!",
    "(-3)!",
    "\\log_2 3",
    "\\log_1 1",
    "\\log_2 0",
  ])("%s has none", (answer) => {
    expect(value(answer)).toBeNull();
  });

  it.each([
    "10^{10^{10}}",
    "2^{99999}",
    "100000!",
    "9!!!",
    "\\binom{100000}{50000}",
    "\\binom{10^{900}}{400}",
    "1e9999",
    `${"500! ".repeat(100)}`,
    `(${"2^{4000} + ".repeat(60)}1)^{9}`,
  ])("gives %s up as beyond the limits", { timeout: 5000 }, (answer) => {
    expect(value(answer)).toBeNull();
  });

  it("are those of whole-number arithmetic", () => {
    const small = fc.integer({ min: -999, max: 999 });
    fc.assert(
      fc.property(small, small, small, (a, b, c) => {
        expect(value(`(${a})*(${b}) - (${c})`)).toBe(String(a * b - c));
        expect(value(`\\frac{${a * b}}{${b}}`)).toBe(b === 0 ? null : String(a));
      }),
    );
  });
});
