import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Completion, CompletionRequest } from "../../src/policy/policy-client.ts";
import type { WeightSync } from "../../src/policy/weight-sync.ts";
import { createPolicyService, type PolicyService, type PolicyServiceOptions } from "../../src/run/policy-service.ts";
import { choiceOf, chunksOf, events, misbehavingServer, type Misbehaviour } from "./misbehaving-server.ts";
import { request } from "./policy-fixture.ts";

/** Times of a run, scaled down. */
const QUICK = {
  patience: { delayMs: 2, longestDelayMs: 20, outageMs: 400 },
  breaker: { failures: 3, restMs: 10, longestRestMs: 40 },
  timeouts: { connectMs: 1000, firstByteMs: 1000, idleMs: 500 },
};

async function serviceOf(urls: readonly string[], changes: Partial<PolicyServiceOptions> = {}): Promise<PolicyService> {
  const service = await createPolicyService({
    modelDirectory: "/nowhere",
    urls,
    mode: "deterministic",
    weights: undefined,
    onRestart: () => undefined,
    signal: new AbortController().signal,
    ...QUICK,
    ...changes,
  });
  onTestFinished(() => service.close());
  return service;
}

const GROUP: CompletionRequest = request({ n: 8, seed: 40 });
/** Long enough to be streamed. */
const LONG: CompletionRequest = { ...GROUP, maxTokens: 4000 };

/** What an undisturbed server gives. */
function expected({ n, seed }: CompletionRequest): Omit<Completion, "policyVersion">[] {
  return Array.from({ length: n }, (_, index) => {
    const choice = choiceOf(seed + index) as {
      token_ids: number[];
      text: string;
      logprobs: { token_logprobs: number[] };
    };
    const { token_ids: tokenIds, text, logprobs } = choice;
    return { tokenIds, text, logprobs: logprobs.token_logprobs, finishReason: "stop" };
  });
}

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
const whole = (seed: number): string => JSON.stringify({ choices: [choiceOf(seed)] });

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
  ["NaN, as JSON's null", { logprobs: { token_logprobs: [-1, null, -1, -1, -1] } }, /null as the log-probability/],
  ["-9999, vLLM's NaN", { logprobs: { token_logprobs: [-1, -9999, -1, -1, -1] } }, /-9999 as the log-probability/],
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

test("Retry-After is honoured: the replica is left alone for that long, whoever asks", async () => {
  const server = await misbehavingServer();
  const service = await serviceOf([server.url], { patience: { ...QUICK.patience, outageMs: 30_000 } });
  let refusedAt = 0;
  const early: number[] = [];
  server.misbehave(({ number, response }) => {
    if (number > 1) {
      if (performance.now() - refusedAt < 950) early.push(number);
      return false;
    }
    refusedAt = performance.now();
    return void response.writeHead(429, { "retry-after": "1" }).end();
  });
  const first = service.complete({ ...GROUP, n: 1 });
  await expect.poll(() => refusedAt).toBeGreaterThan(0);
  // The refusal is on its way; nothing says when it has arrived but the answer to it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await service.complete({ ...GROUP, seed: 7 })).toEqual(expected({ ...GROUP, seed: 7 }));
  expect(await first).toEqual(expected({ ...GROUP, n: 1 }));
  expect(early).toEqual([]);
});

test("when every replica stays dead, each is named with its last failure", async () => {
  const servers = [await misbehavingServer(), await misbehavingServer()];
  const service = await serviceOf(servers.map(({ url }) => url));
  for (const server of servers) server.misbehave(({ response }) => void response.socket?.destroy());
  await expect(service.complete(GROUP)).rejects.toMatchObject({
    code: "policy_unreachable",
    message: expect.stringMatching(
      new RegExp(`no policy server has answered for .* s: ${servers[0]?.url}: .+; ${servers[1]?.url}: .+`),
    ),
    advice: expect.stringContaining("rlvr resume"),
  });
});

test("a server that comes back within the patience is used again, and nothing is lost", async () => {
  const server = await misbehavingServer();
  const service = await serviceOf([server.url], { patience: { ...QUICK.patience, outageMs: 60_000 } });
  let isDead = true;
  server.misbehave(({ response }) => (isDead ? void response.socket?.destroy() : false));
  const drawn = service.complete(GROUP);
  await expect.poll(() => server.arrivals.length).toBeGreaterThan(12);
  isDead = false;
  expect(await drawn).toEqual(expected(GROUP));
});

