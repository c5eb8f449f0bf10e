import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createVerifierPool, type VerifierPool } from "../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../src/verifiers/verdict.ts";
import { isAlive, waitForEnd } from "../support/processes.ts";

const MODULE = fileURLToPath(new URL("fixtures/misbehaving.ts", import.meta.url));
const GROUP_MODULE = fileURLToPath(new URL("fixtures/group.ts", import.meta.url));
const PARENT = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));

function judge(pool: VerifierPool, responses: readonly string[], deadlineMs = 10_000): Promise<Verdict[]> {
  const items = responses.map((response) => ({ problem: { arm: "sums" }, response, answer: "right" }));
  return pool.verifyGroup({ verifier: MODULE, items, deadlineMs, memoryMb: 300 });
}

/** A process with a pool of one worker: writes its pid, gives it a response to judge, and writes that this is done. */
function startParent(response: string): ChildProcessByStdio<null, Readable, null> {
  const parent = spawn(process.execPath, [PARENT, MODULE, response], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  return parent;
}

async function workerPid(pool: VerifierPool): Promise<number> {
  const [verdict] = await judge(pool, ["pid"]);
  return Number(verdict?.status === "ok" ? verdict.extracted : Number.NaN);
}

const statuses = (verdicts: readonly Verdict[]): string[] => verdicts.map((verdict) => verdict.status);

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
      { status: "ok", details: { omitted: "100002 characters of JSON" } },
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

  it.each(["throw", "spin", "hang", "exit", "give too few"])(
    "judges each alone when the group fails: %s",
    async (bad) => {
      const [first, second, third] = await judgeAsGroup(["right", bad, "wrong"]);
      expect([first, third]).toMatchObject([
        { status: "ok", passed: true, extracted: "alone" },
        { status: "ok", passed: false, extracted: "alone" },
      ]);
      const status = { throw: "error", spin: "timeout", hang: "timeout", exit: "error", "give too few": "ok" }[bad];
      expect(second?.status).toBe(status);
    },
  );
});

describe("a verifier that was found good", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rlvr-pool-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const verifierText = (limit: number, load = "") =>
    `${load} export default { name: "own", version: "1", options: { safeParse: (data) => ({ success: true, data }) },
      verify: ({ response }) => { if (response === "exit") process.exit(3); return { passed: Number(response) > ${limit} }; } };`;
  const items = (...responses: string[]) => responses.map((response) => ({ problem: {}, response, answer: "" }));

  it("ends the work when its source is changed meanwhile, rather than mix verdicts of both", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const verifier = join(folder, "changed.mjs");
    writeFileSync(verifier, verifierText(1));
    const call = { verifier, deadlineMs: 1000 };
    expect(statuses(await pool.verifyGroup({ ...call, items: items("2") }))).toEqual(["ok"]);
    writeFileSync(verifier, verifierText(3));
    await expect(pool.verifyGroup({ ...call, items: items("exit", "2") })).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringContaining("changed while it was in use"),
    });
    await pool.close();
  });

  it("gives errors, and no end of the work, when it does not load again", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const verifier = join(folder, "once.mjs");
    const load = `import { existsSync, writeFileSync } from "node:fs";
      const note = ${JSON.stringify(join(folder, "loaded"))};
      if (existsSync(note)) throw new Error("not again");
      writeFileSync(note, "");`;
    writeFileSync(verifier, verifierText(1, load));
    const verdicts = await pool.verifyGroup({ verifier, deadlineMs: 1000, items: items("2", "exit", "2") });
    expect(statuses(verdicts)).toEqual(["ok", "error", "error"]);
    expect(verdicts[2]).toMatchObject({ error: expect.stringContaining("not again") });
    await pool.close();
  });

  it("is not taken down by what another left in its worker: memory over its cap, or a late exception", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const call = { verifier: "numeric", deadlineMs: 10_000 };
    await pool.verifyGroup({ ...call, items: items("1"), memoryMb: 400 });
    await pool.verifyGroup({ verifier: MODULE, items: items("hold memory"), deadlineMs: 10_000, memoryMb: 1000 });
    expect(
      statuses(await pool.verifyGroup({ ...call, items: [{ ...items("1")[0]!, answer: "1" }], memoryMb: 400 })),
    ).toEqual(["ok"]);
    await pool.close();
  });
});

describe("cancelling", () => {
  it("rejects with the signal's reason, kills what runs and drops what waits", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const pid = await workerPid(pool);
    const abort = new AbortController();
    const call = { verifier: MODULE, deadlineMs: 60_000, items: [{ problem: {}, response: "spin", answer: "" }] };
    const running = pool.verifyGroup(call, abort.signal);
    const waiting = pool.verifyGroup(call, abort.signal);
    const reason = new Error("no longer needed");
    setTimeout(() => abort.abort(reason), 200);
    await expect(running).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    await waitForEnd(pid);
    expect(statuses(await judge(pool, ["right"]))).toEqual(["ok"]);
    await pool.close();
  });
});

describe("processes", () => {
  it("close leaves none, busy or idle, and rejects what was under way", async () => {
    const pool = createVerifierPool({ workers: 2 });
    const pids = await Promise.all([workerPid(pool), workerPid(pool)]);
    const busy = judge(pool, ["spin and ignore SIGTERM"], 60_000);
    const rejected = expect(busy).rejects.toMatchObject({ code: "interrupted" });
    await sleep(100);
    await pool.close();
    await rejected;
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("what a verifier started ends with its worker: killed at a deadline, closed, or left by a killed orchestrator", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const folder = mkdtempSync(join(tmpdir(), "rlvr-pool-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const note = join(folder, "pid");
    const item = { problem: {}, response: "start a process and spin", answer: note };
    const [late] = await pool.verifyGroup({ verifier: MODULE, items: [item], deadlineMs: 500 });
    expect(late?.status).toBe("timeout");
    await waitForEnd(Number(readFileSync(note, "utf8")));
    const [started] = await judge(pool, ["start a process"]);
    const pid = Number(started?.status === "ok" ? started.extracted : Number.NaN);
    expect(isAlive(pid)).toBe(true);
    await pool.close();
    await waitForEnd(pid);
  });

  it("closes when a worker had died while idle", async () => {
    const pool = createVerifierPool({ workers: 1 });
    const pid = await workerPid(pool);
    process.kill(pid, "SIGKILL");
    await waitForEnd(pid);
    await expect(pool.close()).resolves.toBeUndefined();
  });

  it.each([
    ["idle", ""],
    ["spinning", "spin and ignore SIGTERM"],
  ])("a killed orchestrator leaves no orphan: %s worker", async (_, response) => {
    const parent = startParent(response);
    const worker = Number((await createInterface(parent.stdout)[Symbol.asyncIterator]().next()).value);
    expect(isAlive(worker)).toBe(true);
    if (response !== "") await sleep(300);
    parent.kill("SIGKILL");
    await waitForEnd(worker);
    expect(isAlive(worker)).toBe(false);
  });

  it("what a verifier prints does not reach the orchestrator's stdout", async () => {
    const parent = startParent("print");
    const lines: string[] = [];
    for await (const line of createInterface(parent.stdout)) {
      lines.push(line);
      if (line === "done") parent.kill("SIGKILL");
    }
    expect(lines).toEqual([expect.stringMatching(/^\d+$/), "done"]);
  });
});
