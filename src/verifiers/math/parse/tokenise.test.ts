import { describe, expect, it } from "vitest";
import { tokenise } from "./tokenise.ts";

function texts(answer: string): string[] | null {
  return tokenise(answer)?.map(({ type, text }) => `${type} ${text}`) ?? null;
}

describe("tokens", () => {
  it("leave out what only changes the looks", () => {
    expect(texts("\\displaystyle\\left( 1 \\,\\right)")).toEqual(texts("(1)"));
    expect(texts("\\dfrac{1}{2}")).toEqual(texts("\\frac{1}{2}"));
    expect(texts("\\$5")).toEqual(texts("5"));
    expect(texts("\\left. x \\right|")).toEqual(texts("x |"));
  });

  it("mean the same in Unicode and in LaTeX", () => {
    expect(texts("x² ≤ −1")).toEqual(texts("x^{2} \\le -1"));
    expect(texts("2π")).toEqual(texts("2\\pi"));
    expect(texts("3**2")).toEqual(texts("3^2"));
  });

  it("keep thousands together, inside brackets only where no comma could separate items", () => {
    expect(texts("12,345.6")).toEqual(["number 12345.6"]);
    expect(texts("1{,}234")).toEqual(["number 1234"]);
    expect(texts("(1,234)")).toEqual(["open (", "number 1", "separator ,", "number 234", "close )"]);
    expect(texts("(1{,}234)")).toEqual(["open (", "number 1234", "close )"]);
    expect(texts("1,23")).toEqual(["number 1", "separator ,", "number 23"]);
  });

  it("split letters into factors, but not functions, constants, units behind a value, and words", () => {
    expect(texts("xy")).toEqual(["symbol x", "symbol y"]);
    expect(texts("sin x")).toEqual(["function sin", "symbol x"]);
    expect(texts("2pi")).toEqual(["number 2", "constant pi"]);
    expect(texts("5 cm")).toEqual(["number 5", "word cm"]);
    expect(texts("cm")).toEqual(["symbol c", "symbol m"]);
    expect(texts("Monday")).toEqual(["word Monday"]);
  });

  it("of \\text are words, separators, units or upright mathematics", () => {
    expect(texts("\\text{ and }")).toEqual(["separator and"]);
    expect(texts("\\text{no solution}")).toEqual(["word no solution"]);
    expect(texts("5\\text{ m}")).toEqual(["number 5", "word m"]);
    expect(texts("\\text{(B)}")).toEqual(texts("(B)"));
    expect(texts("\\text{12}")).toEqual(["number 12"]);
  });

  it("hold the names of commands that are not read", () => {
    expect(texts("\\unknown{5}")).toEqual(["unknown unknown", "open group", "number 5", "close group"]);
  });

  it("do not exist for what is unreadable or too long", () => {
    for (const answer of ["1\u00001", "\\text{", "\\", "x".repeat(2001), "1+".repeat(400)]) {
      expect(tokenise(answer)).toBeNull();
    }
  });
});
