import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { loadTokenizer } from "../../src/policy/onnx/tokenizer/tokenizer.ts";
import type { PolicyProcess } from "../../src/policy/policy-process.ts";
import { connectServer, type ServerConnection } from "../../src/policy/server-connection.ts";
import { probeServer, servedModels, type ServerOffers } from "../../src/policy/server-offers.ts";
import { checkProbe } from "../../src/policy/vllm/check-probe.ts";
import { startVllm } from "../../src/policy/vllm/start-vllm.ts";
import { chooseWeightSync } from "../../src/policy/weight-sync.ts";
import { FULL_OFFERS } from "../support/offers.ts";
import { makeExports, type Exports } from "./exports.ts";
import { MODEL } from "./parts.ts";

const ARGS = ["--dtype", "bfloat16", "--max-model-len", "512", "--max-num-seqs", "32"];
const { signal } = new AbortController();

let exports: Exports;
let vllm: PolicyProcess;
let server: ServerConnection;
let offers: ServerOffers;

beforeAll(async () => {
  exports = makeExports();
  // With adapters alone it would not open the endpoints that the other ways need.
  process.env["VLLM_SERVER_DEV_MODE"] = "1";
  vllm = await startVllm({ modelDirectory: exports.untied, args: ARGS, loraRank: 12 });
  server = connectServer(vllm);
  offers = await probeServer(server, signal);
});

afterAll(async () => {
  await server?.close();
  await vllm?.stop();
  exports?.remove();
});

const adapters = async (): Promise<string[]> =>
  (await servedModels(server, signal)).data.map(({ id }) => id).filter((id) => id.startsWith("rlvr-"));
const sync = (
  way: Parameters<typeof chooseWeightSync>[1],
  format: "weights" | "lora",
  namespace = "/runs/1",
): ReturnType<typeof chooseWeightSync> => chooseWeightSync({ ...offers, isCpu: false }, way, format, { namespace });
const weights = (policyVersion: number, name: Parameters<Exports["directory"]>[0] | undefined) => ({
  policyVersion,
  directory: name === undefined ? undefined : exports.directory(name),
});

test("offers all that a run needs", () => {
  expect(offers).toEqual({
    ...FULL_OFFERS,
    version: expect.stringMatching(/^0\./),
    root: exports.untied,
    maxModelLength: 512,
    isCpu: expect.any(Boolean),
  });
  expect(sync("auto", "lora").way).toBe("lora");
  expect(sync("reload", "weights").way).toBe("reload");
});

test("renders conversations as transformers and rlvr's own server do", async () => {
  const tokenizer = loadTokenizer(MODEL);
  for (const { messages, ids } of exports.chats) {
    const body = { model: "policy", messages, add_generation_prompt: true };
    const { tokens } = await server.ask("/tokenize", { body, schema: z.object({ tokens: z.array(z.int()) }) });
    expect(tokens).toEqual(ids);
    expect(tokenizer.encodeChat({ messages }, { addGenerationPrompt: true })).toEqual(ids);
  }
});

test("serves each version of an adapter under a name of its own, and the trainer's log-probabilities with it", async () => {
  const lora = sync("lora", "lora");
  const base = await lora.load(server, weights(0, undefined), signal);
  expect(base).toEqual({ model: "policy" });
  const first = await lora.load(server, weights(1, "lora-1"), signal);
  const one = await checkProbe(server, first.model, exports.probe("lora-1", "base"), signal);
  expect(one.verdict).toBe("fits");
  expect(one.meanAbs).toBeLessThan(one.parentMeanAbs / 2);
  const second = await lora.load(server, weights(2, "lora-2"), signal);
  expect(second.model).not.toBe(first.model);
  const two = await checkProbe(server, second.model, exports.probe("lora-2", "lora-1"), signal);
  console.log("probe of adapters", one, two);
  expect(await adapters()).toEqual([first.model, second.model]);
  await lora.release?.(server, 1, signal);
  expect(await adapters()).toEqual([second.model]);
  await lora.release?.(server, 2, signal);
  expect(await adapters()).toEqual([]);
});

test("does not pass for a server with the new adapter while it has the old one", async () => {
  const lora = sync("lora", "lora");
  const { model: old } = await lora.load(server, weights(1, "lora-1"), signal);
  await expect(checkProbe(server, old, exports.probe("lora-2", "lora-1"), signal)).rejects.toThrow(
    /still samples from the weights before/,
  );
  // A step that is smaller than the server's rounding cannot be told either way.
  const tiny = await checkProbe(server, "policy", exports.probe("lora-tiny", "base"), signal);
  console.log("probe of a tiny step that did not take", tiny);
  await expect(checkProbe(server, "policy", exports.probe("full", "lora-1"), signal)).rejects.toThrow(
    /does not sample from the trainer's weights/,
  );
  await lora.release?.(server, 1, signal);
});

