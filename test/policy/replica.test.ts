import { expect, onTestFinished, test } from "vitest";
import type { CompletionRequest } from "../../src/policy/policy-client.ts";
import { ReplicaFailure } from "../../src/policy/replica-failure.ts";
import type { ReplicaSource } from "../../src/policy/replica-source.ts";
import { Replica } from "../../src/policy/replica.ts";
import type { WeightSync } from "../../src/policy/weight-sync.ts";
import { misbehavingServer } from "./misbehaving-server.ts";

const REQUEST: CompletionRequest = {
  promptIds: [1, 2],
  n: 1,
  seed: 3,
  temperature: 1,
  topP: 1,
  topK: 0,
  maxTokens: 5,
};
const { signal } = new AbortController();

/** A replica at a server, with what its source was told each time that it was opened. */
function replicaAt(url: string, sync?: WeightSync) {
  const told: unknown[] = [];
  const source: ReplicaSource = {
    name: "test",
    open(failure) {
      told.push(failure);
      return Promise.resolve({ url, timeouts: { firstByteMs: 100 } });
    },
    close: () => Promise.resolve(),
  };
  const replica = new Replica(source, sync && { policyVersion: 0, directory: undefined }, {
    breaker: { failures: 2, restMs: 1, longestRestMs: 1 },
    cacheSalt: "salt",
    signal,
    ...(sync && { chooseSync: () => Promise.resolve(sync) }),
  });
  onTestFinished(() => replica.close());
  return { replica, told };
}

test("a request that takes too long does not make a server doubtful that is well, until it goes on like that", async () => {
  const server = await misbehavingServer();
  const { replica, told } = replicaAt(server.url);
  server.misbehave(() => true);
  await expect(replica.complete(REQUEST)).rejects.toMatchObject({ kind: "silent" });
  server.misbehave(() => false);
  await replica.complete(REQUEST);
  expect(told).toEqual([undefined, undefined]);
  server.misbehave(() => true);
  await expect(replica.complete(REQUEST)).rejects.toMatchObject({ kind: "silent" });
  await expect(replica.complete(REQUEST)).rejects.toMatchObject({ kind: "silent" });
  server.misbehave(() => false);
  await expect
    .poll(() =>
      replica.complete(REQUEST).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  expect(told.at(-1)).toBeInstanceOf(ReplicaFailure);
});

test("versions that could not be let go of are let go of after a later load", async () => {
  const server = await misbehavingServer();
  const released: number[] = [];
  let works = false;
  const sync: WeightSync = {
    way: "lora",
    load: () => Promise.resolve({ model: "adapter" }),
    release(_, policyVersion) {
      if (!works) return Promise.reject(new ReplicaFailure("failed", "no", { advice: "" }));
      released.push(policyVersion);
      return Promise.resolve();
    },
  };
  const { replica } = replicaAt(server.url, sync);
  await replica.load({ policyVersion: 1, directory: "/1" });
  await expect(replica.load({ policyVersion: 2, directory: "/2" })).rejects.toThrow("no");
  works = true;
  await replica.load({ policyVersion: 3, directory: "/3" });
  expect(released).toEqual([1, 2]);
});

test("waits for its requests before it lends its accelerator, and not where it lends none", async () => {
  const server = await misbehavingServer();
  const order: string[] = [];
  const sync: WeightSync = { way: "lora", load: () => Promise.resolve({ model: "adapter" }) };
  const suspend = (): Promise<void> => {
    order.push("lent");
    return Promise.resolve();
  };
  for (const way of [sync, { ...sync, suspend }]) {
    const { replica } = replicaAt(server.url, way);
    const begun = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const running = replica.use(async () => {
      begun.resolve();
      await answer.promise;
      order.push("answered");
    });
    await begun.promise;
    const suspended = replica.suspend().then(() => order.push("suspended"));
    if (way === sync) await suspended;
    answer.resolve();
    await Promise.all([running, suspended]);
  }
  expect(order).toEqual(["suspended", "answered", "answered", "lent", "suspended"]);
});
