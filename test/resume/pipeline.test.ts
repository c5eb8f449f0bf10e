import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { scriptedRun, type RunScript, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { naturalDump } from "./natural-dump.ts";

const STEPS = 5;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-pipeline-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runOf = (name: string, depth: number): Promise<ScriptedRun> =>
  scriptedRun(join(folder, name), { steps: STEPS, pipeline: { depth }, evaluation: { every: 2, samples: 1 } });

/** Ports that take a while: how many milliseconds, by what is asked. */
function slow(samplingMs: () => number, trainingMs: number): RunScript {
  return {
    policy: { before: () => sleep(samplingMs()) },
    trainer: () => {
      // The scripted trainer answers at once: what it does in between is waited for here, without giving way.
      const until = performance.now() + trainingMs;
      while (performance.now() < until);
    },
  };
}

function orderOf(events: readonly RunEvent[], type: RunEvent["type"], step: number, phase?: string): number {
  return events.findIndex(
    (event) =>
      event.type === type &&
      "step" in event &&
      event.step === step &&
      (phase === undefined || phase === phaseOf(event)),
  );
}

const phaseOf = (event: RunEvent): string | undefined => (event.type === "phase_started" ? event.phase : undefined);

describe.each([1, 2])("at depth %i", (depth) => {
  let reference: ScriptedRun;
  let wanted: ReturnType<typeof naturalDump>;
  beforeAll(async () => {
    reference = await runOf(`reference-${depth}`, depth);
    await reference.work();
    wanted = naturalDump(reference.databasePath);
  });

  test("each step is chosen and sampled with the weights of the step that the lag says", () => {
    const lag = Array.from({ length: STEPS }, (_, index) => Math.max(0, index - depth));
    const rows = reference.db.$client
      .prepare(
        `SELECT s.number, s.chosen_after, s.policy_version, min(r.policy_version), max(r.policy_version)
         FROM steps s JOIN groups g ON g.step_id = s.id JOIN rollouts r ON r.group_id = g.id GROUP BY s.id ORDER BY 1`,
      )
      .raw()
      .all();
    expect(rows).toEqual(lag.map((after, index) => [index + 1, after, after, after, after]));
    const staleness = reference.db.$client
      .prepare("SELECT value FROM metrics WHERE name = 'staleness.max' ORDER BY step")
      .pluck()
      .all();
    expect(staleness).toEqual(Array.from({ length: STEPS }, (_, index) => Math.min(index, depth)));
  });

  test("later steps are begun before the first is trained, and evaluations go on beside them", () => {
    const { events } = reference;
    expect(orderOf(events, "step_started", 1 + depth)).toBeLessThan(orderOf(events, "phase_started", 1, "train"));
    expect(orderOf(events, "step_started", 2 + depth)).toBeGreaterThan(orderOf(events, "step_finished", 1));
    const evaluated = orderOf(events, "eval_finished", 0);
    expect(evaluated).toBeGreaterThan(orderOf(events, "step_started", 1));
  });

  test("whichever takes longer, sampling or training, the rows and the weights are the same", async () => {
    let turn = 0;
    for (const [name, script] of [
      ["sampling", slow(() => 3, 0)],
      ["training", slow(() => 0, 30)],
      ["uneven", slow(() => [0, 7, 1, 12, 0, 2][turn++ % 6] ?? 0, 5)],
    ] as const) {
      const run = await runOf(`${name}-${depth}`, depth);
      await run.work(script);
      expect(run.hash()).toBe(reference.hash());
      expect(naturalDump(run.databasePath)).toEqual(wanted);
    }
  });
});

test("a run that crashes at any kind of event and is resumed is the same", async () => {
  const reference = await runOf("uninterrupted", 2);
  await reference.work();
  const wanted = naturalDump(reference.databasePath);
  const kinds = new Set(reference.events.map((event) => JSON.stringify([event.type, phaseOf(event)])));
  for (const kind of kinds) {
    const all = reference.events.filter((event) => JSON.stringify([event.type, phaseOf(event)]) === kind);
    // The middle one: there steps are open at both ends.
    let left = Math.ceil(all.length / 2);
    const run = await runOf(`crash-${kind.replaceAll(/\W+/g, "-")}`, 2);
    const crash = run.work({
      listen(event) {
        if (JSON.stringify([event.type, phaseOf(event)]) === kind && --left === 0) throw new Error("crashed");
      },
    });
    await expect(crash, kind).rejects.toThrow("crashed");
    await run.work();
    expect(run.hash(), kind).toBe(reference.hash());
    expect(naturalDump(run.databasePath), kind).toEqual(wanted);
  }
});

test("runs of different depths end in different weights: their rollouts are not equally old", async () => {
  const hashes: unknown[] = [];
  for (const depth of [0, 1, 2]) {
    const run = await runOf(`depth-${depth}`, depth);
    await run.work();
    hashes.push(run.hash());
  }
  expect(new Set(hashes).size).toBe(3);
});
