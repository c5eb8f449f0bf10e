import { expect, test } from "vitest";
import { planCompletion } from "./completions.ts";
import type { PolicyModel } from "../policy-model.ts";
import { completionBody, parseAs } from "./protocol.ts";

const MODEL: PolicyModel = {
  layout: "hugging-face",
  directory: "/policies/tiny",
  name: "tiny",
  config: { vocabSize: 24, maxLength: 32, eosIds: [1] },
  policyVersion: 0,
  graph: "/policies/tiny/onnx/model.onnx",
};

const plan = (body: object) => planCompletion(parseAs(completionBody, body), MODEL);

test("defaults are vLLM's, and top_k -1 and 0 both switch it off", () => {
  const [request] = plan({ prompt: [3, 4], seed: 9 }).requests;
  expect(request).toEqual({
    promptIds: [3, 4],
    scorePrompt: false,
    n: 1,
    seed: 9,
    sampling: { temperature: 1, topP: 1, topK: 0 },
    maxTokens: 16,
    stop: [],
    skipSpecialTokens: true,
    stopTokenIds: [],
    stream: false,
  });
  expect(plan({ prompt: [3], top_k: -1 }).requests[0]?.sampling.topK).toBe(0);
});

test("max_tokens is cut to the room that the prompt leaves", () => {
  const prompt = new Array<number>(30).fill(3);
  expect(plan({ prompt: [prompt, [3]], max_tokens: 100 }).requests.map(({ maxTokens }) => maxTokens)).toEqual([2, 31]);
});

test("unknown fields are ignored, as vLLM does", () => {
  expect(plan({ prompt: [3], cache_salt: "x", user: "me" }).requests).toHaveLength(1);
});

test("without a seed two requests are drawn differently", () => {
  expect(plan({ prompt: [3] }).requests[0]?.seed).not.toBe(plan({ prompt: [3] }).requests[0]?.seed);
});

test.each([
  ["a text", { prompt: "12+3" }, /prompt: must be token ids.*\/tokenize/],
  ["no prompt", {}, /prompt: must be token ids/],
  ["an empty prompt", { prompt: [] }, /prompt: is empty/],
  ["an empty prompt among others", { prompt: [[3], []] }, /prompt 1: is empty/],
  ["an id outside the vocabulary", { prompt: [3, 24] }, /token id 24 is outside the vocabulary of 24/],
  ["a negative id", { prompt: [-1] }, /^prompt: must be token ids/],
  ["a prompt that fills the context", { prompt: new Array(32).fill(3) }, /32 tokens leave no room .* context of 32/],
  ["n 0", { prompt: [3], n: 0 }, /^n: /],
  ["a fractional seed", { prompt: [3], seed: 0.5 }, /^seed: /],
  ["a negative temperature", { prompt: [3], temperature: -1 }, /^temperature: /],
  ["top_p 0", { prompt: [3], top_p: 0 }, /^top_p: /],
  ["an empty stop string", { prompt: [3], stop: "" }, /^stop: /],
  ["too many stop strings", { prompt: [3], stop: new Array(33).fill("x") }, /^stop: /],
  ["too many prompts", { prompt: Array.from({ length: 257 }, () => [3]) }, /^prompt: more than 256/],
  ["too many completions", { prompt: Array.from({ length: 256 }, () => [3]), n: 17 }, /^n: more than 4096 completions/],
  ["a penalty", { prompt: [3], repetition_penalty: 1.1 }, /^repetition_penalty: any value but 1 is not offered/],
  ["min_p", { prompt: [3], min_p: 0.1 }, /^min_p: any value but 0 is not offered/],
  ["more log-probabilities", { prompt: [3], logprobs: 5 }, /^logprobs: .*ask for 0/],
])("%s is refused with the field's name", (_, body, message) => {
  expect(() => plan(body)).toThrow(message);
});

test("refuses completions of too many tokens before it makes room for them", () => {
  const huge = { ...MODEL, config: { ...MODEL.config, maxLength: 2 ** 17 } };
  const body = { prompt: [3], n: 4096, max_tokens: 2 ** 20 };
  expect(() => planCompletion(parseAs(completionBody, body), huge)).toThrow(/^n: .* more than 2097152 tokens/);
});

test("another model's name is not found", () => {
  expect(() => plan({ prompt: [3], model: "gpt" })).toThrow(expect.objectContaining({ code: "unknown_name" }));
  expect(plan({ prompt: [3], model: "tiny" }).requests).toHaveLength(1);
});
