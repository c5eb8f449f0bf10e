import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { completionAnswer, SMALL_ANSWER } from "../../src/policy/answer-size.ts";
import { exportSync } from "../../src/policy/export-sync.ts";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { connectServer, type ServerConnection } from "../../src/policy/server-connection.ts";
import { servedModels } from "../../src/policy/server-offers.ts";
import { probeAdministration } from "../../src/policy/vllm/probe-administration.ts";
import { probeSampling } from "../../src/policy/vllm/probe-sampling.ts";
import { wakeSleeper } from "../../src/policy/vllm/sleep-sync.ts";
import { endlessServer, type EndlessAnswer } from "./endless-server.ts";
import { events } from "./misbehaving-server.ts";
import { request, servedTiny } from "./policy-fixture.ts";

const { signal } = new AbortController();
/** What lies on its way when a connection is cut, beside the largest answer that these requests may have. */
const ON_ITS_WAY = 16 * 1024 * 1024;

function connected(url: string, apiKey?: string): ServerConnection {
  const server = connectServer({ url, apiKey });
  onTestFinished(() => server.close());
  return server;
}

const client = (server: ServerConnection): HttpPolicyClient => new HttpPolicyClient(server, { model: "m" });
const SHORT = request({ n: 2 });
const LONG = request({ n: 2, maxTokens: 600 });

const ASKED: readonly (readonly [string, EndlessAnswer, (server: ServerConnection) => Promise<unknown>])[] = [
  ["the list of models", { bit: "x" }, (server) => client(server).describe()],
  ["the models that it serves", { begin: '{"data":[', bit: "{}," }, (server) => servedModels(server, signal)],
  ["tokens of a text", { begin: '{"tokens":[', bit: "1," }, (server) => client(server).tokenizeText("1+1")],
  [
    "tokens of messages",
    { bit: " " },
    (server) => client(server).tokenize({ messages: [{ role: "user", content: "1" }] }),
  ],
  ["a completion", { begin: '{"choices":[', bit: "{}," }, (server) => client(server).complete(SHORT)],
  ["a stream of empty chunks", { bit: events(['{"choices":[]}']) }, (server) => client(server).complete(LONG)],
  ["a stream of one line", { begin: "data: ", bit: "x" }, (server) => client(server).complete(LONG)],
  ["a stream of one event", { begin: "data: ", bit: "\ndata: x" }, (server) => client(server).complete(LONG)],
  ["a stream of comments", { bit: ": ping\n" }, (server) => client(server).complete(LONG)],
  ["scores", { bit: "[" }, (server) => client(server).score({ promptIds: [1], completionIds: [2] })],
  [
    "a load of weights",
    { bit: "x" },
    (server) => exportSync({ model: "m" }).load(server, { policyVersion: 1, directory: "/x" }, signal),
  ],
  ["what it can sample", { bit: "x" }, (server) => probeSampling(server, "m", [1], signal)],
  ["whether it sleeps", { bit: "x" }, (server) => wakeSleeper(server, "lora", "", signal)],
  ["how it is administered", { bit: "x" }, (server) => probeAdministration(server, signal)],
  ["a length of terabytes", { headers: { "content-length": 1e13 }, bit: "x" }, (server) => client(server).describe()],
];

test.each(ASKED)("reads no more of an endless answer than it may have: %s", async (_, answer, ask) => {
  const server = await endlessServer(answer);
  await expect(ask(connected(server.url))).rejects.toMatchObject({
    code: "protocol_violation",
    retryable: false,
    message: expect.stringMatching(/answers \/\S+ with more than \d+ bytes/),
  });
  expect(server.sent()).toBeLessThan(ON_ITS_WAY);
});

test.each([
  [500, "policy_failed"],
  [400, "bad_request"],
])("reads the beginning alone of an endless refusal with status %i, and keeps less of it", async (status, code) => {
  const server = await endlessServer({ status, begin: '{"error":{"message":"', bit: "no " });
  const error = await client(connected(server.url))
    .describe()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringContaining(`answered ${status}: {"error"`) });
  expect((error as Error).message.length).toBeLessThan(1000);
  expect(server.sent()).toBeLessThan(ON_ITS_WAY);
});

test("keeps the beginning and the end of a long refusal", async () => {
  const message = `out of memory ${"x".repeat(40_000)} at layer 3`;
  const server = createServer((socket) => {
    const body = JSON.stringify({ error: { message } });
    socket.once("data", () =>
      socket.end(`HTTP/1.1 500 no\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const error = (await client(connected(url))
    .describe()
    .catch((thrown: unknown) => thrown)) as Error;
  expect(error.message).toMatch(/answered 500: out of memory x+ .*left out.* x+ at layer 3$/);
  expect(error.message.length).toBeLessThan(1000);
});

test("gives up on a head without end", async () => {
  let sent = 0;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 200 OK\r\n");
    const go = (): void => {
      const line = `x-${sent}: ${"x".repeat(8000)}\r\n`;
      sent += line.length;
      if (socket.destroyed || sent > 2 * ON_ITS_WAY) return;
      if (socket.write(line)) setImmediate(go);
      else socket.once("drain", go);
    };
    go();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(client(connected(url)).describe()).rejects.toMatchObject({ code: "policy_unreachable" });
  expect(sent).toBeLessThan(ON_ITS_WAY);
});

test.each([
  ["without end", 1, undefined, { code: "protocol_violation" }],
  ["now and then", 100, { firstByteMs: 500 }, { code: "policy_unreachable" }],
])("gives up on interim heads that come %s", async (_, everyMs, timeouts, refusal) => {
  const server = createServer((socket) => {
    const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), everyMs);
    socket.on("error", () => undefined).on("close", () => clearInterval(timer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = connectServer({ url, timeouts });
  onTestFinished(() => connection.close());
  await expect(client(connection).describe()).rejects.toMatchObject(refusal);
});

test("unpacks nothing", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
  const server = createServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(client(connected(url)).describe()).rejects.toMatchObject({ code: "protocol_violation" });
});

test("leaves several times the room that a server's answers take", async () => {
  const { server } = await servedTiny(1);
  const asked = { prompt: [4, 5, 12, 6], n: 8, temperature: 2, max_tokens: 28, seed: 1 };
  const size = async (stream: boolean): Promise<number> => {
    const body = JSON.stringify({ ...asked, logprobs: 0, return_token_ids: true, stream });
    const answer = await fetch(`${server.url}/v1/completions`, { method: "POST", body });
    return (await answer.bytes()).length;
  };
  for (const isStreamed of [false, true]) {
    const most = completionAnswer({ n: 8, promptTokens: 4, maxTokens: 28, isStreamed }) - SMALL_ANSWER;
    expect(most).toBeGreaterThan(4 * (await size(isStreamed)));
  }
});
