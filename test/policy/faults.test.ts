import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { CompletionRequest } from "../../src/policy/policy-client.ts";
import { chunksOf, events, choiceOf, misbehavingServer, type Misbehaviour } from "./misbehaving-server.ts";
import { expected, GROUP, serviceOf, whole } from "./service-fixture.ts";

/** A port of this machine on which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

const half = (text: string): string => text.slice(0, text.length / 2);

/** Long enough to be streamed. */
const LONG: CompletionRequest = { ...GROUP, maxTokens: 4000 };

/** Faults of one answer after which the same request goes well, asked again. */
const PASSING: readonly (readonly [string, CompletionRequest, Misbehaviour])[] = [
  [
    "reset in the middle of a body",
    GROUP,
    ({ response, body }) => {
      response.writeHead(200, { "content-length": whole(body.seed).length });
      response.write(half(whole(body.seed)), () => response.socket?.resetAndDestroy());
    },
  ],
  ["a connection that is closed without an answer", GROUP, ({ response }) => void response.socket?.destroy()],
  ["500", GROUP, ({ response }) => void response.writeHead(500).end('{"error":{"message":"CUDA error"}}')],
  ["503", GROUP, ({ response }) => void response.writeHead(503).end("loading")],
  ["429", GROUP, ({ response }) => void response.writeHead(429).end('{"detail":"slow down"}')],
  ["truncated JSON", GROUP, ({ response, body }) => void response.end(half(whole(body.seed)))],
  ["no answer for ever", GROUP, () => {}],
  ["a head without a body", GROUP, ({ response }) => void response.writeHead(200).flushHeaders()],
  ["a body that dribbles", GROUP, ({ response, body }) => dribble(response, whole(body.seed).slice(0, -1), " ")],
  [
    "a completion that the server aborted",
    GROUP,
    ({ response, body }) =>
      void response.end(JSON.stringify({ choices: [{ ...choiceOf(body.seed), finish_reason: "abort" }] })),
  ],
  [
    "a stream that stands still",
    LONG,
    ({ response, body }) => void response.write(events(chunksOf(body.seed).slice(1))),
  ],
  [
    "a stream that dribbles comments",
    LONG,
    ({ response, body }) => dribble(response, half(events(chunksOf(body.seed))), ": ping\n"),
  ],
  [
    "a stream that ends without its end",
    LONG,
    ({ response, body }) => void response.end(events(chunksOf(body.seed).slice(0, 3))),
  ],
  ["a stream that ends without [DONE]", LONG, ({ response, body }) => void response.end(events(chunksOf(body.seed)))],
  [
    "a stream that ends inside an event",
    LONG,
    ({ response, body }) => void response.end(half(events([...chunksOf(body.seed), "[DONE]"]))),
  ],
  [
    "a stream that is reset",
    LONG,
    ({ response, body }) =>
      void response.write(events(chunksOf(body.seed).slice(0, 2)), () => response.socket?.resetAndDestroy()),
  ],
  [
    "an error inside a stream",
    LONG,
    ({ response, body }) =>
      void response.end(
        events([...chunksOf(body.seed).slice(0, 2), '{"error":{"message":"EngineCore died","code":500}}', "[DONE]"]),
      ),
  ],
];

/** Sends a text, and then bits of nothing for ever. */
function dribble(response: Parameters<Misbehaviour>[0]["response"], text: string, bit: string): void {
  response.write(text);
  const timer = setInterval(() => response.write(bit), 20);
  response.once("close", () => clearInterval(timer));
}

test.each(PASSING)(
  "after %s the same completions come, and only the failed one is drawn again",
  async (_, group, fault) => {
    const server = await misbehavingServer((arrival) => (arrival.number === 3 ? fault(arrival) : false));
    const service = await serviceOf([server.url]);
    expect(await service.complete(group)).toEqual(expected(group));
    const asked = server.arrivals.map(({ body }) => body.seed);
    expect(asked).toHaveLength(group.n + 1);
    expect(asked.filter((seed) => seed === server.arrivals[2]?.body.seed)).toHaveLength(2);
  },
);

test.each(PASSING)(
  "a replica with %s each time is left to its own, the other gives every completion",
  async (_, group, fault) => {
    const bad = await misbehavingServer(fault);
    const good = await misbehavingServer();
    const service = await serviceOf([bad.url, good.url]);
    const groups = Array.from({ length: 6 }, (__, index) => ({ ...group, seed: 100 * index }));
    const drawn = await Promise.all(groups.map((each) => service.complete(each)));
    expect(drawn).toEqual(groups.map(expected));
    expect(good.arrivals).toHaveLength(6 * group.n);
  },
);

test("servers that refuse connections stop a run before its start, each with its reason", async () => {
  const urls = [await deadUrl(), await deadUrl()];
  await expect(serviceOf(urls)).rejects.toMatchObject({
    code: "policy_unreachable",
    message: expect.stringMatching(
      new RegExp(`no policy server answers: ${urls[0]}: .*ECONNREFUSED.*; ${urls[1]}: .*ECONNREFUSED`),
    ),
  });
});

test("one server of two is enough to start and to sample", async () => {
  const good = await misbehavingServer();
  const service = await serviceOf([await deadUrl(), good.url]);
  expect(await service.complete(GROUP)).toEqual(expected(GROUP));
});

