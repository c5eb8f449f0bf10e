import { describe, expect, it } from "vitest";
import { withDecimalPoints } from "./decimal-comma.ts";
import { matchAnswers } from "../compare/match-answers.ts";
import { readAnswer } from "../read-answer.ts";

describe("a text with decimal commas", () => {
  it.each([
    ["3,14", "3.14"],
    ["-0,5", "-0.5"],
    ["3{,}14", "3.14"],
    ["1.234,5", "1234.5"],
    ["1.234.567", "1234567"],
    ["1 234,5", "1234.5"],
    ["1\\,234\\,567,89", "1234567.89"],
    ["x = 1,5 oder 2,5", "x = 1.5 oder 2.5"],
    ["(1,5; 2,5)", "(1.5; 2.5)"],
    ["\\frac{1,5}{2}", "\\frac{1.5}{2}"],
    ["12,5 %", "12.5 %"],
    ["1,234", "1.234"],
  ])("%s becomes %s", (written, plain) => {
    expect(withDecimalPoints(written)).toBe(plain);
  });

  it.each(["3.14", "0.125", "1, 2", "1,2,3", "1; 2", "x, y", "a_{1,k}", "12.34.5", "5"])("keeps %s", (written) => {
    expect(withDecimalPoints(written)).toBe(written);
  });

  it("takes linear time", { timeout: 10_000 }, () => {
    for (const unit of ["1,", "1.234", "1 "]) {
      const text = unit.repeat(100_000);
      expect(withDecimalPoints(text) === text).toBe(true);
    }
  });
});

describe("an answer read with decimal commas", () => {
  const read = (text: string) => readAnswer(withDecimalPoints(text));

  it.each([
    ["3,14", "3.14", "text"],
    ["1.234,5", "1234.5", "text"],
    ["0,5", "\\frac12", "value"],
    ["1, 2", "2; 1", "value"],
    ["3,14", "314", null],
    ["1.234", "1,234", null],
    ["1,5", "1, 5", null],
  ])("%s is compared with %s: %s", (gold, response, match) => {
    const [first, second] = [read(gold), read(response)];
    expect(first && second && matchAnswers(first, second)).toBe(match);
  });

  it("has thousands apart by commas otherwise", () => {
    expect(matchAnswers(readAnswer("1,234")!, readAnswer("1234")!)).toBe("value");
    expect(matchAnswers(readAnswer("3,14")!, readAnswer("3.14")!)).toBeNull();
  });
});
