import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { messageOf } from "../../src/core/errors.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { probeServer } from "../../src/policy/server-offers.ts";
import { checkProbe } from "../../src/policy/vllm/check-probe.ts";
import { createReload } from "../../src/policy/vllm/reload-sync.ts";
import { startVllm } from "../../src/policy/vllm/start-vllm.ts";
import { chooseWeightSync } from "../../src/policy/weight-sync.ts";
import { isAlive } from "../support/processes.ts";
import { makeExports } from "./exports.ts";
import { MODEL } from "./parts.ts";

const { signal } = new AbortController();

test("tells the end of its output when it does not start", async () => {
  await expect(startVllm({ modelDirectory: MODEL, args: ["--no-such-flag"] })).rejects.toMatchObject({
    code: "policy_failed",
    message: expect.stringContaining("--no-such-flag"),
  });
});

test("ends when its start is aborted, and leaves nothing in the temporary folder", async () => {
  const abort = new AbortController();
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("rlvr-model-"));
  const starting = startVllm({
    modelDirectory: MODEL,
    weights: MODEL,
    signal: abort.signal,
    onLine: () => abort.abort(new Error("enough")),
  });
  await expect(starting).rejects.toThrow("enough");
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith("rlvr-model-"))).toEqual(before);
});

test("serves the weights of an export in place of the model's, is refused for what it lacks, and ends with its parent", async () => {
  const exports = makeExports();
  onTestFinished(() => exports.remove());
  const options = {
    modelDirectory: MODEL,
    weights: exports.directory("full"),
    args: ["--dtype", "bfloat16", "--max-model-len", "512", "--logprobs-mode", "raw_logprobs", "--max-logprobs", "20"],
  };
  const parent = fork(fileURLToPath(new URL("fixtures/parent.ts", import.meta.url)), [JSON.stringify(options)], {
    execArgv: [],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [{ pid, ...address }] = (await once(parent, "message")) as [{ url: string; apiKey: string; pid: number }];
  const server = connectServer(address);
  onTestFinished(() => server.close());
  const offers = await probeServer(server, signal);
  expect(offers).toMatchObject({ processedLogprobs: false, seeds: true, manyLogprobs: false, lora: "no endpoint" });
  expect(() => chooseWeightSync(offers, "auto", "lora", { namespace: "/runs/1" })).toThrow(/cannot reach/);

  await checkProbe(server, "policy", exports.probe("full", "base"), signal);
  await expect(checkProbe(server, "policy", exports.probe("base", "full"), signal)).rejects.toThrow(/still samples/);
  // vLLM's CPU build keeps the old output layer where that shares the embedding's weights: the probe finds it out.
  await createReload(offers, "/runs/1").work(server, { policyVersion: 1, directory: MODEL }, signal);
  const outcome = await checkProbe(server, "policy", exports.probe("base", "full"), signal).catch(messageOf);
  const mixed = expect.stringContaining("does not sample from the trainer's weights");
  const whole = expect.objectContaining({ verdict: "fits" });
  expect(outcome).toEqual(offers.isCpu === true ? mixed : whole);
  expect(isAlive(-pid)).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => isAlive(-pid), { timeout: 20_000 }).toBe(false);
});
