import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { request } from "./policy-fixture.ts";

/** A client of a server that answers completions as told. */
async function clientOf(
  answer: (response: ServerResponse, body: unknown) => void,
  apiKey?: string,
): Promise<HttpPolicyClient> {
  const server = createServer(async (incoming, response) => {
    let text = "";
    for await (const part of incoming) text += part;
    if (incoming.url === "/v1/models") response.end(JSON.stringify({ data: [{ id: "m", max_model_len: 64 }] }));
    else answer(response, JSON.parse(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const connection = connectServer({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, apiKey });
  onTestFinished(async () => {
    await connection.close();
    server.close();
  });
  return new HttpPolicyClient(connection);
}

const choice = (changes: object = {}, index = 0): object => ({
  index,
  text: "7",
  finish_reason: "stop",
  token_ids: [9, 1],
  logprobs: { token_logprobs: [-0.5, -0.25] },
  ...changes,
});

const answering = (...choices: object[]): Promise<HttpPolicyClient> =>
  clientOf((response) => void response.end(JSON.stringify({ choices })));

test("choices come back in order, with a log-probability that rounding left above 0 put to 0", async () => {
  const client = await answering(
    choice({ text: "b", logprobs: { token_logprobs: [1e-6, -0.25] } }, 1),
    choice({ text: "a" }),
  );
  expect(await client.complete(request())).toEqual([
    { tokenIds: [9, 1], logprobs: [-0.5, -0.25], text: "a", finishReason: "stop" },
    { tokenIds: [9, 1], logprobs: [0, -0.25], text: "b", finishReason: "stop" },
  ]);
});

test("everything that a server might take from the model's own generation config is sent", async () => {
  let sent: unknown;
  const client = await clientOf((response, body) => {
    sent = body;
    response.end(JSON.stringify({ choices: [choice()] }));
  });
  await client.complete(request({ n: 1 }));
  expect(sent).toMatchObject({
    model: "m",
    prompt: [[4, 5, 12, 6]],
    n: 1,
    seed: 1,
    temperature: 2,
    top_p: 1,
    top_k: -1,
    min_p: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    max_tokens: 20,
    logprobs: 0,
    return_token_ids: true,
  });
});

test("stops are sent so that they are part of the text, and nothing of the kind without any", async () => {
  const sent: unknown[] = [];
  const client = await clientOf((response, body) => {
    sent.push(body);
    response.end(JSON.stringify({ choices: [choice()] }));
  });
  const bare = { include_stop_str_in_output: true, skip_special_tokens: true, stop: [], stop_token_ids: [] };
  await client.complete(request({ n: 1, stop: ["</answer>"] }));
  await client.complete(request({ n: 1, stopTokenIds: [7] }));
  await client.complete(request({ n: 1, skipSpecialTokens: false }));
  await client.complete(request({ n: 1, stop: [] }));
  expect(sent[0]).toMatchObject({ ...bare, stop: ["</answer>"] });
  expect(sent[1]).toMatchObject({ ...bare, stop_token_ids: [7] });
  expect(sent[2]).toMatchObject({ ...bare, skip_special_tokens: false });
  for (const name of Object.keys(bare)) expect(sent[3]).not.toHaveProperty(name);
});

test("a conversation is sent whole, in vLLM's words", async () => {
  let sent: unknown;
  const client = await clientOf((response, body) => {
    sent = body;
    response.end(JSON.stringify({ tokens: [1, 2] }));
  });
  const messages = [{ role: "user", content: "1" }] as const;
  const tools = [{ type: "function", function: { name: "add" } }];
  expect(await client.tokenize({ messages, chatTemplateKwargs: { enable_thinking: false }, tools })).toEqual([1, 2]);
  const chat = { model: "m", messages, add_generation_prompt: true };
  expect(sent).toEqual({ ...chat, chat_template_kwargs: { enable_thinking: false }, tools });
  await client.tokenize({ messages });
  expect(sent).toEqual(chat);
});

test.each([
  ["a positive log-probability", choice({ logprobs: { token_logprobs: [0.1, -1] } })],
  ["fewer log-probabilities than tokens", choice({ logprobs: { token_logprobs: [-1] } })],
  ["no log-probabilities", choice({ logprobs: null })],
  ["no token ids", choice({ token_ids: undefined })],
  ["no tokens", choice({ token_ids: [], logprobs: { token_logprobs: [] } })],
  [
    "more tokens than were asked for",
    choice({ token_ids: new Array(21).fill(4), logprobs: { token_logprobs: new Array(21).fill(-1) } }),
  ],
  ["an unknown finish reason", choice({ finish_reason: "whim" })],
  ["another index", choice({}, 3)],
])("%s is a violation of the protocol", async (_, sent) => {
  const client = await answering(sent);
  await expect(client.complete(request({ n: 1 }))).rejects.toMatchObject({
    code: "protocol_violation",
    retryable: false,
  });
});

test.each([
  ["-9999, vLLM's -inf", -9999],
  ["null, JSON's NaN", null],
])("%s is unusable, which another draw may not be", async (_, logprob) => {
  const client = await answering(choice({ logprobs: { token_logprobs: [logprob, -1] } }));
  const kind = { kind: "unusable", code: "sampling_failed", retryable: true };
  await expect(client.complete(request({ n: 1 }))).rejects.toMatchObject(kind);
});

test("fewer choices than were asked for are a violation of the protocol", async () => {
  const client = await answering(choice());
  await expect(client.complete(request({ n: 2 }))).rejects.toMatchObject({ code: "protocol_violation" });
});

test.each([
  [400, "sampling_failed", true, "rlvr doctor --policy http://127.0.0.1:"],
  [401, "bad_request", false, "policy.api_key_env"],
  [404, "bad_request", false, "rlvr doctor --policy http://127.0.0.1:"],
  [429, "policy_failed", true, "log of the policy server"],
  [500, "policy_failed", true, "log of the policy server"],
  [503, "policy_failed", true, "log of the policy server"],
])("status %i becomes %s, retryable %s, with what to do: %s", async (status, code, retryable, advice) => {
  const client = await clientOf((response) => void response.writeHead(status).end('{"error":{"message":"because"}}'));
  await expect(client.complete(request())).rejects.toMatchObject({
    code,
    retryable,
    message: expect.stringContaining("because"),
    advice: expect.stringContaining(advice) as unknown,
  });
});

test("an aborted completion and a dead server can be tried again, a cancelled request is an interruption", async () => {
  const aborted = await answering(choice({ finish_reason: "abort" }));
  await expect(aborted.complete(request({ n: 1 }))).rejects.toMatchObject({ code: "policy_failed", retryable: true });
  const hangingUp = await clientOf((response) => void response.destroy());
  await expect(hangingUp.complete(request())).rejects.toMatchObject({ code: "policy_unreachable", retryable: true });
  const nobody = new HttpPolicyClient(connectServer({ url: "http://127.0.0.1:1" }));
  await expect(nobody.describe()).rejects.toMatchObject({ code: "policy_unreachable", retryable: true });
  const silent = await clientOf(() => {});
  const cancelled = silent.complete(request(), AbortSignal.timeout(200));
  await expect(cancelled).rejects.toMatchObject({ code: "interrupted" });
});

const KEY = "sk-planted-key/1+2";
/** A request whose completions are streamed. */
const LONG = { n: 1, maxTokens: 1000 };

test("takes the key out of a streamed completion that repeats it over several events", async () => {
  const pieces = [`a ${KEY.slice(0, 5)}`, KEY.slice(5, 9), `${KEY.slice(9)} b`];
  const client = await clientOf((response) => {
    for (const [at, text] of pieces.entries()) {
      const last = at === pieces.length - 1 ? "stop" : null;
      const sent = choice({ text, token_ids: [9], logprobs: { token_logprobs: [-1] }, finish_reason: last });
      response.write(`data: ${JSON.stringify({ choices: [sent] })}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  }, KEY);
  expect(await client.complete(request(LONG))).toMatchObject([{ text: "a *** b", tokenIds: [9, 9, 9] }]);
});

test.each([
  ["as it is", KEY],
  ["with slashes as some JSON has them", KEY.replaceAll("/", String.raw`\/`)],
  ["as JSON that is safe in HTML", KEY.replaceAll("+", String.raw`\u002B`)],
  ["as a URL has it", encodeURIComponent(KEY)],
])("takes the key, %s, out of the error of a stream that comes byte by byte", async (_, written) => {
  const client = await clientOf((response) => {
    for (const byte of `data: {"error":{"code":500,"message":"bad key ${written}"}}\n\n`) response.write(byte);
    response.end();
  }, KEY);
  const failure: unknown = await client.complete(request(LONG)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: expect.stringContaining("answered 500: bad key ***") as string });
  // With its cause.
  expect(inspect(failure)).not.toContain("planted");
});

test("a key that is a word, which is no secret, does not change what a completion says", async () => {
  const client = await clientOf((response) => void response.end(JSON.stringify({ choices: [choice()] })), "7");
  expect(await client.complete(request({ n: 1 }))).toMatchObject([{ text: "7", tokenIds: [9, 1] }]);
});

test("streams where the text is wanted as it comes, and tells it so far", async () => {
  const asked: unknown[] = [];
  const client = await clientOf((response, body) => {
    asked.push(body);
    const part = (changes: object): string => `data: ${JSON.stringify({ choices: [choice(changes)] })}\n\n`;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(part({ text: "4", finish_reason: null }));
    response.end(`${part({ text: "2" })}data: [DONE]\n\n`);
  });
  const told: string[] = [];
  const [completion] = await client.complete({ ...request(), n: 1, onText: (text) => told.push(text) });
  expect([told, completion?.text, asked]).toEqual([["4", "42"], "42", [expect.objectContaining({ stream: true })]]);
});