test("a server that always answers 500 ends the run with what it said", async () => {
  const server = await misbehavingServer(
    ({ response }) => void response.writeHead(500).end('{"message":"CUDA error"}'),
  );
  const service = await serviceOf([server.url]);
  await expect(service.complete({ ...GROUP, n: 1 })).rejects.toMatchObject({
    code: "policy_failed",
    message: `${server.url} answered 500: CUDA error`,
  });
  expect(server.arrivals).toHaveLength(5);
});

test.each([
  ["fewer log-probabilities than tokens", { logprobs: { token_logprobs: [-1] } }, /1 log-probabilities for 5 tokens/],
  ["a positive one", { logprobs: { token_logprobs: [-1, 0.5, -1, -1, -1] } }, /0.5 as the log-probability/],
  ["no token ids", { token_ids: null }, /5 log-probabilities for 0 tokens/],
])("log-probabilities that cannot be (%s) end the run at once, with one message", async (_, change, message) => {
  for (const group of [GROUP, LONG]) {
    const server = await misbehavingServer(({ response, body }) => {
      const sent = JSON.stringify({ choices: [{ ...choiceOf(body.seed), ...change }] });
      response.end(body.stream === true ? events([sent, "[DONE]"]) : sent);
    });
    const service = await serviceOf([server.url]);
    await expect(service.complete(group)).rejects.toMatchObject({
      code: "protocol_violation",
      message: expect.stringMatching(message),
    });
    expect(server.arrivals).toHaveLength(group.n);
  }
});

/** Answers after which one request is drawn again elsewhere, and then given up: they are about that request alone. */
const UNUSABLE: readonly (readonly [string, (sent: string) => { status?: number; text: string }, RegExp])[] = [
  ["-9999, vLLM's -inf", (sent) => ({ text: withLogprob(sent, "-9999") }), /sent -9999 as the log-probability/],
  ["null", (sent) => ({ text: withLogprob(sent, "null") }), /sent null as the log-probability/],
  ["NaN, as Python writes it", (sent) => ({ text: withLogprob(sent, "NaN") }), /sent null as the log-probability/],
  ["-Infinity", (sent) => ({ text: withLogprob(sent, "-Infinity") }), /sent null as the log-probability/],
  ["a number below all", (sent) => ({ text: withLogprob(sent, "-1e999") }), /sent -Infinity as the log-probability/],
  ["400", () => ({ status: 400, text: '{"error":{"message":"bad token"}}' }), /answered 400: bad token/],
  ["422", () => ({ status: 422, text: '{"detail":"bad prompt"}' }), /answered 422: "bad prompt"/],
  ["413", () => ({ status: 413, text: "too large" }), /answered 413: too large/],
];

/** An answer whose third token has another log-probability. */
function withLogprob(sent: string, value: string): string {
  let at = 0;
  return sent.replace(/(?<=token_logprobs":\[[^\]]*)-\d[\d.]*/g, (number) => (++at === 3 ? value : number));
}

/** Answers every request in one way; a stream with the third of its events changed likewise. */
function unusable(change: (typeof UNUSABLE)[number][1]): Misbehaviour {
  return ({ response, body }) => {
    const sent =
      body.stream === true ? events([JSON.stringify({ choices: [choiceOf(body.seed)] }), "[DONE]"]) : whole(body.seed);
    const { status = 200, text } = change(sent);
    response.writeHead(status).end(text);
  };
}

test.each(UNUSABLE)("draws a completion that came with %s again on another replica", async (_, change) => {
  for (const group of [GROUP, LONG]) {
    const bad = await misbehavingServer(unusable(change));
    const good = await misbehavingServer();
    const service = await serviceOf([bad.url, good.url]);
    expect(await service.complete(group)).toEqual(expected(group));
    expect(bad.arrivals.length).toBeGreaterThan(0);
  }
});

test.each(UNUSABLE)(
  "gives a prompt up that every replica answers with %s, and goes on with others",
  async (_, change, message) => {
    const poisoned = ({ body }: Parameters<Misbehaviour>[0]): boolean => body.seed >= 1000;
    const fault = unusable(change);
    const servers = await Promise.all(
      [1, 2].map(() => misbehavingServer((arrival) => (poisoned(arrival) ? fault(arrival) : false))),
    );
    const service = await serviceOf(servers.map(({ url }) => url));
    await expect(service.complete({ ...GROUP, n: 1, seed: 1000 })).rejects.toMatchObject({
      code: "sampling_failed",
      message: expect.stringMatching(message),
    });
    expect(servers.map(({ arrivals }) => arrivals.length)).toEqual([1, 1]);
    expect(await service.complete(GROUP)).toEqual(expected(GROUP));
  },
);

test.each([
  "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
  "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
  "You passed 4097 input tokens. However, the model's context length is only 4096 tokens.",
  "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
  "the request exceeds the available context size",
  "prompt: 300 tokens leave no room for a completion in a context of 256",
])("tells a prompt that is too long by: %s", async (message) => {
  const server = await misbehavingServer(
    ({ response }) => void response.writeHead(400).end(JSON.stringify({ error: { message } })),
  );
  const service = await serviceOf([server.url]);
  await expect(service.complete({ ...GROUP, n: 1 })).rejects.toMatchObject({ code: "prompt_too_long" });
});

test.each([
  [401, "bad_request"],
  [403, "bad_request"],
])("ends at once when a server answers %i, which it does to every request", async (status, code) => {
  const server = await misbehavingServer(({ response }) => void response.writeHead(status).end("no"));
  const service = await serviceOf([server.url]);
  await expect(service.complete({ ...GROUP, n: 1 })).rejects.toMatchObject({ code });
  expect(server.arrivals).toHaveLength(1);
});