test("goes on with adapters after the run was killed, and clears away those that nobody uses", async () => {
  const killed = sync("lora", "lora");
  await killed.load(server, weights(1, "lora-1"), signal);
  const { model: current } = await killed.load(server, weights(2, "lora-2"), signal);
  const other = sync("lora", "lora", "/runs/2");
  const { model: others } = await other.load(server, weights(1, "lora-1"), signal);
  const resumed = sync("lora", "lora");
  expect(await resumed.load(server, weights(2, "lora-2"), signal)).toEqual({ model: current });
  expect((await adapters()).toSorted()).toEqual([current, others].toSorted());
  // The same version from another directory, as after a rollback, replaces what was there.
  expect(await resumed.load(server, weights(2, "lora-1"), signal)).toEqual({ model: current });
  await checkProbe(server, current, exports.probe("lora-1", "lora-2"), signal);
  await resumed.release?.(server, 2, signal);
  await other.release?.(server, 1, signal);
  expect(await adapters()).toEqual([]);
});

test("says which rank to allow when an adapter is larger", async () => {
  await expect(sync("lora", "lora").load(server, weights(1, "lora-32"), signal)).rejects.toMatchObject({
    code: "policy_failed",
    retryable: false,
    advice: expect.stringContaining("--max-lora-rank 32"),
  });
  await expect(
    sync("lora", "lora").load(server, { policyVersion: 1, directory: "/nonexistent" }, signal),
  ).rejects.toMatchObject({ code: "policy_failed", advice: expect.stringContaining("same path") });
  expect(await adapters()).toEqual([]);
});

test("ends what runs under an adapter that is unloaded", async () => {
  const lora = sync("lora", "lora");
  const { model: name } = await lora.load(server, weights(1, "lora-1"), signal);
  const body = { model: name, prompt: [[1, 2, 3]], n: 1, seed: 1, temperature: 1, max_tokens: 200, min_tokens: 200 };
  const schema = z.object({ usage: z.object({ completion_tokens: z.int() }) });
  const running = server.ask("/v1/completions", { body, schema });
  await expect
    .poll(async () => /num_requests_running\{.*\} 1/.test(await server.ask("/metrics", { schema: z.string() })))
    .toBe(true);
  await lora.release?.(server, 1, signal);
  expect((await running).usage.completion_tokens).toBe(200);
});

test("reads all weights anew, once for each version, and goes back to the base", async () => {
  const reload = sync("reload", "weights");
  const running = server.ask("/v1/completions", {
    body: { model: "policy", prompt: [[1, 2, 3]], seed: 1, max_tokens: 60, min_tokens: 60 },
    schema: z.object({ usage: z.object({ completion_tokens: z.int() }) }),
  });
  expect(await reload.load(server, weights(1, "full"), signal)).toEqual({ model: "policy" });
  expect((await running).usage.completion_tokens).toBe(60);
  const comparison = await checkProbe(server, "policy", exports.probe("full", "base"), signal);
  console.log("probe of whole weights", comparison);
  const version = z.object({ weight_version: z.string() });
  const { weight_version: before } = await server.ask("/weight_info", { schema: version });
  expect(before).toMatch(/^rlvr-.*-v1$/);
  // Another process of the run finds them there: a path that does not exist is not even looked at.
  await sync("reload", "weights").load(server, { policyVersion: 1, directory: "/nonexistent" }, signal);
  await reload.load(server, weights(0, undefined), signal);
  await expect(checkProbe(server, "policy", exports.probe("full", "base"), signal)).rejects.toThrow(/still samples/);
  expect(await server.ask("/weight_info", { schema: version })).toEqual({ weight_version: "default" });
});

test("sleeps while the trainer works and wakes with its weights", async () => {
  const awake = { ...offers, sleep: true, isCpu: false };
  const asleep = z.object({ is_sleeping: z.boolean() });
  for (const [format, name] of [
    ["weights", "full"],
    ["lora", "lora-1"],
  ] as const) {
    const shared = chooseWeightSync(awake, "sleep", format, { namespace: "/runs/sleep" });
    await shared.suspend?.(server, signal);
    await shared.suspend?.(server, signal);
    expect(await server.ask("/is_sleeping", { schema: asleep })).toEqual({ is_sleeping: true });
    const { model: served } = await shared.load(server, weights(1, name), signal);
    expect(await server.ask("/is_sleeping", { schema: asleep })).toEqual({ is_sleeping: false });
    if (format === "weights") {
      await checkProbe(server, served, exports.probe("full", "base"), signal);
      await shared.load(server, weights(0, undefined), signal);
    } else await checkProbe(server, served, exports.probe("lora-1", "base"), signal);
    await shared.release?.(server, 1, signal);
  }
});
