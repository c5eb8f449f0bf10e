import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVerifierPool, type VerifierPool } from "../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../src/verifiers/verdict.ts";
import { judgeMisbehaving as judge, statuses, workerPid } from "../support/misbehaving-verifier.ts";

const GROUP_MODULE = fileURLToPath(new URL("fixtures/group.ts", import.meta.url));

describe("verifyGroup", () => {
  let pool: VerifierPool;
  beforeAll(() => {
    pool = createVerifierPool({ workers: 1 });
  });
  afterAll(() => pool.close());

  it("gives verdicts in order, with defaults for what the verifier leaves out", async () => {
    const verdicts = await judge(pool, ["right", "wrong", "partial"]);
    expect(verdicts).toMatchObject([
      { status: "ok", passed: true, score: 1, extracted: null, details: null },
      { status: "ok", passed: false, score: 0 },
      { status: "ok", passed: false, score: 0.25, extracted: "a quarter", details: { arm: "sums" } },
    ]);
    for (const { runMs, queueMs } of verdicts) {
      expect(runMs).toBeGreaterThanOrEqual(0);
      expect(queueMs).toBeGreaterThan(0);
    }
  });

  it("judges nothing of an empty group", async () => {
    expect(await judge(pool, [])).toEqual([]);
  });

  it("turns what is thrown into an error with its stack, and leaves the others alone", async () => {
    const verdicts = await judge(pool, ["right", "throw", "right"]);
    expect(statuses(verdicts)).toEqual(["ok", "error", "ok"]);
    expect(verdicts[1]).toMatchObject({ error: expect.stringMatching(/thrown on purpose[\s\S]*misbehaving\.ts:\d+/) });
  });

  it("refuses results that are no verdict", async () => {
    const verdicts = await judge(pool, ["score NaN", "details with a cycle"]);
    expect(verdicts[0]).toMatchObject({ status: "error", error: expect.stringContaining("score") });
    expect(verdicts[1]).toMatchObject({ status: "error", error: expect.stringContaining("no JSON") });
  });

  it("kills a spin at its deadline and still judges its group mates", async () => {
    const verdicts = await judge(pool, ["right", "spin", "wrong", "spin and ignore SIGTERM", "right"], 500);
    expect(statuses(verdicts)).toEqual(["ok", "timeout", "ok", "timeout", "ok"]);
    expect(verdicts[1]?.runMs).toBeGreaterThanOrEqual(500);
  });

  it("ends a wait at its deadline, whether or not it listens to the signal", async () => {
    const verdicts = await judge(pool, ["hang", "wait for the signal", "right"], 500);
    expect(statuses(verdicts)).toEqual(["timeout", "timeout", "ok"]);
  });

  it("gives every item its own deadline", async () => {
    const verdicts = await judge(pool, ["be slow", "be slow", "be slow", "be slow"], 700);
    expect(statuses(verdicts)).toEqual(["ok", "ok", "ok", "ok"]);
  });

  it("blames a dead process on the item that killed it, with its exit code and last words", async () => {
    const verdicts = await judge(pool, ["right", "exit", "right", "exit", "wrong"]);
    expect(statuses(verdicts)).toEqual(["ok", "error", "ok", "error", "ok"]);
    expect(verdicts[1]).toMatchObject({ error: expect.stringMatching(/exit code 3[\s\S]*last words/) });
  });

  it("blames a rejection that nobody handles on the item that left it behind", async () => {
    const verdicts = await judge(pool, ["right", "leave a rejection", "right"]);
    expect(statuses(verdicts)).toEqual(["ok", "error", "ok"]);
    expect(verdicts[1]).toMatchObject({ error: expect.stringContaining("left behind") });
  });

  it("does not blame an item for what one before it left behind", async () => {
    expect(statuses(await judge(pool, ["leave a bomb", "be slow", "right"]))).toEqual(["ok", "ok", "ok"]);
  });

  it("survives a verifier that runs out of memory", async () => {
    const leaks = ["run out of memory", "run out of memory outside of the heap"];
    const verdicts = await judge(pool, ["right", ...leaks, "right"], 60_000);
    expect(statuses(verdicts)).toEqual(["ok", "error", "error", "ok"]);
    for (const verdict of verdicts.slice(1, 3))
      expect(verdict).toMatchObject({ error: expect.stringMatching(/MiB of memory, over its cap of 300 MiB/) });
  });

  it("cuts output that would fill the database", async () => {
    expect(await judge(pool, ["extract too much", "too many details"])).toMatchObject([
      { status: "ok", extracted: expect.stringMatching(/^x{1000}… \(20000 characters, sha256 [0-9a-f]{64}\)$/) },
      { status: "ok", details: { omitted: "more than 65536 characters of JSON" } },
    ]);
  });

  it("stands what no module should return, throw or send to the orchestrator", async () => {
    const responses = ["details too deep", "throw a trap", "send messages of its own", "right"];
    expect(await judge(pool, responses)).toMatchObject([
      { status: "ok", details: { omitted: expect.stringContaining("100 levels") } },
      { status: "error", error: expect.stringContaining("cannot be described"), attempts: 1 },
      { status: "ok", passed: false },
      { status: "ok", passed: true },
    ]);
  });

  it("skips what the verifier has nothing to say of", async () => {
    expect(await judge(pool, ["say nothing"])).toMatchObject([{ status: "skipped", attempts: 1 }]);
  });

  it("tries again what may pass: a service that does not answer thrice, a death once, what is thrown never", async () => {
    const verdicts = await judge(pool, ["right", "fail to connect", "throw", "exit"]);
    expect(verdicts.map(({ status, attempts }) => [status, attempts])).toEqual([
      ["ok", 1],
      ["error", 3],
      ["error", 1],
      ["error", 2],
    ]);
    const [verdict] = await judge(pool, ["fail to connect at first"]);
    expect(verdict).toMatchObject({ status: "ok", passed: true, attempts: 2 });
  });

  it("does not take its own business for the worker's: a blocked orchestrator makes no timeouts", async () => {
    const verdicts = judge(pool, ["be slow", "be slow", "right"], 1000);
    await sleep(100);
    const until = performance.now() + 2500;
    while (performance.now() < until);
    expect(statuses(await verdicts)).toEqual(["ok", "ok", "ok"]);
  });

  it("goes on when an idle worker was killed", async () => {
    process.kill(await workerPid(pool), "SIGKILL");
    await sleep(100);
    expect(statuses(await judge(pool, ["right"]))).toEqual(["ok"]);
  });

  it("checks the name and the options before any process has to", async () => {
    const items = [{ problem: {}, response: "1", answer: "1" }];
    await expect(pool.verifyGroup({ verifier: "numerik", items, deadlineMs: 1000 })).rejects.toMatchObject({
      code: "unknown_name",
      advice: expect.stringContaining('"numeric"'),
    });
    const call = { verifier: "numeric", options: { absolut: 1 }, items, deadlineMs: 1000 };
    await expect(pool.verifyGroup(call)).rejects.toMatchObject({
      code: "bad_recipe",
      message: expect.stringContaining('did you mean "absolute"'),
    });
  });

  it("gives options to the verifier", async () => {
    const items = [{ problem: {}, response: "about 41.5", answer: "42" }];
    const call = { verifier: "numeric", items, deadlineMs: 1000 };
    expect(await pool.verifyGroup({ ...call, options: { absolute: 0.5 } })).toMatchObject([{ passed: true }]);
    expect(await pool.verifyGroup({ ...call, options: { absolute: 0.4 } })).toMatchObject([{ passed: false }]);
  });
});

