import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createVerifierPool } from "../../src/verifiers/pool/pool.ts";
import {
  judgeMisbehaving as judge,
  MISBEHAVING as MODULE,
  statuses,
  workerPid,
} from "../support/misbehaving-verifier.ts";
import { isAlive, waitForEnd } from "../support/processes.ts";

const PARENT = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));

/** A process with a pool of one worker: writes its pid, gives it a response to judge, and writes that this is done. */
function startParent(response: string): ChildProcessByStdio<null, Readable, null> {
  const parent = spawn(process.execPath, [PARENT, MODULE, response], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  return parent;
}

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
