import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { format } from "./format.ts";

async function judge(response: string, options: Record<string, unknown>) {
  const item = { problem: {}, response, answer: "" };
  const judgement = await judgeResponse(format, checkOptions(format.options, options, "format"), item, 3000);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  const details = judgement.details as { failed: Record<string, string> };
  const names = Object.keys(details.failed);
  expect(judgement.passed).toBe(names.length === 0);
  return { ...judgement, failed: names };
}

async function failed(response: string, options: Record<string, unknown>): Promise<string[]> {
  return (await judge(response, options)).failed;
}

const tags = ["think", "answer"];

describe("format's tags", () => {
  it.each([
    ["<think>a</think><answer>b</answer>", []],
    [" <think>\na\n</think>\n\n<answer>b</answer>\n", []],
    ["<think></think><answer></answer>", []],
    ["<think>a</think><answer>b</answer> c", ["outside"]],
    ["c <think>a</think><answer>b</answer>", ["outside"]],
    ["<think>a</think> c <answer>b</answer>", ["outside"]],
    ["<answer>b</answer><think>a</think>", ["order", "outside"]],
    ["<think>a<answer>b</answer></think>", ["order", "outside"]],
    ["<think>a<answer></think>b</answer>", ["order", "outside"]],
    ["<think>a</think>", ["<answer>", "order", "outside"]],
    ["<think>a</think><think>a</think><answer>b</answer>", ["<think>", "order", "outside"]],
    ["<think>a</think><answer>b</answer></answer>", ["<answer>", "order", "outside"]],
    ["<think>a<answer>b</answer>", ["<think>", "order", "outside"]],
    ["</think>a<think><answer>b</answer>", ["<think>", "order", "outside"]],
    ["<Think>a</Think><answer>b</answer>", ["<think>", "order", "outside"]],
    ["< think>a</think><answer>b</answer>", ["<think>", "order", "outside"]],
    ["", ["<think>", "<answer>", "order", "outside"]],
  ])("%j", async (response, expected) => {
    expect(await failed(response, { tags })).toEqual(expected);
  });

  it("may have text behind the last, or anywhere, when asked", async () => {
    const behind = "<think>a</think> so 5";
    expect(await failed(behind, { tags: ["think"] })).toEqual(["outside"]);
    expect(await failed(behind, { tags: ["think"], outside: "after" })).toEqual([]);
    expect(await failed(`x ${behind}`, { tags: ["think"], outside: "after" })).toEqual(["outside"]);
    expect(await failed(`x ${behind}`, { tags: ["think"], outside: "anything" })).toEqual([]);
  });

  it("may begin inside the first, when the prompt has opened it", async () => {
    expect(await failed("a</think><answer>b</answer>", { tags, opened: true })).toEqual([]);
    expect(await failed("<think>a</think><answer>b</answer>", { tags, opened: true })).toContain("<think>");
  });

  it("hold in whatever text has them once each in order, and never with one more marker", async () => {
    const text = fc.string().filter((each) => !each.includes("<"));
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.constantFrom("<think>", "</think>", "<answer>", "</answer>"),
        async (a, b, more) => {
          expect(await failed(`<think>${a}</think>\n<answer>${b}</answer>`, { tags })).toEqual([]);
          expect(await failed(`<think>${a}${more}</think>\n<answer>${b}</answer>`, { tags })).not.toEqual([]);
        },
      ),
    );
  });
});

describe("format's limits", () => {
  it("count code points and words, the limits included", async () => {
    expect(await failed("a𝔸é b", { min_characters: 5, max_characters: 5, min_words: 2, max_words: 2 })).toEqual([]);
    const all = { min_characters: 6, max_words: 1 };
    expect(await failed("a𝔸é b", all)).toEqual(["min_characters", "max_words"]);
    expect(await failed("a𝔸é b", { max_characters: 4, min_words: 3 })).toEqual(["max_characters", "min_words"]);
    expect(await failed("", { max_words: 0, max_characters: 0 })).toEqual([]);
  });

  it("are about one tag's text when asked, and fail where it cannot be read", async () => {
    const options = { tags, of: "answer", min_words: 1, max_words: 2 };
    expect(await failed("<think>a b c</think><answer>d e</answer>", options)).toEqual([]);
    expect(await failed("<think>a b c</think><answer> </answer>", options)).toEqual(["min_words"]);
    expect(await failed("<think>a</think><answer>d", options)).toEqual([
      "<answer>",
      "order",
      "outside",
      "min_words",
      "max_words",
    ]);
  });
});

