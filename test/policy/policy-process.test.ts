import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/policy/onnx/http/server.ts";
import { startPolicyServer } from "../../src/policy/policy-process.ts";
import { TINY, sample, servedTiny, startOpenServer } from "./policy-fixture.ts";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a server ends when its parent is killed", async () => {
  const parent = fork(fileURLToPath(new URL("fixtures/parent.ts", import.meta.url)), [TINY], { execArgv: [] });
  const [{ url, pid }] = (await once(parent, "message")) as [{ url: string; pid: number }];
  expect((await fetch(`${url}/health`)).status).toBe(200);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test("a stopped server has exited with code 0", async () => {
  const server = await startPolicyServer({ modelDirectory: TINY, workers: 1 });
  await server.stop();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(isAlive(server.pid)).toBe(false);
});

test("aborting the signal ends a server that is starting", async () => {
  const abort = new AbortController();
  const starting = startPolicyServer({ modelDirectory: TINY, mode: "deterministic", signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(starting).rejects.toThrow("enough");
});

function brokenTiny(damage: (directory: string) => void): string {
  const directory = join(mkdtempSync(join(tmpdir(), "rlvr-broken-")), "tiny");
  cpSync(TINY, directory, { recursive: true });
  damage(directory);
  return directory;
}

test.each([
  ["no policy", (directory: string) => rmSync(directory, { recursive: true }), "missing_file", /there is no policy at/],
  [
    "no tokenizer",
    (directory: string) => rmSync(join(directory, "tokenizer.json")),
    "missing_file",
    /tokenizer.json is missing/,
  ],
  [
    "weights cut short",
    (directory: string) => writeFileSync(join(directory, "model.safetensors"), "short"),
    "bad_checkpoint",
    /safetensors/,
  ],
  [
    "a graph that is none",
    (directory: string) => writeFileSync(join(directory, "graphs/step.onnx"), "x"),
    "policy_failed",
    /cannot open .*step.onnx/,
  ],
])("with %s it says why it cannot start", async (_, damage, code, message) => {
  const starting = startPolicyServer({ modelDirectory: brokenTiny(damage), mode: "deterministic", workers: 1 });
  await expect(starting).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("the fast mode serves the same distribution", async () => {
  const { server: exact } = await servedTiny(1);
  const fast = await startOpenServer({ mode: "fast" });
  onTestFinished(() => fast.stop());
  const body = { prompt: [4, 5, 12, 6], n: 4, seed: 2, max_tokens: 1, logprobs: 0 };
  const [expected, actual] = await Promise.all([exact, fast].map(({ url }) => sample(url, body)));
  expect(actual?.choices.map(({ token_ids: ids }) => ids)).toEqual(expected?.choices.map(({ token_ids: ids }) => ids));
  for (const [index, choice] of (actual?.choices ?? []).entries()) {
    const logprob = expected?.choices[index]?.logprobs?.token_logprobs[0] as number;
    expect(choice.logprobs?.token_logprobs[0]).toBeCloseTo(logprob, 5);
  }
});

test("a port in use is said so", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  const options = { modelDirectory: TINY, host: "127.0.0.1", port, device: "cpu", mode: "fast", workers: 1 } as const;
  await expect(startServer(options)).rejects.toMatchObject({
    code: "port_in_use",
    advice: expect.stringContaining("--port"),
  });
  holder.close();
});
