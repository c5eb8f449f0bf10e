import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { math } from "./math.ts";

async function judge(response: string, answer: string, options: Record<string, unknown> = {}) {
  const item = { problem: {}, response, answer };
  return judgeResponse(math, checkOptions(math.options, options, "math"), item, 1000);
}

async function passes(response: string, answer: string, options: Record<string, unknown> = {}): Promise<boolean> {
  const judgement = await judge(response, answer, options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

describe("math", () => {
  it("reads decimal commas where asked to, in responses and reference answers", async () => {
    const comma = { decimal_comma: true };
    expect(await passes("Die Antwort ist 3,14.", "3.14", comma)).toBe(true);
    expect(await passes("\\boxed{1.234,5}", "1234,5", comma)).toBe(true);
    expect(await passes("\\boxed{3,14}", "314", comma)).toBe(false);
    expect(await passes("\\boxed{2; 3}", "3; 2", comma)).toBe(true);
    expect(await passes("\\boxed{3,14}", "3.14")).toBe(false);
  });

  it("says what it read, where it found it and how it matched", async () => {
    expect(await judge("The answer is $\\frac{2}{4}$.", "0.5")).toMatchObject({
      passed: true,
      score: 1,
      extracted: "0.5",
      details: { place: "answer", match: "value" },
    });
    expect(await judge("\\boxed{3}", "4")).toMatchObject({
      passed: false,
      extracted: "3",
      details: { place: "boxed", match: null },
    });
    expect(await judge("I do not know.", "4")).toMatchObject({
      passed: false,
      extracted: null,
      details: { place: null, match: null },
    });
  });

  it.each(["$\\frac12$", "\\boxed{\\frac12}", "so it is a half\n#### 1/2", "The answer is 1/2."])(
    "reads the reference answer %s",
    async (answer) => {
      expect(await passes("\\boxed{0.5}", answer)).toBe(true);
      expect(await passes("\\boxed{0.6}", answer)).toBe(false);
    },
  );

  it.each(["", "  ", "$$", "x".repeat(2001)])(
    "never blames the response for a reference answer like %j",
    async (answer) => {
      expect(await judge("\\boxed{5}", answer)).toMatchObject({
        status: "error",
        error: expect.stringContaining("answer"),
      });
    },
  );

  it("passes any of several reference answers and names it", async () => {
    const judged = (response: string, answers: readonly string[], options: Readonly<Record<string, unknown>> = {}) => {
      const item = { problem: { answers }, response, answer: "1" };
      return judgeResponse(math, checkOptions(math.options, options, "math"), item, 1000);
    };
    const answers = ["\\frac12", "$\\sqrt{2}$"];
    expect(await judged("\\boxed{2^{1/2}}", answers)).toMatchObject({
      passed: true,
      details: { match: "value", reference: "$\\sqrt{2}$" },
    });
    expect(await judged("\\boxed{1}", answers)).toMatchObject({ passed: false, details: { reference: null } });
    expect(await judged("\\boxed{\\sqrt2}", ["2", "\\sqrt{2}"], { mode: "hendrycks" })).toMatchObject({
      passed: true,
      details: { match: "text", reference: "\\sqrt{2}" },
    });
    for (const wrong of [[], ["1", ""], "1"])
      expect(await judged("\\boxed{1}", wrong as string[])).toMatchObject({ status: "error" });
  });

  it("passes an exact answer and the approximation that the response gives of it", async () => {
    const response = "Exact: \\boxed{\\sqrt{2}}, numerically \\boxed{\\approx 1.414}";
    for (const answer of ["\\sqrt{2}", "1.414"]) expect(await passes(response, answer)).toBe(true);
    for (const answer of ["1.4", "1.5", "2"]) expect(await passes(response, answer)).toBe(false);
  });

  it("keeps no more reference answers than it has room for", async () => {
    for (let answer = 0; answer < 600; answer++) expect(await passes(`\\boxed{${answer}}`, `${answer}`)).toBe(true);
    expect(await passes("\\boxed{1}", "0")).toBe(false);
  });

  it("passes every number in every way of giving it, and no other number", async () => {
    const ways = [
      (text: string) => `\\boxed{${text}}`,
      (text: string) => `The answer is ${text}.`,
      (text: string) => `**Answer:** $${text}$`,
      (text: string) => `12 + 30 = 42\n#### ${text}`,
      (text: string) => `Hence \\[ x = ${text} \\]`,
      (text: string) => text,
    ];
    const number = fc.oneof(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
      fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
      fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 })).map(([top, bottom]) => `\\frac{${top}}{${bottom}}`),
    );
    await fc.assert(
      fc.asyncProperty(number, fc.constantFrom(...ways), async (text, way) => {
        expect(await passes(way(text), text)).toBe(true);
        expect(await passes(way(text), `${text} + 1`)).toBe(false);
        expect(await passes(way(`-(${text})-3`), text)).toBe(text === "-1.5" || text === "-1.50" || text === "-1.500");
      }),
    );
  });
});