describe("format's language", () => {
  const german = "Zuerst zählen wir die Äpfel, dann teilen wir sie durch drei. Also bleiben vier übrig.";
  const english = "First we count the apples, then we divide them by three. So there are four left.";
  const chinese = "我们先数苹果的数量，然后除以三。所以还剩下四个。";

  it("tells the language of a sentence, by either code", async () => {
    for (const [text, code] of [
      [german, "de"],
      [german, "deu"],
      [english, "EN"],
      [chinese, "zho"],
    ]) {
      expect(await failed(text!, { language: code })).toEqual([]);
      expect(await failed(text!, { language: "fr" })).toEqual(["language"]);
    }
  });

  it("asks for it throughout, code, markup and numbers aside", async () => {
    const long = english.repeat(50);
    expect(await failed(`${long}${german.repeat(50)}${long}`, { language: "en" })).toEqual(["language"]);
    expect(await failed(`${long}${"12 + 3 = 15\n".repeat(500)}${long}`, { language: "en" })).toEqual([]);
    expect(await failed("```\nfor apple in apples: print(the, apple)\n```" + german, { language: "de" })).toEqual([]);
    expect(await failed(`${german} \\(\\boxed{4}\\)`, { language: "de" })).toEqual([]);
  });

  it("is none where there are no words", async () => {
    for (const text of ["", "42", "\0".repeat(5000)])
      expect(await failed(text, { language: "en" })).toEqual(["language"]);
  });
});

describe("format's score", () => {
  it("is 1 or 0, or the fraction of what holds when asked", async () => {
    const options = { tags, outside: "anything", max_words: 5 };
    expect((await judge("<think>a</think>", options)).score).toBe(0);
    expect((await judge("<think>a</think>", { ...options, score: "fraction" })).score).toBe(0.5);
    expect((await judge("<think>a</think><answer>b</answer>", { ...options, score: "fraction" })).score).toBe(1);
  });
});

describe("format on hostile text", () => {
  const everything = { tags, of: "think", min_words: 1, max_characters: 10, language: "en", score: "fraction" };
  it.each([
    ["one letter", "a".repeat(10_000_000)],
    ["words", "ab ".repeat(3_300_000)],
    ["openers", "<think>".repeat(1_400_000)],
    ["closers", "</think>".repeat(1_200_000)],
    ["angles", "<".repeat(10_000_000)],
    ["fences", "```".repeat(3_300_000)],
    ["white space", `<think>${" ".repeat(10_000_000)}</think>`],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", "\ud800".repeat(5_000_000)],
    ["backslashes", "\\a".repeat(5_000_000)],
  ])("%s: judged within the deadline", async (_, text) => {
    expect((await judge(text, everything)).passed).toBe(false);
    const { of: __, ...whole } = everything;
    expect((await judge(text, whole)).passed).toBe(false);
  });
});

describe("format's options", () => {
  it.each([
    [{}, "nothing is asked for"],
    [{ tags: ["<think>"] }, "a tag is a letter"],
    [{ tags: ["a", "a"] }, "named twice"],
    [{ tags: ["a"], of: "b" }, "not one of the tags"],
    [{ max_words: 1, opened: true }, "no tags"],
    [{ min_words: 2, max_words: 1 }, "above"],
    [{ min_characters: 2, max_characters: 1 }, "above"],
    [{ language: "german" }, 'did you mean "de" (German)?'],
    [{ language: "xx" }, 'no language "xx"'],
    [{ language: "id" }, 'no language "id"'],
    [{ max_word: 5 }, 'did you mean "max_words"?'],
  ])("%j is refused", (options, message) => {
    expect(() => checkOptions(format.options, options, "format")).toThrow(message);
  });
});
