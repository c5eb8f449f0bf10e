import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { multipleChoice } from "./multiple-choice.ts";

async function judge(response: string, answer: string, options = {}, problem = {}) {
  const checked = checkOptions(multipleChoice.options, options, "multiple-choice");
  return judgeResponse(multipleChoice, checked, { problem, response, answer }, 3000);
}

/** The letter that is read; several joined; "" for none. */
async function read(response: string, options = {}, problem = {}): Promise<string> {
  const judgement = await judge(response, "A", options, problem);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  const { named = [] } = (judgement.details ?? {}) as { named?: string[] };
  expect(judgement.passed).toBe(judgement.extracted === "A");
  return judgement.extracted ?? named.join("");
}

const cities = { choices: ["Paris", "New York", "New York City", "10", "10.5 km"] };

describe("multiple-choice reads the letter, strictly or not", () => {
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
    ["The answer is Z", "Z"],
  ])("%j -> %s", async (response, letter) => {
    expect(await read(response)).toBe(letter);
    expect(await read(response, { strict: true })).toBe(letter);
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
    ["The answer is A. No, the answer is B.", "AB"],
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
  ])("%j names several: %s", async (response, letters) => {
    expect(await read(response)).toBe(letters);
    expect(await read(response, { strict: true })).toBe(letters);
    for (const answer of letters) expect(await judge(response, answer)).toMatchObject({ passed: false });
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
    "f(a) + g(b)",
    "A. one\nB. two\nC. three\nD. four",
  ])("%j: none, or none alone", async (response) => {
    const letters = await read(response);
    expect(letters === "" || letters.length > 1).toBe(true);
  });
});

describe("multiple-choice, when it need not be clear,", () => {
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
    ["It must be B", "B"],
    ["I choose A rather than B.", "A"],
    ["I'd pick **A** over **B**.", "A"],
    ["(B) cannot be right; choose **D**.", "D"],
  ])("%j -> %s", async (response, letter) => {
    expect(await read(response)).toBe(letter);
    expect(await read(response, { strict: true })).toBe("");
  });

  it.each([
    "A beats B.",
    "**A** is better than **B**.",
    "B is too small.",
    "**B** is a distractor.",
    "(B) fails.",
    "(B) violates the second law.",
    "Choice B looks plausible but is ruled out.",
  ])("takes no letter that is only talked about: %j", async (response) => {
    expect(await read(response)).not.toBe("B");
  });

  it("takes no letter out of several", async () => {
    expect(await read("A fits, B. fits, C fits")).toBe("BC");
    expect(await read("B fits and so does C")).toBe("BC");
  });
});

describe("multiple-choice with the texts of the choices", () => {
  it.each([
    ["Paris", "A"],
    ["paris.", "A"],
    ["The answer is Paris.", "A"],
    ["The answer is **New York**, of course", "B"],
    ["The answer is New York City", "C"],
    ["\\boxed{New York City}", "C"],
    ["\\boxed{10}", "D"],
    ["The answer is 10.5 km", "E"],
    ["The answer is 10.", "D"],
    ["B. New York", "B"],
    ["A. Paris\nB. New York\n\nA", "A"],
    ["Paris or 10", "AD"],
    ["Answer: Paris or New York", "AB"],
    ["The answer is 10.7", ""],
    ["10%", ""],
    ["\\boxed{10\\%}", ""],
    ["The answer is 10 million", ""],
    ["The answer is 10 dozen.", ""],
    ["The answer is 10-15", ""],
    ["The answer is 10 to 15", ""],
    ["The answer is 10 squared", ""],
    ["The answer is 10.5 km/h", ""],
    ["The answer is 10 apples", "D"],
    ["The answer is Parisian", ""],
    ["Berlin", ""],
  ])("%j -> %j", async (response, letters) => {
    expect(await read(response, { strict: true }, cities)).toBe(letters);
  });

  it("has as many letters as there are choices", async () => {
    expect(await read("F fits", {}, cities)).toBe("");
    expect(await judge("F", "F", {}, cities)).toMatchObject({ status: "error" });
  });

  it("takes the letter for the choice where a text says otherwise", async () => {
    expect(await judge("A", "(A)", {}, { choices: ["B", "A"] })).toMatchObject({ passed: true, extracted: "A" });
  });
});

