import { request as rawRequest } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { post, request, sample, serveTiny, type Answer, type OpenServer } from "./policy-fixture.ts";
import { scoreByGraph } from "./score-by-graph.ts";

let server: OpenServer;
let client: HttpPolicyClient;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, client, close } = await serveTiny());
});
afterAll(() => close());

test("log-probabilities are those that the trainer's score graph computes", async () => {
  for (const promptIds of [[4], [4, 5, 12, 6, 17], Array.from({ length: 20 }, (_, index) => 2 + index)]) {
    for (const { tokenIds, logprobs } of await client.complete(request({ promptIds, n: 3, temperature: 1 }))) {
      const expected = (await scoreByGraph([...promptIds, ...tokenIds])).slice(promptIds.length);
      expect(logprobs).toHaveLength(tokenIds.length);
      for (const [at, logprob] of logprobs.entries())
        expect(Math.abs(logprob - (expected[at] as number))).toBeLessThan(1e-5);
    }
  }
});

test("a completion ends with an EOS that is not in its text, at max_tokens, or at the end of the context", async () => {
  const completions = await client.complete(request({ n: 64, maxTokens: 5 }));
  expect(new Set(completions.map(({ finishReason }) => finishReason))).toEqual(new Set(["stop", "length"]));
  for (const { tokenIds, text, finishReason } of completions) {
    expect(tokenIds.indexOf(1)).toBe(finishReason === "stop" ? tokenIds.length - 1 : -1);
    expect(tokenIds.length === 5 || finishReason === "stop").toBe(true);
    expect(text).not.toContain("<eos>");
  }
  const full = await client.complete(request({ n: 64, promptIds: new Array<number>(28).fill(4), maxTokens: 20 }));
  expect(Math.max(...full.map(({ tokenIds }) => tokenIds.length))).toBe(4);
});

test("stop strings and stop ids end a completion and leave its text", async () => {
  const body = { prompt: [4, 5, 12, 6], n: 16, seed: 3, temperature: 2, max_tokens: 20 };
  const free = (await sample(server.url, body)).choices;
  const longest = free.reduce((best, choice) => (choice.text.length > best.text.length ? choice : best));
  const stop = longest.text.slice(3, 5);
  const stopped = (await sample(server.url, { ...body, stop: ["%%", stop] })).choices;
  expect(stopped.map(({ text }) => text)).toEqual(free.map(({ text }) => text.split(stop, 1)[0]));
  expect(stopped.map((choice) => choice.stop_reason)).toEqual(
    free.map(({ text }) => (text.includes(stop) ? stop : null)),
  );
  for (const [index, { token_ids: ids }] of stopped.entries()) {
    expect(free[index]?.token_ids.slice(0, ids.length)).toEqual(ids);
  }
  expect(stopped[longest.index]?.token_ids).toHaveLength(longest.text.indexOf(stop) + 2);

  const stopId = longest.token_ids[2] as number;
  const byId = (await sample(server.url, { ...body, stop_token_ids: [stopId] })).choices[longest.index];
  expect(byId).toMatchObject({ finish_reason: "stop", stop_reason: stopId });
  expect(byId?.token_ids).toEqual(longest.token_ids.slice(0, longest.token_ids.indexOf(stopId) + 1));
});

test("a stop string ends a streamed completion as it does one in a piece", async () => {
  // The context ends both after 28 tokens; more than 512 are streamed.
  const asked = request({ n: 8, seed: 3, stop: ["3", "<pad>"], skipSpecialTokens: false, maxTokens: 28 });
  const [whole, streamed] = await Promise.all([client.complete(asked), client.complete({ ...asked, maxTokens: 513 })]);
  expect(whole.some(({ text }) => text.endsWith("3"))).toBe(true);
  expect(streamed).toEqual(whole);
});

