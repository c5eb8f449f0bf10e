import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { f1 } from "./f1.ts";

async function judge(response: string, answer: string, options = {}, problem = {}) {
  return judgeResponse(f1, checkOptions(f1.options, options, "f1"), { problem, response, answer }, 3000);
}

async function score(response: string, answer: string, problem = {}): Promise<number> {
  const judgement = await judge(response, answer, {}, problem);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.score;
}

describe("f1's score", () => {
  // Worked by hand: 2 x common / (words of the response + words of the answer).
  it.each([
    ["the Norman conquest of England", "Norman conquest", (2 * 2) / (4 + 2)],
    ["Denver Broncos", "The Denver Broncos!", 1],
    ["in the year 1066", "1066", (2 * 1) / (3 + 1)],
    ["a b b c", "b b b", (2 * 2) / (3 + 3)],
    ["cat cat", "cat", (2 * 1) / (2 + 1)],
    ["it's", "its", 1],
    ["twenty-one", "twentyone", 1],
    ["3.14", "314", 1],
    ["theatre, Ann", "theatre ann", 1],
    ["aé the é", "aé é", 1],
    ["E\u0301va", "\u00c9va", 1],
    ["__proto__ constructor", "constructor", (2 * 1) / (2 + 1)],
    ["Paris", "London", 0],
    ["", "London", 0],
    ["the, a. An", "London", 0],
  ])("%j against %j is %d", async (response, answer, expected) => {
    expect(await score(response, answer)).toBe(expected);
  });

  it("is the best of several reference answers", async () => {
    const problem = { answers: ["New York City", "NYC", "Big Apple"] };
    expect(await score("NYC", "", problem)).toBe(1);
    expect(await score("the Apple", "", problem)).toBe(2 / 3);
    expect(await score("New York", "", problem)).toBe(4 / 5);
  });

  it("lies between 0 and 1, is 1 for the same words in any order, and the same the other way round", async () => {
    const text = fc
      .array(fc.constantFrom("a", "the", "An", "sun", "Moon", "moon.", "é", "x-y", ",", "7"), { maxLength: 8 })
      .map((words) => `star ${words.join(" ")}`);
    await fc.assert(
      fc.asyncProperty(text, text, async (left, right) => {
        const value = await score(left, right);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(await score(right, left)).toBe(value);
        expect(await score(left.split(" ").reverse().join(" "), left)).toBe(1);
      }),
    );
  });
});

describe("f1's verdict", () => {
  it("passes from the pass_at on", async () => {
    expect(await judge("New York", "New York City", { pass_at: 0.8 })).toMatchObject({ passed: true, score: 0.8 });
    expect(await judge("New York", "New York City", { pass_at: 0.81 })).toMatchObject({ passed: false, score: 0.8 });
    expect(await judge("New York", "New York City")).toMatchObject({ passed: false });
  });

  it("tells precision, recall and the exact match apart", async () => {
    expect(await judge("York the New", "New York")).toMatchObject({
      passed: true,
      extracted: "york new",
      details: { exact: false, precision: 1, recall: 1 },
    });
    expect(await judge("York", "New York")).toMatchObject({ details: { exact: false, precision: 1, recall: 0.5 } });
    expect(await judge("A new  york.", "New York")).toMatchObject({ details: { exact: true } });
  });

  it("reads the last tag of a name, when asked", async () => {
    const options = { tag: "answer" };
    expect(await judge("<answer>a</answer> or <answer>New York</answer>.", "New York", options)).toMatchObject({
      score: 1,
    });
    expect(await judge("<answer> not <answer>New York</answer>", "New York", options)).toMatchObject({ score: 1 });
    for (const response of ["New York", "<answer>New York", "</answer>New York<answer>", "</answer>", ""]) {
      expect(await judge(response, "New York", options)).toMatchObject({ passed: false, score: 0, extracted: null });
    }
  });

  it("never blames the response for an answer without words", async () => {
    expect(await judge("the", "The")).toMatchObject({ status: "error", error: expect.stringContaining('"The"') });
    for (const answers of [[], ["a b", 3], "x"]) {
      expect(await judge("x", "x", {}, { answers })).toMatchObject({
        status: "error",
        error: expect.stringContaining("answers"),
      });
    }
  });
});

describe("f1 on hostile text", () => {
  it.each([
    ["one word", "a".repeat(10_000_000)],
    ["words", "ab ".repeat(3_300_000)],
    ["articles", "a ".repeat(5_000_000)],
    ["punctuation", ".".repeat(10_000_000)],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", "\ud800 ".repeat(5_000_000)],
    ["openers", "<answer>".repeat(1_250_000)],
  ])("%s: judged within the deadline", async (_, text) => {
    expect(await judge(text, "London")).toMatchObject({ status: "ok", passed: false });
    expect(await judge(text, "London", { tag: "answer" })).toMatchObject({ status: "ok", passed: false });
  });
});