describe("multiple-choice's reference answer", () => {
  it.each([
    ["B", {}],
    ["(B)", {}],
    ["b.", {}],
    ["B", cities],
    ["new york", cities],
    ["1", cities],
    ["B", { choices: ["A. x", "B. y"] }],
    ["y", { choices: ["A. x", "(B) y"] }],
    ["5", { choices: [3, 5] }],
  ])("%j of %j is B", async (answer, problem) => {
    expect(await judge("B", answer, {}, problem)).toMatchObject({ passed: true, extracted: "B" });
    expect(await judge("A", answer, {}, problem)).toMatchObject({ passed: false, extracted: "A" });
  });

  it.each([
    ["Z", {}],
    ["", {}],
    ["1", {}],
    ["Berlin", cities],
    ["10", { choices: ["10", "10"] }],
    ["1", { choices: ["1", "2"] }],
    ["A", { choices: ["B", "A"] }],
    ["A", { choices: "AB" }],
    ["A", { choices: ["one"] }],
  ])("%j of %j never blames the response", async (answer, problem) => {
    expect(await judge("A", answer, {}, problem)).toMatchObject({ status: "error" });
  });
});

it("passes a letter named in any way if and only if it is the answer", async () => {
  const letter = fc.constantFrom(..."ABCDEFGHIJ");
  const way = fc.constantFrom(
    (name: string) => `(${name})`,
    (name: string) => `The answer is (${name}) because it is.`,
    (name: string) => `... so \\boxed{${name}}.`,
    (name: string) => `Answer: ${name}`,
    (name: string) => `**${name.toLowerCase()}**`,
    (name: string) => `(A) one\n(B) two\n\nThe correct option is ${name}.`,
  );
  await fc.assert(
    fc.asyncProperty(letter, letter, way, async (named, answer, write) => {
      expect(await judge(write(named), answer)).toMatchObject({ passed: named === answer, extracted: named });
    }),
  );
});

it("reads the last tag of a name, when asked", async () => {
  expect(await read("<think>The answer is A</think><answer>B</answer>", { tag: "answer" })).toBe("B");
  expect(await read("The answer is A", { tag: "answer" })).toBe("");
});

describe("multiple-choice on hostile text", () => {
  it.each([
    ["letters", "A ".repeat(5_000_000)],
    ["brackets", "(".repeat(10_000_000)],
    ["statements", "the answer is ".repeat(700_000)],
    ["unfinished statements", `answer${" is".repeat(3_000_000)}`],
    ["boxes", "\\boxed{".repeat(1_400_000)],
    ["fonts", "\\text{".repeat(1_600_000)],
    ["links", "the answer is A or ".repeat(500_000)],
    ["white space", `The answer is${" ".repeat(10_000_000)}`],
    ["lines", "\n".repeat(10_000_000)],
    ["stars", "*".repeat(10_000_000)],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", "\ud800".repeat(5_000_000)],
    ["ligatures", "\ufdfa".repeat(5_000_000)],
  ])("%s: judged within the deadline", async (_, text) => {
    const long = { choices: ["a".repeat(10_000), "the answer is ".repeat(1000)] };
    expect(await judge(text, "B")).toMatchObject({ status: "ok", passed: false });
    expect(await judge(text, "B", {}, long)).toMatchObject({ status: "ok" });
  });
});

it("refuses a last letter that is none", () => {
  for (const last_letter of ["A", "a", "10", ""]) {
    expect(() => checkOptions(multipleChoice.options, { last_letter }, "x")).toThrow("last_letter");
  }
});
