import * as fc from "fast-check";
import { expect, it } from "vitest";
import { judgeResponse } from "../pool/judge-response.ts";
import { gsm8k } from "./gsm8k.ts";

async function judge(response: string, answer = "0") {
  return judgeResponse(gsm8k, { answer: "auto" }, { problem: {}, response, answer }, 1000);
}

async function extracted(response: string): Promise<string | null> {
  const judgement = await judge(response);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.extracted;
}

it.each([
  ["She has 9 * 2 = 18 left.\n#### 18", "18"],
  ["#### 9 * 2 = 18", "18"],
  ["The answer is $9 + 9 = 18$.", "18"],
  ["\\boxed{9 \\times 2 = 18}", "18"],
  ["The answer is 18 because 36 / 2 = 18.", "18"],
  ["The answer is 18 (9 + 9 = 18).", "18"],
  ["####18", "18"],
  ["####\n18", "18"],
  ["##### 18", "18"],
  ["#### 18 ####", "18"],
  ["#### 18.", "18"],
  ["#### -3", "-3"],
  ["#### \u22123", "-3"],
  ["#### $18", "18"],
  ["#### \\$18", "18"],
  ["#### -$18.50", "-18.5"],
  ["#### $\\$18$", "18"],
  ["#### 109,200,000", "109200000"],
  ["#### 1{,}200", "1200"],
  ["#### 1\\,200", "1200"],
  ["#### $1,\\!200$", "1200"],
  ["#### 12.50", "12.5"],
  ["#### x = 5", "5"],
  ["#### $x = -5$", "-5"],
  ["#### \\frac{24}{2}", "12"],
  ["#### $\\frac{24}{2}$ dollars", "12"],
  ["#### 2 1/2", "2.5"],
  ["#### 2½ cups", "2.5"],
  ["#### –5", "-5"],
  ["#### - 5", "-5"],
  ["#### 5'000", "5000"],
  ["#### 18 million", "18000000"],
  ["#### $5 million.", "5000000"],
  ["#### 2 dozen eggs", "24"],
  ["#### 10^3", "1000"],
  ["#### 5 m", "5"],
  ["#### 5\\text{ kg}", "5"],
  ["#### 5 (dollars)", "5"],
  ["#### 5-dollar bills", "5"],
  ["#### 5, since 9 - 4 is 5", "5"],
  ["#### 18<|im_end|>", "18"],
  ["#### 18 ✅", "18"],
  ["#### 18 000", "18000"],
  ["#### 36/2", "18"],
  ["#### 50%", "50"],
  ["#### 50\\%", "50"],
  ["#### 18 dollars", "18"],
  ["#### 18 dollars a day for 5 days", "18"],
  ["#### 18/hour", "18"],
  ["#### **18**", "18"],
  ["**#### 18**", "18"],
  ["#### `18`", "18"],
  ["#### $18$", "18"],
  ["#### \\(18\\)", "18"],
  ["#### \\boxed{18}", "18"],
  ["#### $\\boxed{\\text{18}}$", "18"],
  ["#### Answer: 18", "18"],
  ["#### 1. Count the eggs\nThere are 16.\n#### 2. Sell them\nThe answer is 18.", "18"],
  ["#### 18. That is her daily income.", "18"],
  ["#### 9 * 2 = **18**", "18"],
  ["#### 9 * 2 = $18", "18"],
  ["#### approximately 18", "18"],
  ["#### ≈ 18", "18"],
  ['#### "18"', "18"],
  ["#### 18 (9 per day for 2 days)", "18"],
])("reads the number behind the last mark: %j -> %s", async (response, expected) => {
  expect(await extracted(response)).toBe(expected);
});