describe("math in the mode of hendrycks", () => {
  const hendrycks = { mode: "hendrycks" };

  it("compares the last boxed answer as text", async () => {
    expect(await passes("\\boxed{\\dfrac12}", "\\frac{1}{2}", hendrycks)).toBe(true);
    expect(await passes("\\boxed{2} and \\boxed{0.5}", "\\frac{1}{2}", hendrycks)).toBe(true);
    expect(await passes("\\boxed{\\frac{2}{4}}", "\\frac{1}{2}", hendrycks)).toBe(false);
    expect(await passes("\\boxed{2, 1}", "1, 2", hendrycks)).toBe(false);
    expect(await passes("The answer is 5", "5", hendrycks)).toBe(false);
  });

  it("takes the reference answer out of its box", async () => {
    expect(await passes("\\boxed{x = 5}", "so \\boxed{5}", hendrycks)).toBe(true);
    expect(await judge("\\boxed{5}", "", hendrycks)).toMatchObject({ status: "error" });
  });
});

describe("math on hostile responses", () => {
  const WINDING = " which would need a long explanation that is left out here for reasons of space and of time.\n";

  it.each([
    ["a tower of exponents", "\\boxed{10^{10^{10^{10}}}}"],
    ["a tower in plain text", `\\boxed{${"9^".repeat(290)}9}`],
    ["a huge factorial", "\\boxed{99999999!}"],
    ["factorials of factorials", "\\boxed{9!!!!!!!}"],
    ["hundreds of large factorials", `\\boxed{${"500!+".repeat(290)}1}`],
    ["hundreds of large fractions", `\\boxed{${"\\frac1{3^{2000}+1}+".repeat(100)}1}`],
    ["a huge binomial", "\\boxed{\\binom{1000000}{500000}}"],
    ["powers of powers", `\\boxed{${"(".repeat(30)}2${")^{12}".repeat(30)}}`],
    ["a huge exponent", "\\boxed{1e999999999}"],
    ["unbalanced parentheses", `\\boxed{${"(".repeat(999)}}`],
    ["unbalanced braces", `\\boxed{${"{".repeat(19_000)}`],
    ["bars", `\\boxed{${"|".repeat(600)}}`],
    ["braces of sets", `\\boxed{${"\\{|".repeat(200)}}`],
    ["functions of functions", `\\boxed{${"\\sin".repeat(250)} x}`],
    ["plus and minus without end", `\\boxed{${"\\pm 1".repeat(150)}}`],
    ["dollars", "$".repeat(20_000)],
    ["openers without closers", "\\[".repeat(10_000)],
    ["answers without end", "answer is ".repeat(2_000)],
    ["separators", "1,".repeat(10_000)],
    ["terms", "1 + ".repeat(5_000)],
    ["roots", "√".repeat(20_000)],
    ["spaces behind not", `not${" ".repeat(19_000)}`],
    ["ten megabytes of numbers", "7 ".repeat(5e6) + "8"],
    ["ten megabytes of dollars", "$".repeat(1e7)],
    ["ten megabytes of boxes", "\\boxed{".repeat(1.4e6)],
    ["ten megabytes behind the answer", `\\boxed{7}${"x".repeat(1e7)}`],
    ["every number in a box", Array.from({ length: 10 }, (_, digit) => `\\boxed{${digit}}`).join(" ")],
    ["one box after another", [5, 6, 8, 7].map((digit) => `Perhaps \\boxed{${digit}},${WINDING}`).join("")],
    ["every number", "The answer is 1, 2, 3, 4, 5, 6, 7, 8 or 9."],
    ["a choice", "\\boxed{7 \\text{ or } 8}"],
    ["both signs", "\\boxed{\\pm 7}"],
    ["an interval around it", "\\boxed{[7, 8]}"],
    ["all numbers", "\\boxed{\\mathbb{R}}"],
    ["a variable", "\\boxed{x}"],
    ["an equation that ends in it", "\\boxed{2x + 1 = 7}"],
    ["a false equation that ends in it", "\\boxed{8 = 7}"],
    ["the answer denied", "The answer is not 7."],
    ["the answer mentioned in prose", "I was told that the gold answer is 7, but I will answer 17."],
    ["NUL bytes", "\\boxed{\u00007\u0000}"],
    ["a number in another direction of writing", "\\boxed{\u202e7\u202c1}"],
    ["a word of the language", "\\boxed{__proto__}"],
    ["nothing", "\\boxed{}"],
  ])("%s: rejected in time", async (_, response) => {
    expect(await judge(response, "7")).toMatchObject({ status: "ok", passed: false });
  });
});
