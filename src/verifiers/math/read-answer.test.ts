import { describe, expect, it } from "vitest";
import { readAnswer, textOf } from "./read-answer.ts";

describe("an answer", () => {
  it("holds nothing when it is empty or too long", () => {
    for (const raw of ["", "  ", "$$", "\\phantom{5}", "\\hspace{5}", "x".repeat(2001)])
      expect(readAnswer(raw)).toBeNull();
  });

  it("has a text of bounded length", () => {
    const answer = readAnswer("2^{4000}");
    expect(answer && textOf(answer)).toHaveLength(1001);
  });

  it.each([
    ["\\frac{2}{4}", "0.5"],
    ["2\\sqrt{2}", "2.82842712475"],
    ["\\sqrt{8}", "2.82842712475"],
    ["b + a", "a + b"],
    ["\\{3, 1, 2\\}", "{1, 2, 3}"],
    ["x = \\frac12", "x = 0.5"],
    ["3+4i", "3+4i"],
    ["\\text{Monday}", "monday"],
    ["\\int_0^1 x\\,dx", "\\int_0^1xdx"],
  ])("%s reads as %s", (raw, text) => {
    const answer = readAnswer(raw);
    expect(answer && textOf(answer)).toBe(text);
  });
});