it.each([
  ["So it is $\\boxed{18}$.", "18"],
  ["I had \\boxed{9}.\n<answer>18</answer>", "18"],
  ["<answer>\n$18 a day\n</answer>", "18"],
  ["<answer>$\\boxed{18}$</answer>", "18"],
  ["<answer>The total is \\boxed{18}</answer>", "18"],
  ["<answer>9 * 2</answer>", null],
  ["<answer>17 or 18</answer>", null],
  ["<answer>18", null],
  ["If the answer is 18, she has 9 left.", null],
  ["The answer is 18. Confidence in the answer: 95", "18"],
  ["\\boxed{5} was wrong, \\boxed{18} is right", "18"],
  ["\\boxed{\\$1,800 \\text{ dollars}}", "1800"],
  ["\\boxed{x=5}", "5"],
  ["\\fbox{5}", "5"],
  ["$\\boxed{5}$ million", "5000000"],
  ["\\boxed{18} and the 5 others have none", "18"],
  ["\\boxed{18}, so \\boxed{18}", "18"],
  ["Final answer\n5", "5"],
  ["**Final Answer**\n\n5", "5"],
  ["The answer should be 5", "5"],
  ["The answer is 18.", "18"],
  ["The answer is: **18**", "18"],
  ["**Answer:** 18", "18"],
  ["**Answer**: $18", "18"],
  ["Final answer = 18 dollars", "18"],
  ["The answer is 5? No, the answer is 18, not 20.", "18"],
])(
  "without it, the number in the last box, or behind what is called the answer: %j -> %s",
  async (response, expected) => {
    expect(await extracted(response)).toBe(expected);
  },
);

it.each([
  ["#### 42。", "42"],
  ["#### 42。共有", "42"],
  ["#### ４２．", "42"],
  ["#### 42｡", "42"],
  ["#### 42।", "42"],
  ["#### 42۔", "42"],
  ["#### 42։", "42"],
  ["#### 42个", "42"],
  ["#### 42，共有", "42"],
  ["#### 42万元", "420000"],
  ["#### 3.5億", "350000000"],
  ["#### 42千克", "42"],
  ["#### 42分之1", "1/42"],
  ["答案：42", "42"],
  ["所以答案应该是 42 个，因为 6 × 7 = 42。", "42"],
  ["答：42 个。", "42"],
  ["答えは42です。", "42"],
  ["정답은 42입니다.", "42"],
  ["La réponse finale est 42 euros, car 6 × 7 = 42.", "42"],
  ["Re\u0301ponse : 42", "42"],
  ["Die Antwort lautet 42, weil 6 * 7 = 42.", "42"],
  ["La respuesta final es: **42**", "42"],
])("reads numbers in text of other languages: %j -> %s", async (response, expected) => {
  expect(await extracted(response)).toBe(expected);
});

it.each([
  "#### 42或43",
  "#### 42到43",
  "#### 42以上",
  "#### 42兆",
  "答えは42ではない。",
  "정답은 42가 아닙니다.",
  "La réponse est 42 ou 43",
  "La respuesta es 42 o 43",
  "Die Antwort ist 42 oder 43",
  "La réponse n'est pas 42",
])("does not read a part of what such text says: %j", async (response) => {
  expect(await extracted(response)).toBeNull();
});

it("passes any of several reference answers and names it", async () => {
  const input = { problem: { answers: ["18", "#### 20"] }, response: "#### 20", answer: "18" };
  expect(await judgeResponse(gsm8k, { answer: "auto" }, input, 1000)).toMatchObject({
    passed: true,
    details: { reference: "#### 20" },
  });
  expect(await judgeResponse(gsm8k, { answer: "auto" }, { ...input, response: "#### 19" }, 1000)).toMatchObject({
    passed: false,
    details: { reference: null },
  });
  const problem = { answers: ["20", "many"] };
  expect(await judgeResponse(gsm8k, { answer: "auto" }, { ...input, problem }, 1000)).toMatchObject({
    status: "error",
  });
});

