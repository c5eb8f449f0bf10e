import { afterAll, beforeAll, expect, test } from "vitest";
import { post, sample, serveTiny, writeExport, type OpenServer } from "./policy-fixture.ts";
import { scoreByGraph } from "./score-by-graph.ts";

let server: OpenServer;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, close } = await serveTiny());
});
afterAll(() => close());

/** Entries of `prompt_logprobs` of each prompt. */
async function promptLogprobs(prompt: readonly (readonly number[])[], more: object = {}) {
  const { choices } = await sample(server.url, { prompt, prompt_logprobs: 0, max_tokens: 1, ...more });
  return choices.map((choice) => choice.prompt_logprobs ?? []);
}

const PROMPTS = [[4], [4, 5, 12, 6, 17], [3, 1, 1, 9], Array.from({ length: 31 }, (_, index) => 2 + (index % 22))];

test("prompt log-probabilities are the trainer's, in vLLM's shape: null, then one entry a token under its id", async () => {
  const answered = await promptLogprobs(PROMPTS);
  for (const [index, ids] of PROMPTS.entries()) {
    const entries = answered[index] ?? [];
    const expected = await scoreByGraph(ids);
    expect(entries).toHaveLength(ids.length);
    expect(entries[0]).toBeNull();
    for (const [at, id] of ids.entries()) {
      if (at === 0) continue;
      expect(Object.keys(entries[at] ?? {})).toEqual([String(id)]);
      const { logprob, rank } = entries[at]?.[id] ?? { logprob: NaN, rank: 0 };
      expect(Math.abs(logprob - (expected[at] as number))).toBeLessThan(1e-5);
      // At least as unlikely as the r-th most likely of anything can be.
      expect(logprob).toBeLessThanOrEqual(-Math.log(rank) + 1e-9);
    }
  }
});

test("they do not depend on sampling settings, on what else runs, or on whether completions follow", async () => {
  const alone = await promptLogprobs([PROMPTS[1] ?? []]);
  const hot = await promptLogprobs([...PROMPTS, ...PROMPTS], { temperature: 2, top_k: 1, seed: 5, max_tokens: 7 });
  expect(hot[1]).toEqual(alone[0]);
  expect(hot[5]).toEqual(alone[0]);
});

test("the completion after a scored prompt is the one that is drawn without", async () => {
  const body = { prompt: PROMPTS, seed: 3, temperature: 2, max_tokens: 12 };
  const plain = await sample(server.url, body);
  const scored = await sample(server.url, { ...body, prompt_logprobs: 0 });
  expect(scored.choices.map((choice) => choice.token_ids)).toEqual(plain.choices.map((choice) => choice.token_ids));
  expect(scored.usage).toEqual(plain.usage);
  expect(plain.choices[0]).not.toHaveProperty("prompt_logprobs");
});

test("they follow the weights that are served", async () => {
  const before = await promptLogprobs(PROMPTS);
  const directory = writeExport(1, (tensors) => {
    for (const { data } of Object.values(tensors)) data.fill(0 as never);
  });
  expect((await post(server.url, "/load_export", { directory, policy_version: 1 })).status).toBe(200);
  const after = await promptLogprobs(PROMPTS);
  expect(after).not.toEqual(before);
  // Weights of 0 like all 24 tokens the same.
  expect(after[1]?.[1]?.[5]).toMatchObject({ logprob: expect.closeTo(-Math.log(24), 6) as number, rank: 24 });
});

test.each([
  [{ stream: true }, "not with stream"],
  [{ n: 2 }, "only with n of 1"],
  [{ prompt_logprobs: 3 }, "ask for 0"],
  [{ prompt: new Array<number>(32).fill(4) }, "leave no room"],
])("what cannot be scored is refused: %j", async (change, message) => {
  const asked = { prompt: [4, 5], prompt_logprobs: 0, max_tokens: 1, ...change };
  const { status, body } = await post(server.url, "/v1/completions", asked);
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain(message);
});
