import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RunRow } from "../tracking/runs.ts";
import { readRunFiles, readTrainerFiles, tokenAdvantages } from "./serve-parts.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-serve-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the advantages of tokens", () => {
  const runOf = (objective: unknown): RunRow => ({ recipe: { objective } }) as RunRow;
  const rollout = { advantage: 0.5, logprobs: [-1, -2], teacherLogprobs: [-1.5, -1] };

  it("are the rollout's own without a teacher's credit", () => {
    expect(tokenAdvantages(runOf({ name: "grpo" }), rollout)).toEqual([0.5, 0.5]);
  });

  it("differ from token to token with it, as in the batch", () => {
    expect(tokenAdvantages(runOf({ name: "grpo", teacher_coef: 2 }), rollout)).toEqual([0.5 - 2 * 0.5, 0.5 + 2 * 1]);
    expect(tokenAdvantages(runOf({ name: "distillation" }), rollout)).toEqual([0, 1.5]);
  });
});

describe("what a trainer left on disk", () => {
  const epoch = join(folder, "db-runs/3/trainer/epoch-2");
  mkdirSync(epoch, { recursive: true });
  const read = () => readTrainerFiles(join(folder, "db.db"), 3, 2);

  it("is nothing where there is nothing", () => {
    expect(readTrainerFiles(join(folder, "db.db"), 3, 1)).toEqual({ heartbeat: null, log: null });
  });

  it("is its heartbeat with its age, and the end of its log from a whole line on", () => {
    writeFileSync(
      join(epoch, "heartbeat.json"),
      JSON.stringify({ counter: 7, phase: "training", progress: {}, policy_version: 1 }),
    );
    writeFileSync(join(epoch, "trainer.log"), Array.from({ length: 5000 }, (_, line) => `line ${line}\n`).join(""));
    const { heartbeat, log } = read();
    expect(heartbeat).toMatchObject({ counter: 7, phase: "training", ageSeconds: expect.any(Number) as unknown });
    expect(log).toMatch(/^line \d+\n/);
    expect(log).toMatch(/line 4999\n$/);
    expect(log?.length).toBeLessThanOrEqual(16_384);
  });
});

describe("the log of a run's policy server", () => {
  const read = () => readRunFiles(join(folder, "db.db"), 3);
  const path = join(folder, "db-runs/3/policy-server.log");

  it("is none where the run started no server", () => {
    expect(read()).toEqual({ folder: join(folder, "db-runs/3"), serverLog: null });
  });

  it("is its end without what a terminal acts on", () => {
    writeFileSync(path, `${"an old line\n".repeat(5000)}load 1%\rload 100%\n\u001B[31mred\u001B[0m\u0007\n`);
    const { serverLog } = read();
    expect(serverLog?.path).toBe(path);
    expect(serverLog?.text).toMatch(/an old line\nload 100%\nred\n$/);
    expect(serverLog?.text.length).toBeLessThanOrEqual(16_384);
  });

  it("is not read through a link, which could lead out of the run's folder", () => {
    rmSync(path);
    writeFileSync(join(folder, "secret"), "not for the dashboard");
    symlinkSync(join(folder, "secret"), path);
    expect(read().serverLog).toBeNull();
  });
});
