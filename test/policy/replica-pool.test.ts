import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { ServedWeights, WeightSync } from "../../src/policy/weight-sync.ts";
import { misbehavingServer, type Misbehaviour } from "./misbehaving-server.ts";
import { expected, GROUP, serviceOf, whole } from "./service-fixture.ts";

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

test("groups under new weights do not pile up at the replica that is switched first", async () => {
  const held: (() => void)[] = [];
  const hold: Misbehaviour = ({ response, body }) => void held.push(() => void response.end(whole(body.seed)));
  const servers = [await misbehavingServer(hold), await misbehavingServer(hold)];
  const sync: WeightSync = { way: "lora", load: (_, { directory }) => Promise.resolve({ model: directory ?? "base" }) };
  const [old, young] = [0, 1].map((policyVersion) => ({ policyVersion, directory: `/${policyVersion}` }));
  const urls = servers.map(({ url }) => url);
  const service = await serviceOf(urls, {
    chooseSync: () => Promise.resolve(sync),
    weights: old,
    timeouts: { firstByteMs: 60_000 },
  });
  const last = service.complete({ ...GROUP, n: 1, seed: 0 }, undefined, old);
  const groups = Array.from({ length: 8 }, (_, index) => ({ ...GROUP, seed: 1000 * (index + 1) }));
  const drawn = Promise.all(
    groups.map((group) => service.under(young as ServedWeights, () => service.complete(group, undefined, young))),
  );
  // Half of them go to the replica that is idle; the others wait for the one that samples under the old weights.
  await expect.poll(() => held.length).toBe(1 + 4 * 8);
  held[0]?.();
  await last;
  await expect.poll(() => held.length).toBe(1 + 8 * 8);
  for (const answer of held) answer();
  expect((await drawn).flat()).toHaveLength(8 * 8);
  const models = servers.map(({ arrivals }) => arrivals.map(({ body }) => body.model));
  expect(models.map((each) => each.filter((model) => model === "/1").length)).toEqual([4 * 8, 4 * 8]);
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

test("reports once a server that fails again and again, and one that was never there", async () => {
  const servers = [await misbehavingServer(), await misbehavingServer()];
  const gone = "http://127.0.0.1:9";
  const told: [string, string, string][] = [];
  const service = await serviceOf([...servers.map(({ url }) => url), gone], {
    onReplica: (...change) => void told.push(change),
  });
  expect(told).toEqual([[gone, "out", expect.any(String)]]);
  await service.complete(GROUP);
  servers[0]?.misbehave(({ response }) => void response.writeHead(500).end("{}"));
  for (let seed = 0; seed < 6; seed++) await service.complete({ ...GROUP, seed });
  await service.close();
  expect(told.slice(1)).toEqual([[servers[0]?.url, "out", expect.stringContaining("500")]]);
});

test("reports a server that sampled under other weights", async () => {
  const server = await misbehavingServer();
  const sync: WeightSync = { way: "lora", load: () => Promise.resolve({ model: "adapter" }) };
  const told: [string, string, string][] = [];
  const service = await serviceOf([server.url], {
    chooseSync: () => Promise.resolve(sync),
    weights: { policyVersion: 3, directory: "/export" },
    onReplica: (...change) => void told.push(change),
  });
  server.misbehave(({ number, response }) =>
    number === 1 ? void response.writeHead(404).end('{"error":{"message":"no model adapter"}}') : false,
  );
  await service.complete({ ...GROUP, n: 1 });
  expect(told).toEqual([[server.url, "out", expect.stringContaining("does not serve the policy any more")]]);
});
