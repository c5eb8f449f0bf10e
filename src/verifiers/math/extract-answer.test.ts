import { describe, expect, it } from "vitest";
import { extractAnswer } from "./extract-answer.ts";
import { textOf } from "./read-answer.ts";

function extract(response: string): [string, string] | null {
  const extraction = extractAnswer(response, { from: "any", isCut: false });
  return extraction && [textOf(extraction.answer), extraction.place];
}

describe("the answer of a response", () => {
  it.each([
    [
      "\\boxed{41} is not what was asked for. When we look at it again, all in all the conclusion has to be this: \\boxed{42}",
      "42",
      "boxed",
    ],
    ["$\\boxed{42}$ is the answer, since 3 < 4", "42", "boxed"],
    ["\\boxed{3}. The final answer is $42$. I hope it is correct.", "42", "final answer"],
    ["The final answer is $\\$75$. I hope it is correct.", "75", "final answer"],
    ["12 + 30 = 42\n#### 42", "42", "####"],
    ["the final answer is 15 * 8 = 120\n#### 1,200", "1200", "####"],
    ["The answer is 42.", "42", "answer"],
    ["**Answer:** 42", "42", "answer"],
    ["**Answer: 1,800**", "1800", "answer"],
    ["**Answer: {2, -15}**", "{-15, 2}", "answer"],
    ["The answer to the question is: $\\frac12$", "0.5", "answer"],
    ["The answer is x = 5 or x = -5.", "x = -5, x = 5", "answer"],
    ["The answer is sqrt(4), as 2*2 = 4.", "2", "answer"],
    ["The answer is 42 apples because 6*7 = 42 and 41 is wrong.", "42", "answer"],
    ["So the answer is Monday.", "monday", "answer"],
    ["The gold answer is 42, but I will answer 17.", "17", "answer"],
    ["The answer is not 42. It is 41", "41", "answer"],
    ["x = 5", "x = 5", "whole"],
    ["{1, 2}", "{1, 2}", "whole"],
    ["3*x^2", "(x^2)*3", "whole"],
    ["We get $x = \\frac12$.", "x = 0.5", "formula"],
    ["The solutions are $3$ and $5$.", "3, 5", "formula"],
    ["First $41$, then \\[ x = 42 \\]", "x = 42", "formula"],
    ["Thus \\[ \\oint_C f \\]", "\\oint_Cf", "formula"],
    ["The value of $n$ is 42", "42", "number"],
    ["It costs $5 and then $6 more", "6", "number"],
    ["so 6*7 = 42 apples", "42", "number"],
  ])("%s", (response, text, place) => {
    expect(extract(response)).toEqual([text, place]);
  });

  it.each(["", "I do not know.", "\\boxed{}", "The answer is not 42."])("%j has none", (response) => {
    expect(extract(response)).toBeNull();
  });

  it("stands at the end of a long response", () => {
    expect(extract(`\\boxed{41}${"x".repeat(30_000)} the answer is 42`)).toEqual(["42", "answer"]);
  });
});
