import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { naturalDump } from "./natural-dump.ts";

/** Not the size of a group, which tells evaluations from groups. */
const evaluation = { every: 1, samples: 5 };
const between = { scaffold: { name: "none" }, evaluation };
const beside = { ...between, evaluation: { ...evaluation, overlap: true } };
let folder: string;
/** A run that evaluates between its steps. */
let reference: ScriptedRun;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-overlap-"));
  reference = await scriptedRun(join(folder, "between"), between);
  await reference.work();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes an evaluation take longer than a step, so that it reaches into the training. */
const slowEvaluation = {
  before: ({ n }: { readonly n: number }): Promise<void> => sleep(n === evaluation.samples ? 5 : 0),
};

test("evaluating beside the steps gives the very same results, weights and versions", async () => {
  const run = await scriptedRun(join(folder, "beside"), beside);
  await run.work({ policy: slowEvaluation });
  expect(run.hash()).toBe(reference.hash());
  expect(naturalDump(run.databasePath)).toEqual(naturalDump(reference.databasePath));
  const begun = (step: number): number =>
    run.events.findIndex((event) => event.type === "step_started" && event.step === step);
  const isBeside = run.events.flatMap((event, at) =>
    event.type === "eval_finished" && event.step < 3 ? [begun(event.step + 1) < at] : [],
  );
  // Test and development before the first step, development after the first and second.
  expect(isBeside).toEqual([true, true, true, true]);
});

for (const phase of ["collect", "train"])
  test(`a run that crashes in an evaluation beside phase ${phase} finishes it with the weights it began with`, async () => {
    const run = await scriptedRun(join(folder, phase), beside);
    let now = "";
    const crash = run.work({
      policy: slowEvaluation,
      listen(event) {
        if (event.type === "phase_started") now = event.phase;
        if (event.type === "eval_progress" && event.step === 1 && now === phase) throw new Error("crashed");
      },
    });
    await expect(crash).rejects.toThrow("crashed");
    await run.work();
    expect(run.hash()).toBe(reference.hash());
    expect(naturalDump(run.databasePath)).toEqual(naturalDump(reference.databasePath));
  });
