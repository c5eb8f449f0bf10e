import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { progressOf } from "../../src/cli/run-view/history.ts";
import { valuesOf } from "../../src/cli/run-view/curve.ts";
import { view } from "../../src/cli/run-view/view.ts";
import type { CompareAnswer, CurriculumAnswer, EvalPoint, MetricsAnswer } from "../../src/server/answers.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { serveDatabase, type TestDashboard } from "./dashboard-fixture.ts";

let folder: string;
let dashboard: TestDashboard;
/** A run of 4 steps, a fork of it after step 3, and a fork of that after step 4. */
let runs: readonly [ScriptedRun, ScriptedRun, ScriptedRun];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-fork-pages-"));
  const parent = await scriptedRun(folder, { checkpoints: { keep_every: 1 }, steps: 4 });
  await parent.work();
  const steps = { path: ["steps"], value: 6 };
  const rate = { path: ["trainer", "learning_rate"], value: 0.004 };
  const fork = await parent.fork(3, { overrides: [steps, rate] });
  await fork.work();
  const second = await fork.fork(4, { overrides: [{ path: ["seed"], value: 99 }] });
  await second.work();
  runs = [parent, fork, second];
  dashboard = await serveDatabase(parent.databasePath);
});
afterAll(async () => {
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

const get = <Answer>(route: string) => dashboard.get(route) as Promise<Answer>;

/** Where each step of the last fork's line is stored. */
const LINE = [1, 1, 1, 2, 3, 3];

function rewards(): number[] {
  const reward = runs[0].db.$client
    .prepare("SELECT value FROM metrics WHERE run_id = ? AND step = ? AND name = 'reward.mean'")
    .pluck();
  return LINE.map((run, place) => reward.get(run, place + 1) as number);
}

test("a fork's metrics begin with the steps that it goes on from", async () => {
  const { series } = await get<MetricsAnswer>("runs/3/metrics?names=reward.mean");
  expect(series[0]).toMatchObject({ steps: [1, 2, 3, 4, 5, 6], mean: rewards() });
  const zoomed = await get<MetricsAnswer>("runs/3/metrics?names=reward.mean&from=3&to=5");
  expect(zoomed.series[0]).toMatchObject({ steps: [3, 4, 5], mean: rewards().slice(2, 5) });
  const parent = await get<MetricsAnswer>("runs/1/metrics?names=reward.mean");
  expect(parent.series[0]?.steps).toEqual([1, 2, 3, 4]);
});

test("a fork's evaluations begin with those of the base, and each tells its run", async () => {
  const points = await get<EvalPoint[]>("runs/3/evals");
  const line = points.filter(({ suite, arm }) => suite === "development" && arm === null);
  expect(line.map(({ run, step }) => `${run}:${step}`)).toEqual(["1:0", "1:2", "2:4", "3:6"]);
  expect(new Set((await get<EvalPoint[]>("runs/1/evals")).map(({ run }) => run))).toEqual(new Set([1]));
});

test("a fork's cost counts from the base", async () => {
  const { runs: compared } = await get<CompareAnswer>("compare?runs=1,3&metrics=reward.mean");
  const [parent, fork] = compared.map(({ course }) => course);
  expect(fork?.steps).toEqual([1, 2, 3, 4, 5, 6]);
  expect(fork?.tokens.slice(0, 3)).toEqual(parent?.tokens.slice(0, 3));
});

test("a fork's arms begin with those of its line", async () => {
  const { arms, steps } = await get<CurriculumAnswer>("runs/3/curriculum");
  expect(arms).toEqual(["add", "sub", "mul-rev"]);
  expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a fork's report draws its whole line, and tells which steps are another run's", () => {
  const progress = progressOf(runs[0].db, 3);
  expect(valuesOf(progress.rewards)).toEqual(rewards());
  expect(view(progress, { columns: 80, rows: Infinity, colour: false }, null)).toContain("curves up to step 4: run 2");
  const coloured = view(progress, { columns: 80, rows: Infinity, colour: true }, null);
  const pale = coloured
    .split("\n")
    .find((line) => line.startsWith("reward"))
    ?.split("\u001B[2m")[1];
  expect(pale?.split("\u001B[22m")[0]).toHaveLength(4);
  const own = progressOf(runs[0].db, 1);
  expect(valuesOf(own.rewards)).toEqual([...rewards().slice(0, 3), expect.any(Number)]);
  expect(view(own, { columns: 80, rows: Infinity, colour: false }, null)).not.toContain("curves up to");
});
