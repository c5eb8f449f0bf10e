import { expect, onTestFinished, test } from "vitest";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { readHuggingFaceModel } from "../../src/policy/onnx/hugging-face-files.ts";
import { HuggingFaceGraph } from "../../src/policy/onnx/hugging-face-graph.ts";
import { GOLDEN, PARROT, servedParrot } from "./parrot-fixture.ts";
import { post, sample, type Answer } from "./policy-fixture.ts";

const JAPANESE = GOLDEN.cases[1] as (typeof GOLDEN.cases)[number];
const EMOJI = GOLDEN.cases[2] as (typeof GOLDEN.cases)[number];

/** Log-probabilities of a completion at a temperature, each by computing everything before it as one prompt. */
async function score(graph: HuggingFaceGraph, prompt: readonly number[], ids: readonly number[], temperature: number) {
  const prefixes = ids.map((_, at) => [...prompt, ...ids.slice(0, at)]);
  const states = await graph.prefill(prefixes);
  return states.map(({ logits }, at) => {
    const scaled = Array.from(logits, (logit) => logit / temperature);
    const highest = Math.max(...scaled);
    const total = scaled.reduce((sum, value) => sum + Math.exp(value - highest), 0);
    return (scaled[ids[at] as number] as number) - highest - Math.log(total);
  });
}

/** The largest difference of two lists; infinite when one is longer. */
function distance(actual: readonly number[] | undefined, expected: readonly number[] | undefined): number {
  if (actual === undefined || actual.length !== expected?.length) return Infinity;
  return Math.max(...actual.map((value, at) => Math.abs(value - (expected[at] as number))));
}

test.each([
  [undefined, 1e-4],
  ["bare", 1e-4],
  ["grouped", 1e-4],
  ["fp16", 1e-2],
])(
  "greedy completions and their log-probabilities are transformers', all asked for at once (variant %s)",
  async (variant, most) => {
    const { url } = await servedParrot({ variant });
    const prompt = GOLDEN.cases.map((each) => each.prompt);
    const { choices } = await sample(url, { prompt, temperature: 0, max_tokens: 80 });
    for (const [index, { greedy, logprobs, text }] of GOLDEN.cases.entries()) {
      expect(choices[index]).toMatchObject({ token_ids: greedy, text, finish_reason: "stop", stop_reason: null });
      expect(distance(choices[index]?.logprobs?.token_logprobs, logprobs)).toBeLessThan(most);
    }
    // Both ids of generation_config.json end a completion, each of its own.
    expect(new Set(choices.map(({ token_ids: ids }) => ids.at(-1)))).toEqual(new Set([3, 4]));
  },
);

test("log-probabilities of sampled completions are the graph's own for the same ids, in a crowd of other lengths", async () => {
  const { url } = await servedParrot();
  const graph = await HuggingFaceGraph.open(readHuggingFaceModel(PARROT, undefined), "cpu", 1);
  const asked = GOLDEN.cases.map(({ prompt }, seed) => ({
    prompt,
    n: 3,
    seed,
    temperature: 2,
    max_tokens: 9 + 4 * seed,
  }));
  const answers = await Promise.all(asked.map((body) => sample(url, body)));
  for (const [index, { choices }] of answers.entries()) {
    const { prompt } = GOLDEN.cases[index] as (typeof GOLDEN.cases)[number];
    for (const { token_ids: ids, logprobs } of choices)
      expect(distance(logprobs?.token_logprobs, await score(graph, prompt, ids, 2))).toBeLessThan(1e-4);
  }
});

test.each(["deterministic", "fast"] as const)(
  "what else is running changes a completion by rounding only (mode %s)",
  async (mode) => {
    const { url } = await servedParrot({ mode });
    const body = { prompt: JAPANESE.prompt, n: 4, seed: 11, temperature: 1.5, max_tokens: 40 };
    const alone = await sample(url, body);
    const crowd = Array.from({ length: 30 }, (_, seed) => {
      const { prompt } = GOLDEN.cases[seed % 5] as (typeof GOLDEN.cases)[number];
      return sample(url, { prompt, n: 1 + (seed % 4), seed, temperature: 1, max_tokens: 1 + seed });
    });
    const [inCrowd] = await Promise.all([sample(url, body), ...crowd]);
    for (const [index, { token_ids: ids, logprobs }] of alone.choices.entries()) {
      expect(inCrowd?.choices[index]?.token_ids).toEqual(ids);
      expect(distance(inCrowd?.choices[index]?.logprobs?.token_logprobs, logprobs?.token_logprobs)).toBeLessThan(1e-4);
    }
    expect(new Set(alone.choices.map(({ token_ids: ids }) => ids.join())).size).toBeGreaterThan(1);
  },
);

test("texts and conversations get the ids that transformers gives them, with one begin token", async () => {
  const { url } = await servedParrot();
  for (const { text, ids } of GOLDEN.texts) {
    expect((await post(url, "/tokenize", { prompt: text })).body).toMatchObject({ tokens: ids });
    const bare = await post(url, "/tokenize", { prompt: text, add_special_tokens: false });
    expect(bare.body).toMatchObject({ tokens: ids.slice(1) });
  }
  const connection = connectServer({ url });
  onTestFinished(() => connection.close());
  const client = new HttpPolicyClient(connection);
  for (const { question, prompt } of GOLDEN.cases)
    expect(await client.tokenize({ messages: [{ role: "user", content: question }] })).toEqual(prompt);
});

test("a streamed character of several bytes arrives whole, and what was cut off arrives at the end", async () => {
  const { url } = await servedParrot();
  const texts: string[] = [];
  for (const maxTokens of [80, 2, 5]) {
    const body = { prompt: EMOJI.prompt, temperature: 0, max_tokens: maxTokens };
    const whole = (await sample(url, body)).choices[0];
    const answer = await fetch(`${url}/v1/completions`, {
      method: "POST",
      body: JSON.stringify({ ...body, stream: true, return_token_ids: true }),
    });
    const events = (await answer.text()).split("\n\n").filter((event) => event.startsWith("data: {"));
    const parts = events.map((event) => (JSON.parse(event.slice("data: ".length)) as Answer).choices[0]?.text ?? "");
    expect(parts.join("")).toBe(whole?.text);
    expect(parts.slice(0, -1).join("")).not.toContain("\uFFFD");
    texts.push(parts.join(""));
  }
  expect(texts[0]).toBe(EMOJI.text);
});

test("loading weights is refused with what to do instead", async () => {
  const { url } = await servedParrot();
  const answer = await post(url, "/load_export", { directory: PARROT, policy_version: 1 });
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining("weights inside"), advice: expect.stringContaining("vLLM") } },
  });
});

test.each([
  [{ variant: "q4" }, "missing_file", /no model_q4\.onnx; it has .*model_fp16\.onnx/, /--variant: .*fp16/],
  [{ weights: "/any.safetensors" }, "bad_usage", /weights inside/, /export the other weights/],
  [{ device: "cuda" as const }, "policy_failed", /cannot open .* on cuda/, /ONNXRUNTIME_NODE_INSTALL=cuda12/],
])("what cannot be served is refused with what to do: %j", async (options, code, message, advice) => {
  await expect(servedParrot(options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    advice: expect.stringMatching(advice),
  });
});
