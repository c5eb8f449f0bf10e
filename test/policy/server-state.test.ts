import { expect, test } from "vitest";
import type { Tensor } from "../../src/core/safetensors.ts";
import { post, request, sample, servedTiny, writeExport } from "./policy-fixture.ts";

test("new weights are served from the next completion on, and the old ones again after another load", async () => {
  const { server, client, load } = await servedTiny();
  const before = await client.complete(request());
  await load(
    writeExport(3, (tensors) => tensors["head"]?.data.fill(0 as never)),
    3,
  );
  expect((await client.describe()).policyVersion).toBe(3);
  const after = await client.complete(request());
  // A head of zeros makes every token as likely as any other.
  for (const { logprobs } of after) for (const logprob of logprobs) expect(logprob).toBeCloseTo(-Math.log(24), 9);
  await load(
    writeExport(4, () => {}),
    4,
  );
  expect(await client.complete(request())).toEqual(before.map((each) => ({ ...each, policyVersion: 4 })));
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain("rlvr_policy_weight_loads_total 2");
});

test("an export that does not fit is refused and the old weights stay", async () => {
  const { client, load } = await servedTiny();
  const before = await client.complete(request());
  const reshape = (tensors: Record<string, Tensor>): void => {
    const head = tensors["head"] as Tensor;
    tensors["head"] = { ...head, shape: [...head.shape].reverse() };
  };
  const diverge = (tensors: Record<string, Tensor>): void => void tensors["head"]?.data.fill(Number.NaN as never);
  for (const [directory, message] of [
    [writeExport(1, () => {}, "0".repeat(64)), /has sha256 .* its manifest says 000/],
    [writeExport(1, reshape), /parameter head has shape/],
    [writeExport(1, (tensors) => delete tensors["head"]), /tensor head is missing/],
    [writeExport(1, diverge), /NaN/],
    [writeExport(2, () => {}), /holds policy version 2, not 1/],
  ] as const) {
    await expect(load(directory, 1)).rejects.toMatchObject({
      code: "bad_checkpoint",
      retryable: false,
      message: expect.stringMatching(message),
    });
  }
  expect((await client.describe()).policyVersion).toBe(0);
  expect(await client.complete(request())).toEqual(before);
});

test("completions running while weights are loaded end under the old ones, later ones start under the new", async () => {
  const { server, load } = await servedTiny();
  const directory = writeExport(7, (tensors) => tensors["head"]?.data.fill(0 as never));
  const body = { prompt: [4, 5, 12, 6], n: 200, seed: 1, temperature: 1, max_tokens: 20 };
  const early = sample(server.url, body);
  const loading = load(directory, 7);
  const late = Array.from({ length: 10 }, () => sample(server.url, body));
  await loading;
  for (const answer of [await early, ...(await Promise.all(late)), await sample(server.url, body)]) {
    const logprobs = answer.choices.flatMap((choice) => choice.logprobs?.token_logprobs ?? []);
    const isNew = logprobs.every((logprob) => Math.abs(logprob + Math.log(24)) < 1e-9);
    expect(answer.policy_version).toBe(isNew ? 7 : 0);
  }
});

test("a paused server keeps completions waiting until it is resumed", async () => {
  const { server, client } = await servedTiny();
  const expected = await client.complete(request());
  expect((await post(server.url, "/pause?mode=wait", {})).status).toBe(200);
  const waiting = client.complete(request());
  await expect
    .poll(async () => (await fetch(`${server.url}/metrics`)).text())
    .toContain("rlvr_policy_requests_waiting 1");
  expect(await (await fetch(`${server.url}/is_paused`)).json()).toEqual({ is_paused: true });
  await post(server.url, "/resume", {});
  expect(await waiting).toEqual(expected);
  expect(await (await fetch(`${server.url}/is_paused`)).json()).toEqual({ is_paused: false });
});

test("a pause that aborts ends running completions with what they have", async () => {
  const { server, client } = await servedTiny(1);
  const work = Array.from({ length: 20 }, (_, seed) => client.complete(request({ n: 256, seed, maxTokens: 28 })));
  const outcomes = Promise.allSettled(work);
  await expect
    .poll(async () => (await fetch(`${server.url}/metrics`)).text())
    .not.toContain("rlvr_policy_requests_running 0");
  await post(server.url, "/pause?mode=abort", {});
  await post(server.url, "/resume", {});
  const rejected = (await outcomes).filter((outcome) => outcome.status === "rejected");
  expect(rejected.length).toBeGreaterThan(0);
  for (const { reason } of rejected) expect(reason).toMatchObject({ code: "policy_failed", retryable: true });
  expect(await client.complete(request())).toHaveLength(2);
});

test("a client that leaves frees what its request held", async () => {
  const { server, client } = await servedTiny(1);
  await post(server.url, "/pause?mode=wait", {});
  const leaving = new AbortController();
  const left = client.complete(request(), leaving.signal);
  const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
  await expect.poll(metrics).toContain("rlvr_policy_requests_waiting 1");
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: "interrupted" });
  await expect.poll(metrics).toContain("rlvr_policy_requests_waiting 0");
});
