import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { summaryText } from "../../src/cli/run-view/summary-text.ts";
import { summaryOf } from "../../src/cli/run-view/summary.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { openCurrentDatabaseReadOnly } from "../../src/tracking/database.ts";
import { armResults, evalCourse, finishedEvals } from "../../src/tracking/evals.ts";
import { latestStep } from "../../src/tracking/steps.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-alarms-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three tokens are what the policy says at the most: every completion is cut. */
const CUT = {
  steps: 8,
  sampling: { groups: 3, group_size: 2, max_tokens: 3, concurrency: 3 },
  scaffold: { name: "none" },
  evaluation: { every: 8, samples: 1 },
};

test("an alarm is an event, a row, a plain line and a part of the report, once, however often the run is ended", async () => {
  const cut = { answer: () => "123" };
  const unbroken = await scriptedRun(join(folder, "unbroken"), CUT);
  await unbroken.work({ policy: cut });
  const lines = unbroken.events.map((event) => plainLine(event, CUT.steps)).filter((line) => line?.startsWith("alarm"));
  expect(lines).toEqual([expect.stringMatching(/^alarm cut_off after step 5: 100%/)]);

  const crashed = await scriptedRun(join(folder, "alarm"), CUT);
  const listen = ({ type }: RunEvent): void => {
    if (type === "alarm") throw new Error("crashed");
  };
  await expect(crashed.work({ policy: cut, listen })).rejects.toThrow("crashed");
  expect(crashed.events.at(-2)).toEqual({
    type: "alarm",
    step: 5,
    alarm: "cut_off",
    message: "100% of the completions were cut at the most tokens",
    metric: "length.cut",
    value: 1,
    limit: 0.5,
  });
  crashed.events.length = 0;
  await crashed.work({ policy: cut });
  expect(crashed.events.filter(({ type }) => type === "alarm")).toEqual([]);
  const summary = summaryOf(crashed.db, crashed.run());
  expect(summaryText(summary, "rlvr.db")).toMatch(/Alarms .*docs\/monitors\.md[^]*5 +cut_off +100% of the completions/);
  expect(summary.alarms).toMatchObject([{ alarm: "cut_off", step: 5 }]);
  expect(naturalDump(crashed.databasePath)).toEqual(naturalDump(unbroken.databasePath));
});

/** Asymptotes always agree within 1: the run stops at the seventh evaluation, the first with three fits. */
const STOP = { steps: 20, evaluation: { every: 1, samples: 1, stop: { agree: 1 } } };

test("a run whose held-out curve has levelled off ends early as succeeded, says why, and the same after a crash", async () => {
  const stopped = await scriptedRun(join(folder, "stop"), STOP);
  await stopped.work();
  const report = summaryOf(stopped.db, stopped.run());
  expect(report).toMatchObject({ state: "succeeded", evaluations: 7 });
  expect(latestStep(stopped.db, stopped.run().id)?.number).toBe(6);
  expect(report.reason).toMatch(/held-out accuracy has levelled off/);
  expect(report.learningCurve).not.toBe(null);
  expect(summaryText(report, "rlvr.db")).toContain("The run succeeded: held-out accuracy has levelled off");
  expect(stopped.events).toContainEqual(expect.objectContaining({ type: "eval_finished", suite: "test", step: 6 }));

  const crashed = await scriptedRun(join(folder, "crashed"), STOP);
  const listen = (event: RunEvent): void => {
    // The decision to stop is made, and nothing of it done.
    if (event.type === "eval_finished" && event.suite === "development" && event.step === 6) throw new Error("crashed");
  };
  await expect(crashed.work({ listen })).rejects.toThrow("crashed");
  await crashed.work();
  expect(summaryOf(crashed.db, crashed.run()).reason).toBe(report.reason);
  expect(naturalDump(crashed.databasePath)).toEqual(naturalDump(stopped.databasePath));
});

test("the course of evaluations from their sums is that from their completions", () => {
  const db = openCurrentDatabaseReadOnly(join(folder, "stop/rlvr.db"));
  const course = finishedEvals(db, 1)
    .filter(({ suite }) => suite === "development")
    .map(({ id, step }) => ({ step, arms: armResults(db, id) }));
  expect(course.length).toBeGreaterThan(5);
  expect(evalCourse(db, 1, "development")).toEqual(course);
  db.$client.close();
});

test("a stop without a development set is refused", async () => {
  const cwd = join(folder, "no-development");
  const recipe = writeSmallRecipe(cwd, {
    ...STOP,
    problems: { practice: "practice.jsonl", prompt: join(cwd, "prompt.md") },
  });
  const ended = await rlvr(["run", recipe], cwd);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("name problems.development, or leave out evaluation.stop");
});

test("every number of a step is a metric by its name", () => {
  const db = new Database(join(folder, "stop/rlvr.db"), { readonly: true });
  const names = db.prepare("SELECT DISTINCT name FROM metrics WHERE step = 1").pluck().all();
  db.close();
  expect(names).toEqual(
    expect.arrayContaining([
      "pass_rate",
      "length.mean",
      "length.max",
      "length.cut",
      "groups.zero_variance",
      "staleness.mean",
      "staleness.max",
      "tokens.per_second",
      "draws.add",
    ]),
  );
});
