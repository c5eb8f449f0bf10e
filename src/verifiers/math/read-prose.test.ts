import { describe, expect, it } from "vitest";
import { looksLikeMath, readNumber } from "./read-prose.ts";

describe("numbers in prose", () => {
  it.each([
    ["it is 42.", "42"],
    ["6*7 = 42 apples", "42"],
    ["x=-5", "-5"],
    ["it costs $1,234.50 now", "$1,234.50"],
    ["the ratio is 19 / 5.", "19 / 5"],
    ["thus 3√2", "3√2"],
    ["about 2^10 of them", "2^10"],
    ["it was 42% of it", "42%"],
    ["42 percent", "42 percent"],
    ["see x2 or A3", null],
    ["nothing", null],
  ])("%s: %s", (text, expected) => {
    expect(readNumber(text, "last")?.text ?? null).toBe(expected);
  });

  it("are the first or the last", () => {
    expect(readNumber("3 of 7 and 9", "first")?.text).toBe("3");
    expect(readNumber("3 of 7 and 9", "last")?.text).toBe("9");
  });
});

describe("a text", () => {
  it.each(["x = 5 or x = -5", "sqrt(2)", "(1, 2)", "5 cm", "2ab", "\\frac{a}{b}", "sin x"])(
    "%s looks like mathematics",
    (text) => {
      expect(looksLikeMath(text)).toBe(true);
    },
  );

  it.each(["five", "it is 5", "Monday", "so x = 5"])("%s does not", (text) => {
    expect(looksLikeMath(text)).toBe(false);
  });
});
