import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { misbehavingServer } from "./misbehaving-server.ts";
import { expected, GROUP, QUICK, serviceOf } from "./service-fixture.ts";

test("sends no request after it was closed, even where it waited to retry", async () => {
  const dead = await misbehavingServer(({ response }) => void response.socket?.destroy());
  const silent = await misbehavingServer(() => {});
  const patience = { ...QUICK.patience, outageMs: 60_000 };
  for (const server of [dead, silent]) {
    const service = await serviceOf([server.url], { patience, timeouts: { firstByteMs: 60_000 } });
    const drawn = service.complete(GROUP);
    drawn.catch(() => undefined);
    await expect.poll(() => server.arrivals.length).toBeGreaterThan(GROUP.n - 1);
    await service.close();
    await expect(drawn).rejects.toMatchObject({ code: "interrupted" });
    // What was on its way arrives.
    await sleep(20);
    const { length } = server.arrivals;
    await sleep(5 * QUICK.patience.longestDelayMs);
    expect(server.arrivals).toHaveLength(length);
  }
});

test("ends the requests of one call alone when its own signal aborts", async () => {
  const server = await misbehavingServer(({ body }) => body.seed >= 1000);
  const service = await serviceOf([server.url], { timeouts: { firstByteMs: 60_000 } });
  const own = new AbortController();
  const drawn = service.complete({ ...GROUP, seed: 1000 }, own.signal);
  await expect.poll(() => server.arrivals.length).toBe(GROUP.n);
  own.abort(new Error("enough"));
  await expect(drawn).rejects.toThrow();
  expect(await service.complete(GROUP)).toEqual(expected(GROUP));
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
