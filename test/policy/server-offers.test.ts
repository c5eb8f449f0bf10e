import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectServer, type ServerConnection } from "../../src/policy/server-connection.ts";
import { probeServer } from "../../src/policy/server-offers.ts";
import { OWN_OFFERS } from "../support/offers.ts";
import { servedTiny, TINY } from "./policy-fixture.ts";

const { signal } = new AbortController();

function connected(url: string, apiKey?: string): ServerConnection {
  const server = connectServer({ url, apiKey });
  onTestFinished(() => server.close());
  return server;
}

test("rlvr's own server is known by what it offers", async () => {
  const { server, client } = await servedTiny(1);
  expect(await probeServer(connected(server.url), signal)).toEqual({
    ...OWN_OFFERS,
    model: "tiny",
    root: TINY,
    maxModelLength: (await client.describe()).maxModelLength,
  });
});

/** A server that answers some paths, and the others with 404; with a key, only who sends it. */
async function answering(answers: Readonly<Record<string, unknown>>, key?: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    const isKnown = key === undefined || request.headers.authorization === `Bearer ${key}`;
    response.statusCode = !isKnown ? 401 : path in answers ? 200 : 404;
    response.end(JSON.stringify(isKnown ? (answers[path] ?? { detail: "Not Found" }) : { error: "Unauthorized" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const MODELS = {
  data: [
    { id: "adapter", max_model_len: null },
    { id: "base", root: "/base", max_model_len: 512 },
  ],
};

test("a missing key is asked for, and is in no message", async () => {
  const url = await answering({ "/v1/models": MODELS }, "secret");
  for (const key of [undefined, "wrong-secret"]) {
    const error: unknown = await probeServer(connected(url, key), signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "bad_request", advice: expect.stringContaining("api_key_env") });
    expect(JSON.stringify(error) + String(error)).not.toContain("secret");
  }
});

test("a server that stays paused is not waited for without end", async () => {
  const url = await answering({ "/v1/models": MODELS, "/is_paused": { is_paused: true } });
  await expect(probeServer(connected(url), signal)).rejects.toMatchObject({
    code: "policy_failed",
    advice: expect.stringContaining(`${url}/resume`),
  });
});

test("a server that does not tell its context is refused", async () => {
  const url = await answering({ "/v1/models": { data: [{ id: "gpt" }] } });
  await expect(probeServer(connected(url), signal)).rejects.toMatchObject({ code: "protocol_violation" });
});

test("completions without ids or log-probabilities are told of", async () => {
  const choices = Array.from({ length: 8 }, (_, index) => ({ index, text: "a", logprobs: null }));
  const url = await answering({ "/v1/models": MODELS, "/v1/completions": { choices } });
  expect(await probeServer(connected(url), signal)).toMatchObject({
    kind: "other",
    model: "base",
    chat: false,
    tokenIds: false,
    processedLogprobs: undefined,
    promptLogprobs: false,
    lora: "no endpoint",
    reload: false,
  });
});
