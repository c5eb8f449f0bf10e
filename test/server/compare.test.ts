import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type { CompareAnswer, ComparedEvaluations, ComparedProblems, ComparedVisits } from "../../src/server/answers.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { serveDatabase } from "./dashboard-fixture.ts";
import { serveRuns, type ServedRuns } from "./run-fixture.ts";

const MINUTES = 120_000;

let served: ServedRuns;
let db: ServedRuns["db"];
let dashboard: ServedRuns["dashboard"];
let get: ServedRuns["get"];
let value: ServedRuns["value"];
beforeAll(async () => {
  served = await serveRuns([[], ["--seed", "9", "--set", "objective.name=rloo"]]);
  ({ db, dashboard, get, value } = served);
}, MINUTES);
afterAll(() => served?.close());

describe("runs", () => {
  test("are compared by metrics, by what they had cost, and by where the recipes differ", async () => {
    const answer = await get<CompareAnswer>("compare?runs=1,2&metrics=reward.mean,pass_rate.*,nowhere");
    const [first] = answer.runs;
    expect(answer.runs.map(({ id, series }) => [id, series.map(({ name }) => name), series[0]?.steps.length])).toEqual(
      [1, 2].map((id) => [id, ["reward.mean", "pass_rate.add", "pass_rate.mul-rev", "pass_rate.sub"], 6]),
    );
    expect(first?.course.steps).toEqual([1, 2, 3, 4, 5, 6]);
    const total = (pattern: string): number =>
      value("SELECT sum(value) FROM metrics WHERE run_id = 1 AND name GLOB ?", pattern);
    expect(first?.course.tokens.at(-1)).toBe(total("tokens.sampled"));
    expect(first?.course.seconds.at(-1)).toBeCloseTo(total("wall_seconds"), 6);
    expect(first?.course.tokens).toEqual(first?.course.tokens.toSorted((one, other) => one - other));
    expect(answer.metrics).toContain("train.loss");
    expect(answer.differences).toEqual(
      expect.arrayContaining([
        { path: "seed", values: ["5", "9"] },
        { path: "objective.name", values: ['"grpo"', '"rloo"'] },
      ]),
    );
  });

  test("are compared by a paired test of two evaluations, which is kept", async () => {
    const step = value<number>("SELECT max(step) FROM evals WHERE run_id = 1 AND suite = 'development'");
    const query = `compare/evaluations?suite=development&a=1:0&b=2:${step}`;
    const answer = await get<ComparedEvaluations>(query);
    const accuracy = (run: number, at: number): number =>
      value(
        "SELECT avg(passed) FROM eval_results x JOIN evals e ON e.id = x.eval_id WHERE run_id = ? AND suite = 'development' AND step = ?",
        run,
        at,
      );
    expect(answer.all.a).toBeCloseTo(accuracy(1, 0), 9);
    expect(answer.all.b).toBeCloseTo(accuracy(2, step), 9);
    expect(answer.all.interval.low).toBeLessThanOrEqual(answer.all.difference);
    expect(answer.all.interval.high).toBeGreaterThanOrEqual(answer.all.difference);
    expect(answer.sentence).toMatch(/problems\.$/);
    expect(await get<ComparedEvaluations>(query)).toEqual(answer);
    const missing = await dashboard.ask("api/compare/evaluations?suite=development&a=1:0&b=2:77");
    expect(missing.status).toBe(400);
    expect(await missing.json()).toMatchObject({ error: { message: expect.stringContaining("after step 77") } });
  });

  test("are compared on the problems that both have practised, the most different first", async () => {
    const { problems, rows } = await get<ComparedProblems>("compare/problems?runs=1,2&limit=100");
    const practised = (run: number): number[] =>
      db
        .prepare(
          "SELECT DISTINCT problem_id FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = ? ORDER BY 1",
        )
        .pluck()
        .all(run) as number[];
    const both = practised(1).filter((id) => practised(2).includes(id));
    expect(problems).toBe(both.length);
    expect(rows.map(({ problemId }) => problemId).toSorted((a, b) => a - b)).toEqual(both.slice(0, 100));
    const spreads = rows.map(({ runs: [a, b] }) => Math.abs((a?.passRate ?? 0) - (b?.passRate ?? 0)));
    expect(spreads).toEqual(spreads.toSorted((a, b) => b - a));
    const [row] = rows;
    const visits = await get<ComparedVisits>(`compare/visits?runs=1,2&problem=${row?.problemId}`);
    for (const { run, visit } of visits) {
      const newest = db
        .prepare(
          "SELECT group_id, step FROM v_rollouts WHERE run_id = ? AND problem_key = ? ORDER BY step DESC LIMIT 1",
        )
        .get(run, row?.key) as { group_id: number; step: number };
      expect(visit).toMatchObject({ groupId: newest.group_id, step: newest.step });
      expect(visit?.rollouts.every(({ groupId }) => groupId === visit.groupId)).toBe(true);
    }
  });
});

test("runs that share no problem are compared by the arms that both have practised", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-compared-"));
  const practice = { prompt: packagePath("prompts/microcosm.md"), development: "development.jsonl" };
  const first = await scriptedRun(folder, { steps: 2 });
  await first.work();
  const second = await scriptedRun(folder, { steps: 2, problems: { ...practice, practice: "test.jsonl" } });
  await second.work();
  const page = await serveDatabase(first.databasePath);
  try {
    const { problems, rows, arms } = (await page.get("compare/problems?runs=1,2")) as ComparedProblems;
    expect([problems, rows]).toEqual([0, []]);
    const count = first.db.$client
      .prepare("SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = ? AND g.arm = ?")
      .pluck();
    const visitsOf = (run: number, arm: string): number => count.get(run, arm) as number;
    const both = ["add", "sub", "mul-rev"].filter((arm) => visitsOf(1, arm) > 0 && visitsOf(2, arm) > 0);
    expect(arms.map(({ arm }) => arm)).toEqual(both);
    for (const { arm, runs } of arms)
      expect(runs.map(({ visits }) => visits)).toEqual([visitsOf(1, arm), visitsOf(2, arm)]);
    const visits = (await page.get(`compare/visits?runs=1,2&arm=${both[0]}`)) as ComparedVisits;
    for (const { run, visit } of visits) {
      const newest = first.db.$client
        .prepare("SELECT step FROM v_rollouts WHERE run_id = ? AND arm = ? ORDER BY step DESC LIMIT 1")
        .pluck();
      expect(visit?.step).toBe(newest.get(run, both[0]));
      expect(new Set(visit?.rollouts.map(({ arm }) => arm))).toEqual(new Set([both[0]]));
    }
    expect((await page.ask("api/compare/visits?runs=1,2")).status).toBe(400);
    const own = (await page.get("compare/problems?runs=1")) as ComparedProblems;
    expect(own.problems).toBeGreaterThan(0);
    expect(own.arms).toEqual([]);
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
});
