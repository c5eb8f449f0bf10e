import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeResponse } from "../pool/judge-response.ts";
import { numeric } from "./numeric.ts";
import { checkOptions } from "../../core/check-options.ts";

async function judge(response: string, answer: string, options: Record<string, unknown> = {}) {
  const item = { problem: {}, response, answer };
  return judgeResponse(numeric, checkOptions(numeric.options, options, "numeric"), item, 1000);
}

async function passes(response: string, answer: string, options: Record<string, unknown> = {}): Promise<boolean> {
  const judgement = await judge(response, answer, options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

async function extracted(response: string, options: Record<string, unknown> = {}): Promise<string | null> {
  const judgement = await judge(response, "0", options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.extracted;
}

describe("numeric reads the last number", () => {
  it.each([
    ["The answer is 42.", "42"],
    ["12+30=42", "42"],
    ["first 7, then 8", "8"],
    ["#### 1,234,567", "1234567"],
    ["1,2,3", "3"],
    ["it is -5", "-5"],
    ["x=-5", "-5"],
    ["\u22127", "-7"],
    ["-$12.50", "-12.5"],
    ["$0.50", "0.5"],
    [".25", "0.25"],
    ["3.14e2", "314"],
    ["1.5e-3", "0.0015"],
    ["2E+3", "2000"],
    ["3/4", "0.75"],
    ["-2 / 6", "-1/3"],
    ["1/2 = 0.5", "0.5"],
    ["50%", "50%"],
    ["-0", "0"],
    ["007", "7"],
    ["\\boxed{42}", "42"],
    ["3eggs", "3"],
    ["result: - 5", "-5"],
    ["x = - 5", "-5"],
    ["it is \u2212 5", "-5"],
    ["- 5", "-5"],
    ["–5", "-5"],
    ["－5", "-5"],
    ["Options:\n- 5", "5"],
    ["2 1/2", "2.5"],
    ["-2 1/2", "-2.5"],
    ["2½ cups", "2.5"],
    ["$2\\frac{1}{2}$", "2.5"],
    ["2\\frac12", "2.5"],
    ["\\frac{24}{2}", "12"],
    ["5 000", "5000"],
    ["5\u202F000 m", "5000"],
    ["5\\,000", "5000"],
    ["5'000'000", "5000000"],
    ["5_000", "5000"],
    ["10^5", "100000"],
    ["3 \\cdot 10^8", "300000000"],
    ["3 \\times 10^{-3}", "0.003"],
    ["the area is 25 m^2", "25"],
    ["$5 million", "5000000"],
    ["2 dozen eggs", "24"],
    ["5 hundred thousand", "500000"],
    ["5-million", "5000000"],
    ["5 millionaires", "5"],
    ["It is **5**.", "5"],
  ])("%s -> %s", async (response, expected) => {
    expect(await extracted(response)).toBe(expected);
  });

  it.each(["", "no number", "NaN", "Infinity", "-Infinity", "1/0", "1e99999", "9".repeat(1001), "--", "٣"])(
    "%s holds none",
    async (response) => {
      expect(await extracted(response)).toBeNull();
      expect(await passes(response, "3")).toBe(false);
    },
  );
});

describe("numeric reads what is stated rather than the last number", () => {
  it.each([
    ["The answer is 42. (I used 3 steps.)", "42"],
    ["\\boxed{42} in 3 steps", "42"],
    ["\\boxed{5}\n\nConfidence in the final answer: 95%", "5"],
    ["\\boxed{5}\n\nThe final answer is 6.", "6"],
    ["<answer>5</answer> in 3 steps", "5"],
    ["The answer is 3 + 4 = 7, since 8 - 1 is 7 and 2 is not.", "7"],
    ["The answer: in 3 hours she walks 12 km. That took 4 steps.", "12"],
    ["Exact: \\boxed{\\sqrt{2}}, numerically \\boxed{\\approx 1.41}", "1.41"],
    ["一共有 9 × 11 = 99 个苹果。结论：一共有99个苹果。分给 3 人。", "99"],
    ["所以答案是42。不是 7。", "42"],
    ["答案：４２", "42"],
    ["答案是5万", "50000"],
    ["答案是5千克", "5"],
    ["答案是5分之3", "0.6"],
    ["增加了百分之 5.5", "5.5%"],
    ["Réponse : il lui reste encore 220 $ à payer.", "220"],
    ["Respuesta: 5, porque 2 + 3 = 5 y 7 = 7", "5"],
  ])("%s -> %s", async (response, expected) => {
    expect(await extracted(response)).toBe(expected);
  });

  it.each([
    ["The answer is 18 dollars a day for 5 days.", "18"],
    ["The answer is: $$3 \\times 4 = 12$$", "12"],
    ["The answer is $\\$18$.", "18"],
    ["\\boxed{18 \\text{ dollars}}", "18"],
    ["\\boxed{12 \\text{ apples in 3 bags}}", "12"],
    ["\\boxed{\\text{Area} = 12\\text{ cm}^2}", "12"],
    ["\\boxed{\\pi \\approx 3.14}", "3.14"],
    ["<answer>10 + 2 = 12</answer>", "12"],
    ["Answer: 12/hour", "12"],
    ["**Answer:**\n\n> 12", "12"],
    ["The answer is negative 4.", "-4"],
    ["The total is 18, not 20.", "18"],
    ["The answer is 25 percent.", "25%"],
    ["9 + 9 => 18", "18"],
    ["The total: <b>18</b>", "18"],
    ["It's 12 o'clock.", "12"],
  ])("with words and formulas around it: %s -> %s", async (response, expected) => {
    expect(await extracted(response)).toBe(expected);
  });

  it.each(["\\boxed{2} and \\boxed{3}", "\\boxed{\\text{none}}, though 3 is near", "至少有 2 个，3以上"])(
    "and none where that is none: %s",
    async (response) => {
      expect(await extracted(response)).toBeNull();
    },
  );
});

it("numeric takes a response that is nothing but a number for stated", async () => {
  for (const response of ["5", " **5**. ", "$5$。", "`5`"])
    expect(await extracted(response, { answer: "stated" })).toBe("5");
  for (const response of ["so 5", "5 and 6", "5!"]) expect(await extracted(response, { answer: "stated" })).toBeNull();
});

describe("numeric between two numbers", () => {
  it.each(["four or 5", "6 or 5", "5 or four", "The answer is 5 or 6", "The answer is 6 or 5", "5 或 6", "6 ou 5"])(
    "takes neither: %s",
    async (response) => {
      for (const answer of ["5", "6"]) expect(await passes(response, answer)).toBe(false);
    },
  );

  it("takes one that is given twice", async () => {
    expect(await passes("5 or 5.0", "5")).toBe(true);
    expect(await passes("It takes 120 minutes or 2 hours.", "2")).toBe(true);
    expect(await passes("It takes 120 minutes or 3 hours.", "3")).toBe(false);
  });
});

it("numeric passes any of several reference answers and names it", async () => {
  const settings = checkOptions(numeric.options, { units: "optional" }, "numeric");
  const judged = (response: string, answers: readonly string[]) =>
    judgeResponse(numeric, settings, { problem: { answers }, response, answer: "5 km" }, 1000);
  expect(await judged("3 mi", ["5 km", "3 mi"])).toMatchObject({ passed: true, details: { reference: "3 mi" } });
  expect(await judged("4 mi", ["5 km", "3 mi"])).toMatchObject({ passed: false, details: { reference: null } });
  expect(await judged("3 mi", ["3 mi"])).toMatchObject({ passed: true, details: null });
  expect(await judged("3 mi", ["3 mi", "far"])).toMatchObject({ status: "error" });
});

describe("numeric reads the whole response", () => {
  it("only when it is nothing but a number", async () => {
    expect(await extracted(" 1,000 ", { read: "whole" })).toBe("1000");
    expect(await extracted("$5", { read: "whole" })).toBe("5");
    expect(await extracted("5 apples", { read: "whole" })).toBeNull();
    expect(await extracted("1 2", { read: "whole" })).toBeNull();
  });
});

describe("numeric does not read", () => {
  it.each(["√5", "2^5", "2**5", "5²", "5π", "5√2", "\\sqrt{5}", "2\\sqrt{5}", "sin 5", "(x+1)^5"])(
    "a part of the formula %s for the whole",
    async (response) => {
      for (const answer of ["5", "2"]) expect(await passes(response, answer)).toBe(false);
    },
  );

  it.each([
    "The answer is not 5.",
    "The answer cannot be 5.",
    "It isn't 5",
    "The answer is at least 5.",
    "more than 5 apples",
    "between 3 and 5",
    "3 to 5",
    "pages 3–5",
    "x >= 5",
    "Answer: > 5",
    "3 + 5",
    "10 - 5",
    "10-5",
    "(2)-5",
    "2 × 5",
    "She gets $2 + $5.",
    "5 ± 2",
    "±5",
    "(3, 5)",
    "f(5)",
    "a_5",
    "It costs $5K.",
    "5x",
    "9:05",
    "2:5",
    "5 hours and 2 minutes",
    "The answer is 5, 2.",
    "\\boxed{20-5}",
    "\\boxed{2x+5}",
    "\\boxed{5!}",
    "\\boxed{3+5i}",
    "\\boxed{2, 5}",
    "\\boxed{[2, 5]}",
    "\\boxed{2 \\text{ and } 5}",
    "\\boxed{x = 2, y = 5}",
    "\\boxed{x \\approx 2, y \\approx 5}",
    "\\boxed{\\log_2 5}",
    "\\boxed{\\binom{10}{5}}",
    "\\boxed{\\frac{\\pi}{5}}",
    "\\boxed{\\text{less than } 5}",
    "<answer>2 + 5</answer>",
  ])("the last number of what says more or less than it: %s", async (response) => {
    for (const units of ["ignored", "optional"]) {
      for (const answer of ["5", "2"]) expect(await passes(response, answer, { units })).toBe(false);
    }
  });

  it.each(["5 squared", "5 cubed", "5 tenths", "5 hundredths", "5 halves", "5 and a half", "2 5/2"])(
    "%s as the number in it",
    async (response) => {
      for (const answer of ["5", "2", "5/2"]) expect(await passes(response, answer)).toBe(false);
    },
  );
});

describe("numeric compares", () => {
  it("exactly, also where doubles would not tell numbers apart", async () => {
    expect(await passes("12345678901234567891", "12345678901234567890")).toBe(false);
    expect(await passes("0.1", "1/10")).toBe(true);
    expect(await passes("1e3", "1,000.0")).toBe(true);
    expect(await passes("0.333333", "1/3")).toBe(false);
  });

  it("a percentage with a plain number under both readings, with a percentage under one", async () => {
    expect(await passes("50%", "50")).toBe(true);
    expect(await passes("50%", "0.5")).toBe(true);
    expect(await passes("33.3%", "0.333")).toBe(true);
    expect(await passes("0.5", "50%")).toBe(true);
    expect(await passes("0.5%", "50%")).toBe(false);
  });

  it("within an absolute or a relative tolerance, whichever allows more, the limit included", async () => {
    expect(await passes("10.1", "10", { absolute: 0.1 })).toBe(true);
    expect(await passes("10.1000001", "10", { absolute: 0.1 })).toBe(false);
    expect(await passes("-101", "-100", { relative: 0.01 })).toBe(true);
    expect(await passes("-101.1", "-100", { relative: 0.01 })).toBe(false);
    expect(await passes("0.001", "0", { relative: 0.5 })).toBe(false);
    expect(await passes("0.333333", "1/3", { relative: 1e-5 })).toBe(true);
  });

  it("never blames the response for an answer that is no number", async () => {
    expect(await judge("5", "five")).toMatchObject({ status: "error", error: expect.stringContaining('"five"') });
  });

  it("an integer with itself, however it is written, and never with another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), async (value) => {
        const separated = String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
        expect(await passes(`so it is ${separated}.`, `${value}`)).toBe(true);
        expect(await passes(`${value}.000`, separated)).toBe(true);
        expect(await passes(`${value + 1n}`, `${value}`)).toBe(false);
      }),
    );
  });

  it("gives equal values equal texts", async () => {
    const parts = fc.record({
      top: fc.integer(),
      bottom: fc.integer({ min: 1 }),
      factor: fc.integer({ min: 1, max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(parts, async ({ top, bottom, factor }) => {
        const scaled = `${BigInt(top) * BigInt(factor)}/${BigInt(bottom) * BigInt(factor)}`;
        expect(await extracted(scaled)).toBe(await extracted(`${top}/${bottom}`));
      }),
    );
  });
});

describe("numeric on hostile text", () => {
  it.each([
    ["digits", "1".repeat(200_000)],
    ["thousands", `1${",234".repeat(50_000)}5`],
    ["commas", "1,".repeat(100_000)],
    ["signs", "-".repeat(200_000)],
    ["slashes", "1/".repeat(100_000)],
    ["exponents", "1e".repeat(100_000)],
    ["points", "1.".repeat(100_000)],
    ["spaces", `1${" ".repeat(200_000)}`],
  ])("%s: judged within the deadline of a second", async (_, text) => {
    expect((await judge(text, "7")).status).toBe("ok");
    expect((await judge(text, "7", { read: "whole" })).status).toBe("ok");
  });
});

describe("numeric's options", () => {
  it("refuse tolerances that are none", () => {
    for (const absolute of [-1, Infinity, Number.NaN]) {
      expect(() => checkOptions(numeric.options, { absolute }, "numeric")).toThrow("absolute");
    }
  });
});
