import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { regex } from "./regex.ts";

const DEADLINE_MS = 5000;

async function judge(response: string, answer: string, options: Record<string, unknown>) {
  const item = { problem: {}, response, answer };
  return judgeResponse(regex, checkOptions(regex.options, options, "regex"), item, DEADLINE_MS);
}

async function passes(response: string, options: Record<string, unknown>, answer = ""): Promise<boolean> {
  const judgement = await judge(response, answer, options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

describe("regex without a group", () => {
  it("passes a response with a match", async () => {
    expect(await passes("so x = 12.", { pattern: String.raw`x = \d+` })).toBe(true);
    expect(await passes("so y = 12.", { pattern: String.raw`x = \d+` })).toBe(false);
  });

  it("passes one that matches as a whole, when asked", async () => {
    expect(await passes(" 12\n", { pattern: String.raw`\d+`, match: "whole" })).toBe(true);
    expect(await passes("12 a", { pattern: String.raw`\d+`, match: "whole" })).toBe(false);
    expect(await passes("ab", { pattern: "a|ab", match: "whole" })).toBe(true);
  });

  it("heeds the flags", async () => {
    expect(await passes("YES", { pattern: "yes" })).toBe(false);
    expect(await passes("YES", { pattern: "yes", ignore_case: true })).toBe(true);
    expect(await passes("a\nb", { pattern: "^b" })).toBe(false);
    expect(await passes("a\nb", { pattern: "^b", multiline: true })).toBe(true);
    expect(await passes("a\nb", { pattern: "a.b" })).toBe(false);
    expect(await passes("a\nb", { pattern: "a.b", dot_all: true })).toBe(true);
  });

  it("takes the answer for the pattern where none is given", async () => {
    expect(await passes("colour", {}, "colou?r")).toBe(true);
    expect(await passes("colr", {}, "colou?r")).toBe(false);
  });

  it("never blames the response for an answer that is no pattern", async () => {
    expect(await judge("a", "a(", {})).toMatchObject({
      status: "error",
      error: expect.stringContaining("missing closing )"),
    });
    expect(await judge("a", "", {})).toMatchObject({ status: "error", error: expect.stringContaining("empty") });
  });
});

describe("regex with a group", () => {
  const options = { pattern: String.raw`answer is\s+(?P<value>\w+)`, group: 1 };

  it("compares the group's text with the answer", async () => {
    expect(await passes("The answer is 12.", options, " 12 ")).toBe(true);
    expect(await passes("The answer is 12.", { ...options, group: "value" }, "12")).toBe(true);
    expect(await passes("The answer is 12.", options, "1")).toBe(false);
    expect(await passes("The answer: 12.", options, "12")).toBe(false);
    expect(await passes("The answer is b", options, "B")).toBe(false);
    expect(await passes("The answer is b", { ...options, ignore_case: true }, "B")).toBe(true);
  });

  it("takes the last match, or the first when asked", async () => {
    const text = "The answer is 1. No, the answer is 2.";
    expect(await passes(text, options, "2")).toBe(true);
    expect(await passes(text, options, "1")).toBe(false);
    expect(await passes(text, { ...options, match: "first" }, "1")).toBe(true);
    expect(await passes(text, { ...options, match: "first" }, "2")).toBe(false);
  });

  it("fails where the group has no part in the match, also for an empty answer", async () => {
    expect(await passes("b", { pattern: "(a)|b", group: 1 }, "")).toBe(false);
    expect(await passes("a", { pattern: "(a)|b", group: 1 }, "a")).toBe(true);
  });

  it("extracts what it compared", async () => {
    expect(await judge("answer is  12 ", "", options)).toMatchObject({ extracted: "12" });
    expect(await judge("x", "", options)).toMatchObject({ extracted: null });
  });

  it("finds in any text the last match that JavaScript's own engine finds", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "2", " ", "\n", "é", "𝔸"), maxLength: 40 });
    const pattern = fc.constantFrom("[0-9]+", "a+b?", "(?:ab|a)1", "b*1", "a|b[^a]", "^a", String.raw`[ab]+\b`, "1*");
    await fc.assert(
      fc.asyncProperty(text, pattern, async (response, source) => {
        const matches = [...response.matchAll(new RegExp(source, "gu"))];
        const judgement = await judge(response, "", { pattern: source, group: 0 });
        expect(judgement).toMatchObject({ status: "ok", extracted: matches.at(-1)?.[0].trim() ?? null });
      }),
    );
  });

  it("finds the last of more matches than it has time to look at", async () => {
    const numbers = Array.from({ length: 100_000 }, (_, index) => index).join(" ");
    expect(await passes(numbers, { pattern: "[0-9]+", group: 0 }, "99999")).toBe(true);
    expect(await passes(`7 ${" a".repeat(20_000)}`, { pattern: "[0-9]+", group: 0 }, "7")).toBe(true);
  });
});

describe("regex on hostile text", () => {
  const patterns = [
    "(a+)+$",
    "a(.*b)?",
    "(.*)(.*)(.*)1",
    String.raw`(\w+\s?){1,50}1`,
    String.raw`[ab]{1,1000}1`,
    "(?i)(answer|result) is (.*)",
    "(a?){200}a{200}1",
  ];
  it.each([
    ["one letter", "a".repeat(10_000_000)],
    ["one letter, then the end of a match", `${"a".repeat(1_000_000)}1`],
    ["words", `${"aa b ".repeat(200_000)}1`],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", "\ud800".repeat(5_000_000)],
  ])(
    "%s: no pattern runs past its deadline",
    async (_, text) => {
      for (const pattern of patterns) {
        for (const match of ["last", "first", "whole"]) {
          expect(await judge(text, "no", { pattern, group: 0, match })).toMatchObject({ status: "ok", passed: false });
        }
      }
    },
    60_000,
  );
});

describe("regex's options", () => {
  it.each([
    [{ pattern: "ab(c" }, "pattern: missing closing ) (at character 4)"],
    [{ pattern: "a(b)c)d)" }, "pattern: unexpected ) (at character 6)"],
    [{ pattern: "ab[z-a]" }, "pattern: invalid character class range z-a (at character 4)"],
    [{ pattern: "ab**" }, "pattern: invalid nested repetition operator ** (at character 3)"],
    [{ pattern: "ab(?=c)" }, "(?= (at character 3)"],
    [{ pattern: "(a)\\1" }, "\\1 (at character 4)"],
    [{ pattern: "ab\\" }, "trailing backslash at end of expression (at character 3)"],
    [{ pattern: "a{9999}" }, "invalid repeat count {9999} (at character 2)"],
    [{ pattern: "" }, "pattern: "],
    [{ pattern: "(a)(?P<n>b)", group: 3 }, "group: the pattern has no group 3, only 0, 1, 2, n"],
    [{ pattern: "(a)(?P<n>b)", group: "m" }, "group: the pattern has no group m"],
    [{ group: 1 }, "group: needs a pattern"],
    [{ patern: "a" }, 'did you mean "pattern"?'],
  ])("%j is refused", (options, message) => {
    expect(() => checkOptions(regex.options, options, "regex")).toThrow(message);
  });
});