test("a server that is not ready yet joins when it is", async () => {
  const [early, late] = [await misbehavingServer(), await misbehavingServer()];
  late.setHealth(503);
  const service = await serviceOf([late.url, early.url]);
  expect(await service.complete(GROUP)).toEqual(expected(GROUP));
  expect(late.arrivals).toHaveLength(0);
  late.setHealth(200);
  await expect.poll(() => service.complete(GROUP).then(() => late.arrivals.length)).toBeGreaterThan(0);
});

test("cancelling ends requests that run and requests that wait", async () => {
  const abort = new AbortController();
  const server = await misbehavingServer(() => {});
  const timeouts = { firstByteMs: 60_000 };
  const service = await serviceOf([server.url], { signal: abort.signal, timeouts });
  const drawn = service.complete({ ...GROUP, n: 300 });
  await expect.poll(() => server.arrivals.length).toBeGreaterThan(200);
  abort.abort(new Error("enough"));
  await expect(drawn).rejects.toThrow();
});

test("a group keeps to one replica, groups are shared out, and none gets more at once than it can take", async () => {
  const held: (() => void)[] = [];
  const hold: Misbehaviour = ({ response, body }) => void held.push(() => void response.end(whole(body.seed)));
  const servers = [await misbehavingServer(hold), await misbehavingServer(hold)];
  const urls = servers.map(({ url }) => url);
  const service = await serviceOf(urls, { timeouts: { firstByteMs: 60_000 } });
  const groups = Array.from({ length: 100 }, (_, index) => ({ ...GROUP, seed: 1000 * index }));
  const drawn = Promise.all(groups.map((group) => service.complete(group)));
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2 * 256);
  for (const server of servers) server.misbehave(() => false);
  for (const answer of held) answer();
  expect(await drawn).toEqual(groups.map(expected));
  const groupsAt = servers.map(({ arrivals }) => new Set(arrivals.map(({ body }) => Math.floor(body.seed / 1000))));
  expect(groupsAt.map((each) => each.size)).toEqual([50, 50]);
  expect(servers.map((server) => server.mostOpen())).toEqual([256, 256]);
});

test("the key goes with every request and into no message; the salt of cached prompts goes with the version", async () => {
  const server = await misbehavingServer();
  const sync: WeightSync = {
    way: "lora",
    load: (_, { directory }) => Promise.resolve({ model: directory === undefined ? "base" : "adapter" }),
  };
  const service = await serviceOf([server.url], {
    apiKey: "sk-secret",
    chooseSync: () => Promise.resolve(sync),
    weights: { policyVersion: 0, directory: undefined },
  });
  expect(await service.complete({ ...GROUP, n: 1 })).toMatchObject([{ policyVersion: 0 }]);
  await service.load({ policyVersion: 1, directory: "/export" });
  expect(await service.complete({ ...GROUP, n: 1 })).toMatchObject([{ policyVersion: 1 }]);
  expect(server.arrivals.map(({ authorization }) => authorization)).toEqual(["Bearer sk-secret", "Bearer sk-secret"]);
  expect(server.arrivals.map(({ body }) => body.model)).toEqual(["base", "adapter"]);
  const salts = server.arrivals.map(({ body }) => body.cache_salt ?? "");
  expect(salts[0]).toMatch(/-0$/);
  expect(salts[1]).toBe(salts[0]?.replace(/0$/, "1"));
  server.misbehave(({ response }) => void response.writeHead(401).end('{"message":"no such key: sk-secret"}'));
  const refused = await service.complete({ ...GROUP, n: 1 }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "bad_request", message: expect.stringContaining("no such key: ***") });
  expect(inspect(refused)).not.toContain("secret");
});

test("weights are loaded anew into a server that fell silent or forgot them", async () => {
  const server = await misbehavingServer();
  const loaded: number[] = [];
  const sync: WeightSync = {
    way: "lora",
    load: (_, { policyVersion }) => {
      loaded.push(policyVersion);
      return Promise.resolve({ model: "adapter" });
    },
  };
  const service = await serviceOf([server.url], {
    chooseSync: () => Promise.resolve(sync),
    weights: { policyVersion: 3, directory: "/export" },
  });
  expect(loaded).toEqual([3]);
  server.misbehave(({ number, response }) => (number === 1 ? void response.socket?.destroy() : false));
  await service.complete({ ...GROUP, n: 1 });
  expect(loaded).toEqual([3, 3]);
  server.misbehave(({ number, response }) =>
    number === 3 ? void response.writeHead(404).end('{"error":{"message":"no model adapter"}}') : false,
  );
  await service.complete({ ...GROUP, n: 1 });
  expect(loaded).toEqual([3, 3, 3]);
});
