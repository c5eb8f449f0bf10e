import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { startPolicyServer } from "../../src/policy/policy-process.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { probeServer } from "../../src/policy/server-offers.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { post, startOpenServer, TINY } from "./policy-fixture.ts";

const KEY = "a-key-of-these-tests";

test("asks for its key, in constant time, wherever something can be read or changed", async () => {
  const server = await startOpenServer({ workers: 1, apiKey: KEY });
  onTestFinished(() => server.stop());
  for (const path of ["/health", "/metrics"]) expect((await fetch(server.url + path)).status).toBe(200);
  const paths = ["/v1/completions", "/tokenize", "/detokenize", "/load_export", "/pause", "/resume", "/nowhere"];
  for (const path of paths) {
    const { status, body } = await post(server.url, path, {});
    expect(status, path).toBe(401);
    expect(body).toMatchObject({ error: { code: 401, message: expect.any(String) } });
  }
  for (const path of ["/v1/models", "/is_paused"]) {
    const ask = async (authorization: string): Promise<number> =>
      (await fetch(server.url + path, { headers: { authorization } })).status;
    for (const wrong of [KEY, "Bearer", "Bearer ", `Bearer ${KEY}x`, `Basic ${KEY}`])
      expect(await ask(wrong)).toBe(401);
    for (const right of [`Bearer ${KEY}`, `bearer ${KEY}`]) expect(await ask(right)).toBe(200);
  }
});

test("the server of a run asks for a key that no other process is shown", async () => {
  const server = await startPolicyServer({ modelDirectory: TINY, mode: "deterministic", workers: 1 });
  onTestFinished(() => server.stop());
  const load = { directory: "/nowhere", policy_version: 1 };
  expect((await post(server.url, "/load_export", load)).status).toBe(401);
  expect((await post(server.url, "/pause", {})).status).toBe(401);
  expect(server.apiKey.length).toBeGreaterThan(40);
  const shown =
    readFileSync(`/proc/${server.pid}/cmdline`, "utf8") + readFileSync(`/proc/${server.pid}/environ`, "utf8");
  expect(shown).not.toContain(server.apiKey);
  const connection = connectServer(server);
  onTestFinished(() => connection.close());
  expect(await probeServer(connection, new AbortController().signal)).toMatchObject({ kind: "rlvr", loadExport: true });
});

test.each(["0.0.0.0", "::", "192.0.2.1"])("is not served at %s without a key", async (host) => {
  const { code, stderr } = await rlvr(["policy", "serve", "--model", TINY, "--host", host]);
  expect(code).toBe(2);
  expect(stderr).toContain(`at ${host} other machines reach the server`);
  expect(stderr).toContain("--api-key-env");
});

test("is not served with a key that is not there", async () => {
  const { code, stderr } = await rlvr(["policy", "serve", "--model", TINY, "--api-key-env", "RLVR_NO_SUCH_KEY"]);
  expect(code).toBe(2);
  expect(stderr).toContain("RLVR_NO_SUCH_KEY, which --api-key-env names, is not set");
});
