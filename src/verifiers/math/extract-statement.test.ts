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

describe("a statement of the answer", () => {
  it.each([
    "The answer is 5 since $2 + 5 = 7$.",
    "**Answer:** 5, since $2+3=5$ and $x=1$.",
    "The answer is 5, as $x = 3$ gives it.",
    "The answer is 5 (because $2+3=5$).",
    "The answer is 5 when $x=3$.",
    "The answer is 5 if n is odd and 6 if n is even.",
    "The answer is 5 apples, where $x=3$.",
    "The answer is $5$, where $x=3$.",
    "The answer is **5** apples.",
    "The answer is\n\\[\nx = 5\n\\]",
    "The answer is 5: $2 + 3 = 5$, and $2+1=3$.",
    "The answer is 5 for all $n > 6$.",
    "The answer is 5 — since $x = 3$.",
    "The answer is 5 by $2+3$",
    "### Final Answer\n\n$5$\n\nThis used 3 steps.",
    "The answer is $5$ ($x=3$, $y=2$).",
    "The answer for $n=3$ is 5.",
    "The answer for n = 3 is 5.",
    "Answer:\n\n1. First, $2+3=5$.\n\nSo the result is 5.",
    "### Answer\n\n**1. Add.** $2+3=5$.\n\nSo the result is 5.",
    "The answer is found by adding 2 and 3. So it is 5.",
    "The answer is obtained by adding 2 and 3: 5.",
    "La respuesta es, por lo tanto, 5.",
  ])("is what comes before its reason or condition: %s", (response) => {
    expect(accepts("5", response)).toBe(true);
    for (const other of ["2", "3", "7", "1", "6"]) expect(accepts(other, response)).toBe(false);
  });

  it.each([
    "The final answer is that $n$ equals 34.",
    "The answer is $n$ is $34$.",
    "The answer is that the number of apples is 34.",
    "The answer is therefore just 34, not 35.",
    "The answer to question 3 is 34.",
    "If the answer is 35, it fails. So it is 34",
    "The answer is 34. Confidence in the answer: 95%",
  ])("is read behind words that say nothing: %s", (response) => {
    expect(accepts("34", response)).toBe(true);
  });

  it.each([
    ["\\boxed{5}\n\nThe final answer is 6", "6"],
    ["\\boxed{5}\n\nThe final answer is $\\frac{12}{2}$. I hope it is correct.", "6"],
    ["\\boxed{5}\n\n**Final Answer:** 6", "6"],
    ["\\boxed{5}\n\n最终答案是6。", "6"],
    ["\\boxed{5}. To verify the final answer: 3 + 3 = 6", "5"],
    ["\\boxed{5}\n\nConfidence in the final answer: 95%", "5"],
    ["\\boxed{5}\n\nConfidence in final answer: 9/10", "5"],
    ["\\boxed{5}. How sure I am of the final answer: 8/10", "5"],
    ["\\boxed{5}. My final answer is 3 times what it was.", "5"],
    ["\\boxed{5}. Note that the final answer is an integer, as 6 is.", "5"],
    ["\\boxed{5}\n\n#### 3 checks", "5"],
    ["\\boxed{5}. A common wrong final answer is 6.", "5"],
    ["\\boxed{5}. If the final answer is 6, I was wrong.", "5"],
    ["\\boxed{5}\n\nSo the final answer is not 6.", "5"],
    ["<answer>5</answer>\n\nThe answer was 6 before.", "5"],
  ])("overrides a box only by saying what the final answer is: %s", (response, answer) => {
    for (const each of ["5", "6", "3", "95%"]) expect(accepts(each, response)).toBe(each === answer);
  });
});