describe("a verifier that judges groups", () => {
  let pool: VerifierPool;
  beforeAll(() => {
    pool = createVerifierPool({ workers: 1 });
  });
  afterAll(() => pool.close());

  const judgeAsGroup = (responses: readonly string[]): Promise<Verdict[]> =>
    pool.verifyGroup({
      verifier: GROUP_MODULE,
      items: responses.map((response) => ({ problem: {}, response, answer: "right" })),
      deadlineMs: 500,
    });
  const extracted = (verdicts: readonly Verdict[]) =>
    verdicts.map((verdict) => (verdict.status === "ok" ? verdict.extracted : verdict.status));

  it("is given the whole group", async () => {
    expect(extracted(await judgeAsGroup(["right", "wrong", "right"]))).toEqual(["of 3", "of 3", "of 3"]);
    expect(extracted(await judgeAsGroup(["right"]))).toEqual(["alone"]);
  });

  it.each(["throw", "spin", "hang", "exit"])("judges each alone when the call fails: %s", async (bad) => {
    const [first, second, third] = await judgeAsGroup(["right", bad, "wrong"]);
    expect([first, third]).toMatchObject([
      { status: "ok", passed: true, extracted: "alone" },
      { status: "ok", passed: false, extracted: "alone" },
    ]);
    expect(second?.status).toBe({ throw: "error", spin: "timeout", hang: "timeout", exit: "error" }[bad]);
  });

  it.each([
    ["give too few", "returned 2 results for a group of 3"],
    ["give too many", "returned 4 results for a group of 3"],
    ["give nothing", "no list of results but undefined"],
    ["throw of the group", "thrown of the group"],
  ])("judges none alone when the call returned for all: %s", async (bad, message) => {
    const verdicts = await judgeAsGroup(["right", bad, "wrong"]);
    expect(verdicts.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ status: "error", error: expect.stringContaining(message) as unknown });
  });

  it.each([
    ["give NaN", "score"],
    ["give an error", "no judgement of it"],
    ["give a hole", "no result"],
  ])("keeps the verdicts of the others when one has none: %s", async (bad, message) => {
    const [first, second, third] = await judgeAsGroup(["right", bad, "wrong"]);
    expect([first, third]).toMatchObject([
      { status: "ok", passed: true, extracted: "of 3" },
      { status: "ok", passed: false, extracted: "of 3" },
    ]);
    expect(second).toMatchObject({
      status: "error",
      attempts: 1,
      error: expect.stringContaining(message) as unknown,
    });
  });
});
