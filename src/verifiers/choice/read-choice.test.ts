import { describe, expect, it } from "vitest";
import { choicesOf } from "./choices.ts";
import { readChoice, type Reading } from "./read-choice.ts";

/** The letters that are read, joined; "" for none. */
function read(response: string, reading: Partial<Reading> = {}): string {
  const letters = readChoice(response, choicesOf({}, "J"), { isStrict: false, correction: "last", ...reading });
  return [...letters].sort().join("");
}

describe("a choice is read, strictly or not", () => {
  it.each([
    ["B", "B"],
    ["b", "B"],
    [" (B) ", "B"],
    ["(b)", "B"],
    ["B.", "B"],
    ["B)", "B"],
    ["[B]", "B"],
    ["**B**", "B"],
    ["**(B)**.", "B"],
    ["$B$", "B"],
    ["（B）", "B"],
    ["a", "A"],
    ["\\boxed{B}", "B"],
    ["\\boxed{\\text{(B)}}", "B"],
    ["$\\boxed{\\mathrm{b}}$", "B"],
    ["\\boxed{\\textbf{(B) }}", "B"],
    ["A is wrong, C too. Hence \\boxed{B}. The answer is C.", "B"],
    ["Answer: B", "B"],
    ["answer: (b)", "B"],
    ["**Answer:** B", "B"],
    ["**Answer: B**", "B"],
    ["Answer:\n\nB", "B"],
    ["Answer B", "B"],
    ["The answer is B.", "B"],
    ["The answer is B", "B"],
    ["The answer is (B) because A is wrong.", "B"],
    ["The answer is A because it is.", "A"],
    ["The correct answer is: **B. Paris**", "B"],
    ["So the correct answer is therefore option B, as it is the largest.", "B"],
    ["The best answer would be (B).", "B"],
    ["The answer to this question is B.", "B"],
    ["The correct option is B) 12", "B"],
    ["My final answer is $\\textbf{B}$.", "B"],
    ["Therefore, the answer should be 'B'.", "B"],
    ["If the answer is A, then x > 1, which is false. The answer is B.", "B"],
    ["The answer is B, not A.", "B"],
    ["The answer is B, A is wrong.", "B"],
    ["The answer is B. A and C are wrong.", "B"],
    ["The answer is B.\nThe answer is B.", "B"],
    ["Answer: B\n\nA is too small.\nC is too large.", "B"],
    ["Answer: B\n\nA) is too small.\nC) is too large.", "B"],
    ["Answer: B; C is wrong.", "B"],
    ["The answer is B - it is the largest.", "B"],
    ["The answer is B, but C is close.", "B"],
    ["I don't think the answer is A. The answer is B.", "B"],
    ["Let us see.\nA: no.\nC: no.\n\n(B)", "B"],
    ["Step by step.\nOption B", "B"],
    ["A. one\nB. two\nC. three\n\nB", "B"],
    ["The correct answer is undoubtedly B.", "B"],
    ["The answer is most likely B.", "B"],
    ["The answer is Z", "Z"],
    ["<answer>B</answer>", "B"],
    ["A or C fits. <answer>\n(B)\n</answer>", "B"],
  ])("%j -> %s", (response, letter) => {
    expect(read(response)).toBe(letter);
    expect(read(response, { isStrict: true })).toBe(letter);
  });

  it.each([
    ["A or B", "AB"],
    ["(A) or (B)", "AB"],
    ["A, B", "AB"],
    ["A/B", "AB"],
    ["A\nB\n\n(C)", "ABC"],
    ["The answer is (A) (B).", "AB"],
    ["B and C", "BC"],
    ["A, B, and C", "ABC"],
    ["The answer is A or B.", "AB"],
    ["The answer is either (A) or (B).", "AB"],
    ["The answer is A, or maybe B", "AB"],
    ["Answer: B & C", "BC"],
    ["The answer is A. The answer is B.", "AB"],
    ["Answer: B-C", "BC"],
    ["Answer: A-B", "AB"],
    ["Answer: B – C", "BC"],
    ["Answer: B; C", "BC"],
    ["Answer: B vs C", "BC"],
    ["Answer: B (or C)", "BC"],
    ["Answer: B (maybe C)", "BC"],
    ["Answer: B\nC", "BC"],
    ["Answer: B\n\n(C)", "BC"],
    ["Answer: B, alternatively C", "BC"],
    ["Answer: B, but possibly C", "BC"],
    ["Answer: B, if not, C", "BC"],
    ["The answer is B, or else C.", "BC"],
    ["\\boxed{A} \\boxed{B}", "AB"],
    ["\\boxed{A, B}", "AB"],
    ["\\boxed{A} or \\boxed{B}", "AB"],
    ["the answer is a, the answer is b, the answer is c, the answer is d", "ABCD"],
  ])("%j names several: %s", (response, letters) => {
    expect(read(response)).toBe(letters);
    expect(read(response, { isStrict: true })).toBe(letters);
  });

  it.each([
    "",
    "The answer is a bit unclear.",
    "The answer is I think unknown.",
    "I do not know.",
    "A good question.",
    "The answer is not B.",
    "It is not B.",
    "The answer can't be B",
    "The answer cannot be B.",
    "The answer should not be option B.",
    "The answer is definitely not B.",
    "I don't think the answer is B.",
    "I doubt that the answer is B.",
    "It is not true that the correct answer is B.",
    "The wrong answer is B.",
    "Answer B is wrong.",
    "Option B cannot be the answer",
    "B is wrong.",
    "I would rule out (B).",
    "B can't be right, and C is incorrect.",
    "\\boxed{42}",
    "It's a trap",
    "Answer: A?",
    "The answer is A? No.",
    "Is it A? No. Is it B? Yes.",
    "f(a) + g(b)",
    "A. one\nB. two\nC. three\nD. four",
  ])("%j: none, or none alone", (response) => {
    const letters = read(response);
    expect(letters === "" || letters.length > 1).toBe(true);
  });
});

describe("a choice is read, when it need not be clear", () => {
  it.each([
    ["B) because A is wrong", "B"],
    ["(B) It is the largest.\nThat is all.", "B"],
    ["B: it is the largest", "B"],
    ["A is too small, C too large. B is correct.", "B"],
    ["I would go with B here, since A is too small and C too large.", "B"],
    ["I choose (C) over (A).", "C"],
    ["Option B is the right one", "B"],
    ["It is not A, so B", "B"],
    ["Clearly B fits.", "B"],
    ["So B is our answer.", "B"],
    ["A: wrong. B: right. C: wrong.", "B"],
    ["A: incorrect\nB: correct\nC: incorrect", "B"],
    ["Hmm, A or B? B.", "B"],
    ["A is the answer, not B.", "A"],
    ["It must be B", "B"],
    ["I choose A rather than B.", "A"],
    ["I'd pick **A** over **B**.", "A"],
    ["(B) cannot be right; choose **D**.", "D"],
  ])("%j -> %s", (response, letter) => {
    expect(read(response)).toBe(letter);
    expect(read(response, { isStrict: true })).toBe("");
  });

  it.each([
    "A beats B.",
    "**A** is better than **B**.",
    "B is too small.",
    "**B** is a distractor.",
    "(B) fails.",
    "(B) violates the second law.",
    "Choice B looks plausible but is ruled out.",
  ])("takes no letter that is only talked about: %j", (response) => {
    expect(read(response)).not.toBe("B");
  });

  it("takes no letter out of several", () => {
    expect(read("A fits, B. fits, C fits")).toBe("ABC");
    expect(read("B fits and so does C")).toBe("BC");
  });
});
