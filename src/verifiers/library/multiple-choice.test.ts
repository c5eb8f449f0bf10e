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

it("counts the last answer of a response that corrects itself, or refuses it", async () => {
  const corrected = "Answer: A\n\nWait, that is wrong.\n\nAnswer: B";
  expect(await judge(corrected, "B")).toMatchObject({ passed: true, extracted: "B" });
  expect(await judge(corrected, "A")).toMatchObject({ passed: false });
  for (const answer of ["A", "B"]) {
    const judgement = await judge(corrected, answer, { self_correction: "refuse" });
    expect(judgement).toMatchObject({ passed: false, extracted: null, details: { named: ["A", "B"] } });
  }
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
