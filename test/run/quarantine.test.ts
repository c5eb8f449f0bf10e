import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { RlvrError } from "../../src/core/errors.ts";
import type { RunEvent, StepFinished } from "../../src/run/events.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import type { TrainerScript } from "../support/scripted/scripted-trainer.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-quarantine-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Training on the batches of some steps gives no numbers. */
function diverging(...steps: readonly number[]): TrainerScript {
  return (batch) => {
    if (!steps.includes(Number(batch.slice(-6)))) return;
    throw new RlvrError("training_diverged", "training diverged at optimiser step 0 of the batch: loss is NaN", {
      advice: "Lower the learning rate.",
    });
  };
}

const rows = ({ db }: ScriptedRun, query: string): unknown[] => db.$client.prepare(query).raw().all();

test("quarantines a batch on which training diverges, and goes on from the version before", async () => {
  const run = await scriptedRun(join(folder, "one"));
  await run.work({ trainer: diverging(2) });
  expect(run.run().state).toBe("succeeded");
  expect(
    rows(run, "SELECT s.number, b.state, b.quarantine_reason FROM batches b JOIN steps s ON s.id = b.step_id"),
  ).toEqual([
    [1, "trained", null],
    [2, "quarantined", "training diverged at optimiser step 0 of the batch: loss is NaN"],
    [3, "trained", null],
  ]);
  expect(rows(run, "SELECT policy_version, parent_version FROM checkpoints")).toEqual([
    [1, 0],
    [2, 1],
  ]);
  expect(rows(run, "SELECT number, phase, policy_version FROM steps")).toEqual([
    [1, "done", 0],
    [2, "done", 1],
    [3, "done", 1],
  ]);
  const [, second] = run.events.filter((event): event is StepFinished => event.type === "step_finished");
  expect(second).toMatchObject({ trained: 0, policyVersion: 1, train: {}, staleness: null });
  expect(second?.dropped["quarantined"]).toBeGreaterThan(0);
  expect(rows(run, "SELECT DISTINCT step FROM v_lineage ORDER BY 1")).toEqual([[1], [3]]);
  expect(rows(run, "SELECT sum(rollouts) FROM v_drops WHERE step = 2 AND drop_reason = 'quarantined'")).toEqual([
    [second?.dropped["quarantined"]],
  ]);
  expect(rows(run, "SELECT DISTINCT state FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.number = 2")).toEqual([
    ["dropped"],
  ]);
  const told = run.events.find(({ type }) => type === "batch_quarantined") as RunEvent;
  expect(plainLine(told, 3)).toBe(
    "alarm: the batch of step 2 is quarantined (1 so far; the run ends at 3), the policy stays at version 1: training diverged at optimiser step 0 of the batch: loss is NaN",
  );
  expect(existsSync(join(folder, "one", "rlvr-runs/1/trainer/batches/000002"))).toBe(true);
});

test("goes on from a crash around a quarantine to the same rows", async () => {
  const whole = await scriptedRun(join(folder, "whole"));
  await whole.work({ trainer: diverging(1, 2) });
  for (const kind of ["batch_quarantined", "step_started", "phase_started"] as const) {
    const crashed = await scriptedRun(join(folder, kind));
    let left = 2;
    const listen = ({ type }: RunEvent): void => {
      if (type === kind && --left === 0) throw new Error("crashed");
    };
    await expect(crashed.work({ trainer: diverging(1, 2), listen })).rejects.toThrow("crashed");
    await crashed.work({ trainer: diverging(1, 2) });
    expect(crashed.hash(), kind).toBe(whole.hash());
    expect(naturalDump(crashed.databasePath), kind).toEqual(naturalDump(whole.databasePath));
  }
});

test("ends a run at its third quarantined batch, and goes on with the next step when it is resumed", async () => {
  const run = await scriptedRun(join(folder, "many"), { steps: 5 });
  await expect(run.work({ trainer: diverging(1, 2, 3, 4, 5) })).rejects.toMatchObject({
    code: "training_diverged",
    message:
      "3 batches of the run are quarantined, the last because training diverged at optimiser step 0 of the batch: loss is NaN",
    advice: "Lower the learning rate and go on: rlvr resume 1 --set trainer.learning_rate=0.0001",
  });
  expect(run.run().state).toBe("failed");
  await run.work();
  expect(run.run().state).toBe("succeeded");
  expect(rows(run, "SELECT b.state FROM batches b ORDER BY b.id").flat()).toEqual([
    "quarantined",
    "quarantined",
    "quarantined",
    "trained",
    "trained",
  ]);
});