describe("an answer that another one stands beside", () => {
  it.each([
    "the answer is four or 5",
    "The answer is 5 or four",
    "The answer is 5 or else junk",
    "The answer is 5 apples or 6 apples",
    "The answer is 6 apples or 5 apples",
    "The answer is 5, 6 and 7 apples",
    "Either four or $5$.",
    "Either $5$ or four.",
    "Maybe six, or 5",
    "The answer is 5 (or 6)",
    "The answer is 5, maybe 6",
    "Hence x = 2 or x = 5.",
    "So the solutions are 2 or 5.",
    "four or perhaps 5",
    "It is 5 apples or six apples.",
    "between 4 and 5",
    "four to 5",
    "The answer is 5 and a half.",
    "print('x') or 5",
    "junk or 5",
    "$x=2$ or $x=5$",
    "x = 2 or x = 5",
    "答案是5或6",
    "答案是四或5",
    "Die Antwort ist vier oder 5.",
    "La réponse est 5 ou 6",
    "La respuesta es cuatro o 5",
  ])("is not that one: %s", (response) => {
    expect(accepts("5", response)).toBe(false);
  });

  it.each([
    ["2,3", "x = 2 or x = 3"],
    ["2,3", "The answer is x = 2 or x = 3."],
    ["2,3", "The solutions are $x=2$ or $x=3$."],
    ["2,3", "Hence x = 2 or x = 3."],
    ["2,3", "So the solutions are 2 or 3."],
    ["2", "It takes 120 minutes or 2 hours."],
    ["2", "The answer is 2 hours or 120 minutes."],
  ])("makes a list with it, or says the same: %s", (answer, response) => {
    expect(accepts(answer, response)).toBe(true);
  });
});

it.each([
  ["C", "The answer is **C. 5**"],
  ["5", "The answer is **C. 5**"],
  ["C", "The answer is C. This is since 4 is even."],
])("the letter of a choice, or what it says, is the answer: %s, %s", (answer, response) => {
  expect(accepts(answer, response)).toBe(true);
  for (const other of ["4", "D"]) expect(accepts(other, response)).toBe(false);
});

describe("a word", () => {
  it.each([
    ["odd", "$odd$"],
    ["odd", "The number is $odd$."],
    ["\\text{odd}", "$odd$"],
    ["Monday", "Monday"],
    ["Monday", "The answer is Monday, since $5 = 5$."],
  ])("%s is the answer of %s", (answer, response) => {
    expect(accepts(answer, response)).toBe(true);
    expect(accepts("even", response)).toBe(false);
  });

  it("between two amounts of money is none", () => {
    expect(accepts("5", "I paid $2 and then $5")).toBe(true);
  });
});

describe("an approximation", () => {
  it.each([
    ["\\boxed{\\sqrt2} \\approx \\boxed{1.414}", "\\sqrt2"],
    ["\\boxed{\\frac23}, numerically \\boxed{\\approx 0.66}", "\\frac23"],
    ["Area \\boxed{12}, perimeter \\boxed{\\approx 14.2}", "14.2"],
    ["\\boxed{\\sqrt2} \\approx \\boxed{1.5}", "1.5"],
  ])("leaves the exact answer as it is, when it is one: %s", (response, answer) => {
    for (const each of ["\\sqrt2", "\\frac23", "12", "14.2", "1.5"])
      expect(accepts(each, response)).toBe(each === answer);
  });
});

describe("an answer in another language", () => {
  it.each([
    "一共有 2 × 2 + 1 = 5 个苹果。结论：一共有5个苹果。",
    "所以一共有5个苹果。",
    "答案：５",
    "答案为5。",
    "最终答案是 $5$。",
    "答案不是4，而是5",
    "答案是5，因为2+3=5，而6+1=7。",
    "答：一共有5个。",
    "答えは5です。",
    "したがって、答えは $5$ です。",
    "答え：5",
    "정답은 5입니다.",
    "따라서 답은 5이다.",
    "답: 5",
    "Réponse : il lui reste encore 5 $ à payer.",
    "La re\u0301ponse finale est donc 5.",
    "La réponse est 5, car 2 + 3 = 5 et 7 = 7.",
    "Die Antwort ist 5.",
    "Somit lautet die Antwort: 5 Äpfel, weil 2 + 3 = 5 und 7 = 7.",
    "Respuesta: 5 manzanas",
    "Por lo tanto, la respuesta final es $5$ porque $x=3$.",
  ])("that is 5: %s", (response) => {
    expect(accepts("5", response)).toBe(true);
    for (const other of ["2", "3", "4", "6", "7"]) expect(accepts(other, response)).toBe(false);
  });

  it.each([
    "答案不是5",
    "答案是5万",
    "答案是5千",
    "答案至少是5",
    "答案是5以上",
    "答案是5到6",
    "答案是负5",
    "答案是5分之1",
    "答案是6分之5",
    "共有第5步",
    "答えは5ではない",
    "정답은 5가 아닙니다.",
    "La réponse n'est pas 5.",
    "La réponse est moins 5",
    "La réponse est au moins 5",
    "Die Antwort ist nicht 5.",
    "Die Antwort ist mindestens 5.",
    "La respuesta no es 5.",
    "La respuesta es menos 5",
  ])("that is not 5: %s", (response) => {
    expect(accepts("5", response)).toBe(false);
  });
});
