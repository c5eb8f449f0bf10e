import { describe, expect, it } from "vitest";
import { extractAnswer } from "./extract-answer.ts";
import { matchAnswers } from "./compare/match-answers.ts";
import { readAnswer } from "./read-answer.ts";

function accepts(answer: string, response: string): boolean {
  const gold = readAnswer(answer);
  const extraction = extractAnswer(response, { from: "any", isCut: false });
  if (gold === null) throw new Error("the reference answer holds none");
  return extraction !== null && matchAnswers(gold, extraction.answer) !== null;
}

describe("a response", () => {
  it.each([
    ["1", "**Answer:** `x^2 + 1`"],
    ["1", "Answer: `x = y + 1`"],
    ["-3", "The final answer is `x -3`"],
    ["2", "Answer: `a * b / 2`"],
    ["6", "Answer: `n^2 = 6`"],
    ["3", "Answer: `{1, 3}`"],
    ["4", 'The answer is: "x + 4"'],
    ["4", "The answer is x + 4 in general."],
    ["4", "So the total is n - 4."],
    ["4", "We find that it is x + 4 apples"],
  ])("does not give %s by what it is reckoned with: %s", (answer, response) => {
    expect(accepts(answer, response)).toBe(false);
  });

  it.each([
    ["x^2+1", "**Answer:** `x^2 + 1`"],
    ["x+4", 'Answer: "x + 4"'],
    ["5", "The answer is x = 5 for all of them."],
    ["-3", "The answer is -3 degrees below."],
    ["5", "So the total is 3 + 2 = 5 apples."],
    ["\\{1,3\\}", "Answer: `{1, 3}`"],
  ])("gives %s: %s", (answer, response) => {
    expect(accepts(answer, response)).toBe(true);
  });

  it.each([
    "\\boxed{5}. The final answer is correct.",
    "\\boxed{5}. Note that the final answer is an integer.",
    "\\boxed{5}. The final answer is correct, as 2 + 3 = 5 shows.",
    "\\boxed{5}\n\n#### Verification\nWith 3 it works.",
    "#### Step 2\nWe add 3. So the answer is 5",
    "#### Conclusion\nThe answer is 5.",
    "Some words <answer>5</answer>",
    "<answer>The answer is 5.</answer>",
    "<answer>$\\boxed{5}$</answer>",
    "\\boxed{4} no <answer>5</answer>",
    "<answer>4</answer> no \\boxed{5}",
    "The final answer is 5 kg.",
    "So we get 5kg of them (which is 5)",
    "The total was 5. This ends Step 7",
    "The answer is _5_.",
    "The answer is <b>5</b>.",
    "\\boxed{\\mathtt{5}}",
    "So 2 + 3 -> 5",
    "So 2 + 3 => 5",
    "The total is:\n\n> 5",
    "**Answer:**\n\n> **5**",
  ])("that gives 5: %s", (response) => {
    expect(accepts("5", response)).toBe(true);
  });

  it.each([
    "The final answer is not 5.",
    "The answer is not $5$.",
    "The answer is minus 5",
    "The answer is minus $5$",
    "The answer is negative 5",
    "The answer is between 5 and 6",
    "The answer is at least 5",
    "The answer is at least $5$",
    "The answer is 5 or maybe 6",
    "We get 5 or maybe 6",
    "The answer is 5 over 6",
    "The answer is 5 million",
    "We get sqrt(5) as",
    "We get 5π as",
    "We get 5i as",
    "We get − 5 as",
    "We get 5½ as",
    "We get 5² as",
    "We get 5 ± 1 as",
    "x ≠ 5 here friend",
    "x >= 5 here friend",
    "it is >5 here friend",
    "Answer: > 5",
    "x != 5 here friend",
    "interval (3, 5] as",
    "This is Step 5",
    "<answer>4</answer>",
    "5 it is <answer>(1,5)</answer>",
  ])("that does not: %s", (response) => {
    expect(accepts("5", response)).toBe(false);
  });

  it.each([
    ["-5", "The answer is minus 5"],
    ["-5", "The answer is negative $5$"],
    ["-5", "We get − 5 as"],
    ["5000000", "That makes 5 million in all."],
    ["(1,2)", "<answer>(1,2)</answer>"],
  ])("gives %s: %s", (answer, response) => {
    expect(accepts(answer, response)).toBe(true);
  });
});