test("a stop is part of the text where that is asked for, and so are special tokens", async () => {
  const body = { prompt: [4, 5, 12, 6], n: 16, seed: 3, temperature: 2, max_tokens: 20 };
  const free = (await sample(server.url, body)).choices;
  const longest = free.reduce((best, choice) => (choice.text.length > best.text.length ? choice : best));
  const stop = longest.text.slice(3, 5);
  const including = { ...body, include_stop_str_in_output: true };
  const stopped = (await sample(server.url, { ...including, stop })).choices;
  expect(stopped.map(({ text }) => text)).toEqual(
    free.map(({ text }) => (text.includes(stop) ? text.split(stop, 1)[0] + stop : text)),
  );
  const stopId = longest.token_ids[2] as number;
  const byId = (await sample(server.url, { ...including, stop_token_ids: [stopId] })).choices[longest.index];
  expect(byId?.text).toBe(longest.text.slice(0, longest.text.indexOf(longest.text[2] as string) + 1));

  // By itself an EOS that is kept is still what ended the completion, and no text.
  const kept = (await sample(server.url, { ...body, skip_special_tokens: false })).choices;
  expect(kept.map(({ text }) => text.replaceAll("<pad>", ""))).toEqual(free.map(({ text }) => text));
  const whole = (await sample(server.url, { ...including, skip_special_tokens: false })).choices;
  for (const [index, { text, finish_reason: reason }] of whole.entries())
    expect(text).toBe(kept[index]?.text + (reason === "stop" ? "<eos>" : ""));
  const atSpecial = (await sample(server.url, { ...including, skip_special_tokens: false, stop: "<pad>" })).choices;
  for (const [index, { text }] of atSpecial.entries())
    expect(text).toBe(whole[index]?.text.replace(/(?<=<pad>).*$/, ""));
});

test("an answer has vLLM's shape: prompt-major choices, usage, and what was asked for", async () => {
  const prompt = [
    [4, 5],
    [6, 7, 8],
  ];
  const asked = { model: "tiny", prompt, n: 2, seed: 1, max_tokens: 3, return_tokens_as_token_ids: true };
  const answer = await sample(server.url, asked);
  expect(answer).toMatchObject({ object: "text_completion", model: "tiny", policy_version: 0 });
  expect(answer.choices.map((choice) => [choice.index, choice.prompt_token_ids])).toEqual([
    [0, [4, 5]],
    [1, [4, 5]],
    [2, [6, 7, 8]],
    [3, [6, 7, 8]],
  ]);
  let generated = 0;
  for (const { logprobs, token_ids: ids } of answer.choices) {
    generated += ids.length;
    expect(logprobs?.tokens).toEqual(ids.map((id) => `token_id:${id}`));
    expect(logprobs?.token_logprobs).toHaveLength(ids.length);
  }
  expect(answer.usage).toEqual({ prompt_tokens: 5, completion_tokens: generated, total_tokens: 5 + generated });
  const bare = await sample(server.url, { prompt: [4], max_tokens: 1, logprobs: null, return_token_ids: false });
  expect(bare.choices[0]).not.toHaveProperty("token_ids");
  expect(bare.choices[0]?.logprobs).toBeNull();
});

test("a stream adds up to the answer that is not streamed", async () => {
  const prompt = [
    [4, 5],
    [6, 7, 8],
  ];
  const shared = { prompt, n: 3, seed: 1, temperature: 2, max_tokens: 16, stop: ["1+"] };
  const body = {
    ...shared,
    logprobs: 0,
    return_token_ids: true,
    stream: true,
    stream_options: { include_usage: true },
  };
  const whole = await sample(server.url, shared);
  const answer = await fetch(`${server.url}/v1/completions`, { method: "POST", body: JSON.stringify(body) });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const events = (await answer.text()).split("\n\n").filter((event) => event !== "");
  expect(events.pop()).toBe("data: [DONE]");
  const chunks = events.map((event) => JSON.parse(event.slice("data: ".length)) as Answer);
  expect(chunks.pop()?.usage).toEqual(whole.usage);
  for (const choice of whole.choices) {
    const parts = chunks.flatMap((chunk) => chunk.choices).filter((part) => part.index === choice.index);
    expect(parts.map((part) => part.text).join("")).toBe(choice.text);
    expect(parts.flatMap((part) => part.token_ids)).toEqual(choice.token_ids);
    expect(parts.flatMap((part) => part.logprobs?.token_logprobs ?? [])).toEqual(choice.logprobs?.token_logprobs);
    expect(parts[0]?.prompt_token_ids).toEqual(choice.prompt_token_ids);
    expect(parts.map((part) => part.finish_reason)).toEqual([...parts.slice(1).map(() => null), choice.finish_reason]);
  }
});