it("lets #### count more than a box, and a box more than words, wherever they stand", async () => {
  expect(await extracted("#### 1\n\\boxed{2} The answer is 3.")).toBe("1");
  expect(await extracted("\\boxed{2} The answer is 3.")).toBe("2");
});

it.each([
  "",
  "She has 18 left.",
  "so that makes 9 * 2 = 18",
  "### 18",
  "####",
  "#### eighteen",
  "#### 9 * 2",
  "#### 18 = 9 * 2",
  "#### 18 (or 19)",
  "#### 9x2",
  "#### 18 or 19",
  "#### 18 (or 19)",
  "#### 18 dollars or maybe 19",
  "#### 18 or twenty",
  "#### 18 to 19",
  "#### 18 | 19 | 20",
  "#### 18, 19",
  "#### 18; 19",
  "#### 18 dollars and 50 cents",
  "#### x = 18 or x = 19",
  "#### 18–19",
  "#### 18-19",
  "#### 18 – 1",
  "#### 18 ± 1",
  "#### 18 \\pm 1",
  "#### 18\\sqrt2",
  "#### 18√2",
  "#### 18π",
  "#### 18\\pi",
  "#### 18²",
  "#### 18x",
  "#### 18k",
  "#### 18M",
  "#### 18bn",
  "#### 18 squared",
  "#### 18 tenths",
  "#### 18 and a half",
  "#### 18 over 7",
  "#### 18 times 2",
  "#### 18(x+1)",
  "#### 18' 6\"",
  "\\boxed{17} or \\boxed{18}",
  "\\boxed{18 or 19}",
  "#### $9 \\times 2$",
  "#### 2**3",
  "#### 2^3",
  "#### 1.8.2",
  "#### 12:30",
  "#### 1/0",
  `#### ${"9".repeat(1001)}`,
  "\\boxed{x}",
  "The answer is that she has 18 left.",
  "The answer is hidden in #### and \\boxed{",
])("a response that states no number fails: %j", async (response) => {
  expect(await judge(response, "18")).toMatchObject({ status: "ok", passed: false, extracted: null });
});

it("does not look further when what is marked cannot be read", async () => {
  expect(await judge("The answer is 18.\n#### 9 * 2", "18")).toMatchObject({ passed: false, extracted: null });
});

it("takes a reference answer that is a number or a whole solution", async () => {
  const response = "#### 70000";
  for (const answer of [
    "70000",
    "70,000",
    " $70,000 ",
    "70000.0",
    "70000 dollars",
    "70000.",
    "70 thousand",
    "60000 + 10000 = <<60000+10000=70000>>\n#### 70,000",
  ])
    expect(await judge(response, answer)).toMatchObject({ status: "ok", passed: true });
});

it("never blames the response for a reference answer that is no number", async () => {
  for (const answer of ["", "eighteen", "#### ", "#### 18 or 19", "18\n19"])
    expect(await judge("#### 18", answer)).toMatchObject({ status: "error" });
});

it("passes an integer however it is marked, and never another", async () => {
  const marks = [(n: string) => `#### ${n}`, (n: string) => `$\\boxed{${n}}$`, (n: string) => `The answer is ${n}.`];
  const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  await fc.assert(
    fc.asyncProperty(integer, integer, fc.constantFrom(...marks), async (value, other, mark) => {
      for (const text of [String(value), value.toLocaleString("en-US")])
        expect(await judge(mark(text), String(other))).toMatchObject({ passed: value === other });
      expect(await judge(mark(`${value}`), `so:\n#### ${value.toLocaleString("en-US")}`)).toMatchObject({
        passed: true,
      });
    }),
  );
});

it("takes linear time on ten million characters of anything", { timeout: 30_000 }, async () => {
  for (const unit of ["#### ", "#", "\\boxed{", "answer is ", "answer ", "9", "9,", "1/", " ", "*", "{", "\\$", "-"])
    expect(await judge(unit.repeat(10_000_000 / unit.length), "18")).toMatchObject({ passed: false });
});
