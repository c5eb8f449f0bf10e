import { describe, expect, it } from "vitest";
import { choicesOf } from "./choices.ts";
import { readChoice, type Reading } from "./read-choice.ts";

/** The letters that are read, joined; "" for none. */
function read(response: string, reading: Partial<Reading> = {}): string {
  const letters = readChoice(response, choicesOf({}, "J"), { isStrict: false, correction: "last", ...reading });
  return [...letters].sort().join("");
}

describe("a response that corrects itself", () => {
  it.each([
    ["Answer: A\n\nWait, that is wrong.\n\nAnswer: B", "B"],
    ["The answer is A. No, the answer is B.", "B"],
    ["The answer is A. Actually, the answer is B.", "B"],
    ["\\boxed{A}\n\nWait, I made a mistake. \\boxed{B}", "B"],
    ["\\boxed{A}. Hmm, let me double-check. The answer is B.", "B"],
    ["Answer: A\nCorrection: B", "B"],
    ["Answer: A. Wait, no, it is B.", "B"],
    ["Answer: A. Sorry, B.", "B"],
    ["A\n\nOn second thought, that is wrong.\n\nB", "B"],
    ["The answer is A, actually B", "B"],
    ["Answer: A\n\nWait, that is wrong.", ""],
    ["Answer: B. Wait, let me check: 3 + 4 is 7. Yes.", "B"],
    ["Answer: B. No other option works.", "B"],
    ["Answer: A. Scratch that. Answer: C", "C"],
    ["Answer: A\n\nLet me reconsider. A is too small.\n\nAnswer: B", "B"],
    ["Answer: A\n\nAnswer: B", "AB"],
    ["\\boxed{A} and \\boxed{B}", "AB"],
    ["Answer: A\n\nWait, that is wrong.\n\nAnswer: B or C", "BC"],
    ["Answer: A. Wait, that's wrong. Answer: B. Wait, no. Answer: A", "A"],
    ["Wait, is it A? No, A is too small. The answer is B.", "B"],
    ["Answer: B. Wait, C is wrong, too.", "B"],
    ["The answer is B.\n\nWait, let me double-check: 2+2=4. Yes, the answer is B.", "B"],
    ["Answer: C. Hold on, that's incorrect. The correct answer is D.", "D"],
    ["I said the answer is A, but I was wrong. The answer is C.", "C"],
    ["\\boxed{C}\n\nActually, re-reading the question, \\boxed{D}", "D"],
    ["My answer is A. On second thought, my answer is D.", "D"],
    ["The answer is A.\nOops, I misread. The answer is C.", "C"],
    ["Answer: B\n\nNo wait, that's not right.\n\nAnswer: D", "D"],
    ["Answer: A. Edit: answer is B.", "B"],
    ["Answer: A. Wait, that's right. Answer: A", "A"],
    ["Answer: A\n\nI made a mistake. It should be B.", "B"],
    ["Answer: A. Hmm.", "A"],
    ["The answer is B. But wait, what about C? C is too large.", "B"],
    ["The answer is A, no wait, B.", "B"],
    ["The answer is B. Actually, A and C are wrong for the same reason.", "B"],
    ["答案是A。等等,不对,答案是B。", "B"],
    ["La réponse est A. Non, la réponse est B.", "B"],
    ["Die Antwort ist A. Nein, die Antwort ist B.", "B"],
    ["La respuesta es A. Espera, la respuesta es B.", "B"],
    ["答えはAです。いや、答えはBです。", "B"],
    ["정답은 A입니다. 아니, 정답은 B입니다.", "B"],
    ["B, no doubt.", "B"],
    ["Answer: B. However, I was wrong about A.", "B"],
    ["The answer is B. This is not correct for x < 0, but x > 0.", "B"],
    ["The answer is B. Sorry for the long text.", "B"],
    ["\\boxed{B}\n\nNo, A is not possible.", "B"],
    ["\\boxed{B}\n\nHmm, C?", "B"],
    ["Wait, A? No: B. Yes, B.", "B"],
    ["The answer is B, no more and no less.", "B"],
    ["Actually, the answer is B.", "B"],
    ["No. The answer is B", "B"],
    ["Answer: A\n\nAnswer: B\n\nAnswer: C", "ABC"],
    ["(A)\n\nNo, (B)", "B"],
    ["\\boxed{A} no wait, \\boxed{B}", "B"],
    ["(A) wait, no, (B)", "B"],
    ["\\boxed{A} rather than B", "A"],
  ])("%j comes to %j by its last answer", (response, letters) => {
    expect(read(response)).toBe(letters);
  });

  it.each([
    ["Answer: A\n\nWait, that is wrong.\n\nAnswer: B", "AB"],
    ["\\boxed{A} Wait, no. Answer: B", "AB"],
    ["Answer: A. Wait, that is wrong. So B fits.", "AB"],
    ["Answer: A\n\nActually, B.", "AB"],
    ["A\n\nNo, that is wrong.\n\nB", "AB"],
    ["Answer: B. Wait, let me check. Yes, answer: B", "B"],
    ["Answer: A. Wait, that is wrong.", ""],
    ["B", "B"],
  ])("%j comes to %j where that is refused", (response, letters) => {
    expect(read(response, { correction: "refuse" })).toBe(letters);
  });
});
