import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answersOnly } from "./answers-only.ts";
import type { Verifier, VerifierInput } from "./define-verifier.ts";
import { openVerifier } from "./open-verifier.ts";
import { judgeResponse } from "./pool/judge-response.ts";

interface Asked {
  readonly answer?: string;
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

async function judge(name: string, response: string, { answer = "5", problem = {}, options = {} }: Asked = {}) {
  const { verifier, options: checked } = await openVerifier(name, options);
  return judgeResponse(verifier, checked, { problem, response, answer }, 10_000);
}

const passes = async (name: string, response: string, asked?: Asked): Promise<boolean> => {
  const judgement = await judge(name, response, asked);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
};

const noComma = { instruction_id_list: ["punctuation:no_comma"], kwargs: [{}] };
const bell = { instruction_id_list: ["keywords:existence"], kwargs: [{ keywords: ["bell"] }] };
const schema = { schema: { type: "object", required: ["a"], properties: { a: { type: "number" } } } };

/** For each verifier an answer that passes and one that does not. */
const VERIFIERS: readonly (readonly [name: string, right: string, wrong: string, asked: Asked])[] = [
  ["exact", "5", "6", {}],
  ["f1", "five apples", "six pears", { answer: "five apples" }],
  ["regex", "answer: 5", "answer: none", { options: { pattern: String.raw`answer: (\d)`, group: 1 } }],
  ["numeric", "It is 5", "It is 6", {}],
  ["gsm8k", "#### 5", "#### 6", {}],
  ["math", "\\boxed{5}", "\\boxed{6}", {}],
  ["math", "\\boxed{5}", "\\boxed{6}", { options: { mode: "hendrycks" } }],
  ["multiple-choice", "(B)", "(C)", { answer: "B" }],
  ["json-schema", '{"a": 1}', '{"a": "x"}', { problem: schema }],
  ["instructions", "A bell rings.", "A bell, and one more.", { problem: noComma }],
  ["instructions", "A bell rings.", "Hello.", { problem: bell }],
];

describe.each(VERIFIERS)("%s judges what follows the thinking:", (name, right, wrong, asked) => {
  it.each([
    ["<think>", "</think>"],
    ["", "</think>\n\n"],
    ["<thinking>", "</thinking>"],
    ["<seed:think>", "</seed:think> "],
    ["[THINK]", "[/THINK]"],
    ["<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
  ])("between %j and %j", async (open, close) => {
    expect(await passes(name, right, asked)).toBe(true);
    expect(await passes(name, `${open}${wrong}${close}${right}`, asked)).toBe(true);
    expect(await passes(name, `${open}${right}${close}${wrong}`, asked)).toBe(false);
    expect(await passes(name, `${open}${right}${close}`, asked)).toBe(false);
    // Without the marker that opens it, what would be thinking is the answer.
    expect(await passes(name, open + right, asked)).toBe(open === "");
  });
});

it("scores the answer alone", async () => {
  expect(await judge("f1", "<think>Analysis</think>hello world", { answer: "hello" })).toMatchObject({ score: 2 / 3 });
});

it("passes no thinking that is not closed, though an empty answer would be right", async () => {
  const empty = { options: { pattern: "^$" }, answer: "" };
  expect(await passes("exact", "", { answer: "" })).toBe(true);
  expect(await judge("exact", "<think>", { answer: "" })).toMatchObject({
    passed: false,
    score: 0,
    extracted: null,
    details: { thinking: "not closed" },
  });
  expect(await passes("regex", "", empty)).toBe(true);
  expect(await passes("regex", "<think>", empty)).toBe(false);
});

it("still reports a problem that cannot be judged", async () => {
  expect(await judge("numeric", "<think>5", { answer: "five" })).toMatchObject({ status: "error" });
});

it("shows `format` everything, unless its entry says otherwise", async () => {
  const response = "<think>a b c</think><answer>5</answer>";
  expect(await passes("format", response, { options: { tags: ["think", "answer"] } })).toBe(true);
  expect(await passes("format", response, { options: { max_words: 1 } })).toBe(false);
  expect(await passes("format", response, { options: { max_words: 1, thinking: "auto" } })).toBe(true);
});

it("lets each member of a combinator see what it needs", async () => {
  const of = [{ name: "format", tags: ["think"], outside: "after" }, { name: "math" }];
  expect(await passes("all", "<think>4</think>\\boxed{5}", { options: { of } })).toBe(true);
  expect(await passes("all", "<think>5</think>\\boxed{6}", { options: { of } })).toBe(false);
  expect(await passes("all", "\\boxed{5}", { options: { of } })).toBe(false);
  const own = [{ name: "exact", thinking: { open: "<why>", close: "</why>" } }];
  expect(await passes("any", "<why>4</why>5", { options: { of: own } })).toBe(true);
});

it("takes an entry's own markers, or none", async () => {
  const thinking = { open: "<reason>", close: "</reason>" };
  expect(await passes("exact", "<reason>4</reason>5", { options: { thinking } })).toBe(true);
  expect(await passes("exact", "<reason>5", { options: { thinking } })).toBe(false);
  expect(await passes("exact", "<think>4</think>5", { options: { thinking: "none" } })).toBe(false);
});

it.each([
  ["exact", "auto?"],
  ["exact", { open: "<a>" }],
  ["exact", { open: "", close: "b" }],
  ["all", "auto"],
])("refuses %s with thinking %j", async (name, thinking) => {
  const of = name === "all" ? { of: [{ name: "exact" }] } : {};
  await expect(openVerifier(name, { thinking, ...of })).rejects.toMatchObject({
    code: "bad_recipe",
    message: expect.stringContaining("thinking"),
  });
});

describe("a user's own verifier", () => {
  const signal = new AbortController().signal;
  const input = (response: string): VerifierInput => ({ problem: {}, response, answer: "", truncated: false, signal });

  /** Takes off a point for a wrong answer, and remembers what it saw in private. */
  class Strict implements Verifier {
    readonly name = "strict";
    readonly version = "1";
    readonly options = z.unknown();
    readonly #seen: string[] = [];
    verify({ response }: VerifierInput) {
      this.#seen.push(response);
      return { passed: response === "5", score: response === "5" ? 1 : -1, details: [...this.#seen] };
    }
    async verifyGroup(inputs: readonly VerifierInput[]) {
      return inputs.map((each) => this.verify(each));
    }
  }

  it("keeps the point that it takes off thinking that is not closed", async () => {
    const verifier = answersOnly(new Strict(), "auto");
    expect(await verifier.verify(input("<think>5"), {})).toMatchObject({ passed: false, score: -1 });
    expect(await verifier.verify(input("<think>4</think>5"), {})).toMatchObject({ passed: true, details: ["", "5"] });
  });

  it("is given answers as a group, too", async () => {
    const verifier = answersOnly(new Strict(), "auto");
    const results = await verifier.verifyGroup?.([input("4</think>5"), input("<think>5"), input("5")], {});
    expect(results).toMatchObject([{ score: 1 }, { score: -1 }, { score: 1, details: ["5", "", "5"] }]);
  });

  it("may have nothing to say of thinking that is not closed", async () => {
    const verifier = answersOnly({ ...new Strict(), options: z.unknown(), verify: () => null }, "auto");
    expect(await verifier.verify(input("<think>5"), {})).toBeNull();
  });

  it("asks for the whole by saying so", async () => {
    const strict = new Strict();
    expect(answersOnly(strict, "none")).toBe(strict);
  });
});
