import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type { ComparedProblems, ComparedVisits } from "../../src/server/answers.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { serveDatabase } from "./dashboard-fixture.ts";

test("runs that share no problem are compared by the arms that both have practised", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-compared-"));
  const practice = { prompt: packagePath("prompts/microcosm.md"), development: "development.jsonl" };
  const first = await scriptedRun(folder, { steps: 2 });
  await first.work();
  const second = await scriptedRun(folder, { steps: 2, problems: { ...practice, practice: "test.jsonl" } });
  await second.work();
  const dashboard = await serveDatabase(first.databasePath);
  try {
    const { problems, rows, arms } = (await dashboard.get("compare/problems?runs=1,2")) as ComparedProblems;
    expect([problems, rows]).toEqual([0, []]);
    const count = first.db.$client
      .prepare("SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = ? AND g.arm = ?")
      .pluck();
    const visitsOf = (run: number, arm: string): number => count.get(run, arm) as number;
    const both = ["add", "sub", "mul-rev"].filter((arm) => visitsOf(1, arm) > 0 && visitsOf(2, arm) > 0);
    expect(arms.map(({ arm }) => arm)).toEqual(both);
    for (const { arm, runs } of arms)
      expect(runs.map(({ visits }) => visits)).toEqual([visitsOf(1, arm), visitsOf(2, arm)]);
    const visits = (await dashboard.get(`compare/visits?runs=1,2&arm=${both[0]}`)) as ComparedVisits;
    for (const { run, visit } of visits) {
      const newest = first.db.$client
        .prepare("SELECT step FROM v_rollouts WHERE run_id = ? AND arm = ? ORDER BY step DESC LIMIT 1")
        .pluck();
      expect(visit?.step).toBe(newest.get(run, both[0]));
      expect(new Set(visit?.rollouts.map(({ arm }) => arm))).toEqual(new Set([both[0]]));
    }
    expect((await dashboard.ask("api/compare/visits?runs=1,2")).status).toBe(400);
    const own = (await dashboard.get("compare/problems?runs=1")) as ComparedProblems;
    expect(own.problems).toBeGreaterThan(0);
    expect(own.arms).toEqual([]);
  } finally {
    await dashboard.close();
    rmSync(folder, { recursive: true });
  }
});