test("a conversation comes with what vLLM takes, and what would change it unseen is refused", async () => {
  const messages = [
    { role: "system", content: "1" },
    { role: "user", content: "2" },
  ];
  const { body } = await post(server.url, "/tokenize", { messages });
  const tools = [{ type: "function", function: { name: "add" } }];
  for (const more of [
    { tools },
    { chat_template_kwargs: { enable_thinking: false } },
    { tools: null, chat_template: null },
  ])
    expect((await post(server.url, "/tokenize", { messages, ...more })).body).toEqual(body);
  for (const more of [{ chat_template: "{{ 1 }}" }, { continue_final_message: true }, { tools: [1] }, { tools: "add" }])
    expect((await post(server.url, "/tokenize", { messages, ...more })).status).toBe(400);
});

test("text and ids are turned into each other, and characters that the vocabulary lacks are named", async () => {
  const { body } = await post(server.url, "/tokenize", { prompt: "12+3" });
  const { tokens } = body as { tokens: number[] };
  expect(body).toEqual({ count: 4, max_model_len: 32, tokens });
  expect((await post(server.url, "/detokenize", { tokens })).body).toEqual({ prompt: "12+3" });
  const ids = await client.tokenize({ messages: [{ role: "user", content: "12+3" }] });
  expect(ids.slice(0, 4)).toEqual(tokens);
  expect(ids.length).toBeGreaterThan(4);
  await expect(client.tokenize({ messages: [{ role: "user", content: "1+ü~\n\n1" }] })).rejects.toMatchObject({
    code: "unsupported_character",
    message: expect.stringMatching(/lacks .*"ü", "~", "\\n"/),
    advice: expect.stringContaining("whose tokenizer has these"),
  });
});

test.each([
  ["/v1/completions", { prompt: [99] }, 400, /token id 99 is outside the vocabulary/],
  ["/v1/completions", { prompt: [4], model: "other" }, 404, /The model `other` does not exist/],
  ["/tokenize", { text: "1" }, 400, /give `prompt`/],
  ["/detokenize", { tokens: [99] }, 400, /id 99 is outside/],
  ["/pause?mode=keep", {}, 400, /abort/],
  ["/load_export", { directory: "/nowhere", policy_version: 1 }, 400, /manifest.json is missing/],
  ["/v1/chat/completions", {}, 404, /no POST \/v1\/chat\/completions/],
])("%s with %j answers %i in vLLM's shape", async (path, body, status, message) => {
  const answer = await post(server.url, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({
    error: { message: expect.stringMatching(message), code: status, type: expect.any(String) },
  });
});

test("a body that is not JSON is a bad request", async () => {
  const answer = await fetch(`${server.url}/v1/completions`, { method: "POST", body: "{" });
  expect(answer.status).toBe(400);
});

test("what a web page could send is refused", async () => {
  const ask = (headers: Record<string, string>) => rawRequest(`${server.url}/is_paused`, { headers });
  expect((await ask({})).statusCode).toBe(200);
  expect((await ask({ origin: "https://example.com" })).statusCode).toBe(400);
  expect((await ask({ host: "evil.example:8000" })).statusCode).toBe(400);
});

test("a group is the same in one piece, streamed, and in a request for each rollout", async () => {
  // The context of 64 tokens is the limit either way; more than 512 are streamed.
  const group = request({ n: 4, seed: 11, maxTokens: 512 });
  const whole = await client.complete(group);
  expect(whole.some(({ finishReason }) => finishReason === "stop")).toBe(true);
  for (const { text, tokenIds } of whole)
    expect(await post(server.url, "/detokenize", { tokens: tokenIds })).toMatchObject({ body: { prompt: text } });
  expect(await client.complete({ ...group, maxTokens: 513 })).toEqual(whole);
  const single = Array.from({ length: 4 }, (_, index) => client.complete({ ...group, n: 1, seed: 11 + index }));
  expect((await Promise.all(single)).flat()).toEqual(whole);
});
