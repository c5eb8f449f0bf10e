import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createVerifierPool, type VerifierPool } from "../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../src/verifiers/verdict.ts";
import { statuses } from "../support/misbehaving-verifier.ts";
import { isAlive, notedPids, waitForEnd } from "../support/processes.ts";

const REWARDS = fileURLToPath(new URL("fixtures/rewards.py", import.meta.url));
const PARENT = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-python-pool-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

describe("a reward function in a pool", () => {
  let pool: VerifierPool;
  beforeAll(() => {
    pool = createVerifierPool({ workers: 1 });
  });
  afterAll(() => pool.close());

  function judgeWith(name: string, responses: readonly string[], deadlineMs = 10_000): Promise<Verdict[]> {
    const items = responses.map((response) => ({ problem: {}, response, answer: "" }));
    const verifier = `python:${REWARDS}:${name}`;
    return pool.verifyGroup({ verifier, options: { python_memory_mb: 300 }, items, deadlineMs });
  }

  const verdicts = (responses: readonly string[], deadlineMs?: number): Promise<Verdict[]> =>
    judgeWith("misbehave", responses, deadlineMs);

  it("blames only the responses that are to blame", async () => {
    const group = ["right", "raise", "none", "exit", "nan", "wrong", "crash", "leak", "right"];
    const expected = ["ok", "error", "skipped", "error", "error", "ok", "error", "error", "ok"];
    expect(statuses(await verdicts(group))).toEqual(expected);
  });

  it("asks for a group once where one score is no number, and blames all for a list of another length", async () => {
    const counted = await judgeWith("count_calls", ["a", "nan", "b"]);
    expect(statuses(counted)).toEqual(["ok", "error", "ok"]);
    expect(counted[2]).toMatchObject({ score: 1 });
    expect(statuses(await judgeWith("too_few", ["a", "b"]))).toEqual(["error", "error"]);
    expect(statuses(await judgeWith("wants_more", ["a", "b"]))).toEqual(["error", "error"]);
  });

  it("ends what never ends at its deadline, and does not count the start of a new process", async () => {
    const path = join(folder, "pooled");
    const group = ["right", `spin:${path}`, "right", `spin in re:${path}`, `start a process:${path}`, "right"];
    expect(statuses(await verdicts(group, 700))).toEqual(["ok", "timeout", "ok", "timeout", "timeout", "ok"]);
  });

  it("keeps one process for all groups", async () => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    await verdicts([`spin:${first}`], 300);
    await verdicts(["right"]);
    await verdicts([`spin:${second}`], 300);
    const [[worker], [sameWorker]] = [await notedPids(first), await notedPids(second)];
    expect(worker).toBe(sameWorker);
  });

  it("does not load a file within a deadline", async () => {
    const file = fileOf("slow.py", "import time\ntime.sleep(1)\ndef reward(completions): return [1.0]\n");
    const call = {
      verifier: `python:${file}:reward`,
      items: [{ problem: {}, response: "", answer: "" }],
      deadlineMs: 300,
    };
    expect(statuses(await pool.verifyGroup(call))).toEqual(["ok"]);
  });

  it("says why a file does not load, and what to do", async () => {
    const file = fileOf("pooled-lack.py", "import no_such_module\nreward = 1");
    const call = {
      verifier: `python:${file}:reward`,
      items: [{ problem: {}, response: "", answer: "" }],
      deadlineMs: 300,
    };
    await expect(pool.verifyGroup(call)).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringContaining("no_such_module"),
      advice: expect.stringContaining("`interpreter`"),
    });
  });

  it("still judges a thousand ordinary responses", async () => {
    const many = await verdicts(Array.from({ length: 1000 }, () => "right"));
    expect(many.filter((verdict) => verdict.status === "ok" && verdict.passed)).toHaveLength(1000);
  });
});

describe("when a parent is killed", () => {
  const verifier = `python:${REWARDS}:misbehave`;

  it.each(["spin", "spin in re", "start a process"])("no Python process is left: %s", async (action) => {
    const path = join(folder, `orphan ${action}`);
    const parent = spawn(process.execPath, [PARENT, verifier, `${action}:${path}`], { stdio: "ignore" });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const pids = await notedPids(path);
    expect(pids.every(isAlive)).toBe(true);
    parent.kill("SIGKILL");
    await Promise.all(pids.map(waitForEnd));
  });

  it("nor when it is the worker", async () => {
    const path = join(folder, "orphan of a worker");
    const parent = spawn(process.execPath, [PARENT, verifier, `spin in re:${path}`], { stdio: "ignore" });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [worker = 0, ...pids] = await notedPids(path);
    expect(pids.every(isAlive)).toBe(true);
    process.kill(worker, "SIGKILL");
    await Promise.all(pids.map(waitForEnd));
  });
});
