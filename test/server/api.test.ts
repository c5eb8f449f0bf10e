import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { hc } from "hono/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type {
  Alarm,
  CurriculumAnswer,
  EvalPoint,
  MetricsAnswer,
  PipelineAnswer,
  ReadyQuery,
  RecipeAnswer,
  RunDetail,
  RunSummary,
  StorySentence,
  TrainerAnswer,
} from "../../src/server/answers.ts";
import type { DashboardApi } from "../../src/server/dashboard.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { registerRolloutTokens } from "../../src/tracking/rollout-tokens.ts";
import { TEST_TOKEN } from "./dashboard-fixture.ts";
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
  test("are listed newest first, with what their rows come to", async () => {
    const runs = await get<RunSummary[]>("runs");
    expect(runs.map(({ id }) => id)).toEqual([2, 1]);
    expect(runs[1]).toMatchObject({ name: "small", state: "succeeded", seed: 5, step: 6, steps: 6 });
    const rewards = db
      .prepare("SELECT value FROM metrics WHERE run_id = 1 AND name = 'reward.mean' ORDER BY step")
      .pluck();
    expect(runs[1]?.rewards).toEqual(rewards.all());
    expect(runs[1]?.reward).toBe(rewards.all().at(-1));
    expect(runs[1]?.rollouts).toBe(value("SELECT count(*) FROM v_rollouts WHERE run_id = 1"));
    const accuracy = (step: number): number =>
      value(
        "SELECT avg(x.passed) FROM eval_results x JOIN evals e ON e.id = x.eval_id WHERE e.run_id = 1 AND e.suite = 'test' AND e.step = ?",
        step,
      );
    expect([runs[1]?.accuracyBefore, runs[1]?.accuracyNow]).toEqual([accuracy(0), accuracy(6)]);
  });

  test("count the rollouts of a step that is not over", async () => {
    db.exec("UPDATE steps SET phase = 'train' WHERE run_id = 2 AND number = 6");
    const [run] = await get<RunSummary[]>("runs");
    db.exec("UPDATE steps SET phase = 'done' WHERE run_id = 2 AND number = 6");
    expect(run).toMatchObject({ step: 5, rollouts: value("SELECT count(*) FROM v_rollouts WHERE run_id = 2") });
  });

  test("have the size of their files, tags, note, kin, and when they last told something", async () => {
    db.exec("INSERT INTO run_tags VALUES (1, 'paper'), (1, 'baseline')");
    db.exec("UPDATE runs SET note = 'a note' WHERE id = 1");
    db.exec("UPDATE runs SET parent_run = 1, parent_step = 4 WHERE id = 2");
    const [fork, run] = await get<RunSummary[]>("runs");
    db.exec("DELETE FROM run_tags");
    db.exec("UPDATE runs SET note = NULL, parent_run = NULL, parent_step = NULL");
    const lastEventAt = value("SELECT at FROM events WHERE run_id = 1 ORDER BY id DESC LIMIT 1");
    expect(run).toMatchObject({
      tags: ["baseline", "paper"],
      note: "a note",
      forks: [2],
      parentRun: null,
      lastEventAt,
    });
    expect(run?.bytes).toBeGreaterThan(100_000);
    expect(run?.recipeFile).toMatch(/recipe\.yaml$/);
    expect(fork).toMatchObject({ parentRun: 1, parentStep: 4, forks: [], tags: [], note: null });
  });

  test("tell what they were made of: recipe, command and versions, without keys", async () => {
    db.exec("UPDATE runs SET recipe = json_set(recipe, '$.policy.url', 'http://me:planted@a:8000') WHERE id = 2");
    db.exec("UPDATE runs SET command = command || ' http://me:planted@a:8000' WHERE id = 2");
    const answer = await get<RecipeAnswer>("runs/2/recipe");
    db.exec("UPDATE runs SET recipe = json_remove(recipe, '$.policy.url') WHERE id = 2");
    expect(JSON.stringify(answer)).not.toContain("planted");
    const recipe = parse(answer.yaml) as Record<string, unknown>;
    expect(recipe).toMatchObject({ name: "small", objective: { name: "rloo" } });
    expect(answer.command).toMatch(/^rlvr run .*recipe\.yaml .* --seed 9 --set objective\.name=rloo/);
    expect(answer.version).toBe(value("SELECT version FROM runs WHERE id = 2"));
    expect(answer.software.map(({ part, name }) => [part, name])).toEqual([
      ["orchestrator", "rlvr"],
      ["policy server", "rlvr"],
      ["trainer", "embedded"],
    ]);
    expect(answer.software[2]?.versions).toMatchObject({ onnxruntime: expect.stringMatching(/^\d+\.\d+/) });
  });

  test("are not shown once their removal has begun", async () => {
    const state = value("SELECT state FROM runs WHERE id = 2");
    db.exec("UPDATE runs SET state = 'removing' WHERE id = 2");
    const listed = await get<RunSummary[]>("runs");
    const statuses = await Promise.all(
      ["", "/recipe", "/story"].map(async (path) => (await dashboard.ask(`api/runs/2${path}`)).status),
    );
    db.prepare("UPDATE runs SET state = ? WHERE id = 2").run(state);
    expect(listed.map(({ id }) => id)).toEqual([1]);
    expect(statuses).toEqual([404, 404, 404]);
  });

  test("tell of one what there is to choose from", async () => {
    const run = await get<RunDetail>("runs/1");
    expect(run.arms).toEqual(["add", "sub", "mul-rev"]);
    expect(run.verifiers).toEqual(["exact"]);
    expect(run.suites).toEqual(["development", "test"]);
    expect(run.policyVersion).toBe(value("SELECT max(policy_version) FROM checkpoints WHERE run_id = 1"));
    expect(run.metrics).toEqual(
      db.prepare("SELECT DISTINCT name FROM metrics WHERE run_id = 1 ORDER BY 1").pluck().all(),
    );
    const reasons = db.prepare("SELECT DISTINCT drop_reason FROM v_drops WHERE run_id = 1 ORDER BY 1").pluck().all();
    expect(run.dropReasons).toEqual(reasons);
    expect(run.hintTiers.toSorted()).toEqual(
      db.prepare("SELECT DISTINCT tier FROM v_hints WHERE run_id = 1 ORDER BY 1").pluck().all(),
    );
    expect(run.recipe).toMatchObject({ name: "small", objective: { name: "grpo" } });
  });

  test("have a story of three sentences, whose rows are there", async () => {
    const story = await get<StorySentence[]>("runs/1/story");
    expect(story.map(({ topic }) => topic)).toEqual(["improved", "cliff", "dropped"]);
    for (const { sql } of story) expect(db.prepare(sql).all().length).toBeGreaterThanOrEqual(0);
  });

  test("that there are not are not found", async () => {
    const response = await dashboard.ask("api/runs/77");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "unknown_name", message: "there is no run 77" } });
    expect((await dashboard.ask("api/groups/99999")).status).toBe(404);
    expect((await dashboard.ask("api/rollouts/99999")).status).toBe(404);
    expect((await dashboard.ask("api/rollouts/99999/tokens")).status).toBe(404);
    expect((await dashboard.ask("api/compare?runs=1,77")).status).toBe(404);
  });
});

describe("a run over its steps", () => {
  test("has each metric step by step, and a star takes all that begin so", async () => {
    const { series } = await get<MetricsAnswer>("runs/1/metrics?names=reward.mean,pass_rate.*,nowhere");
    expect(series.map(({ name }) => name)).toEqual([
      "reward.mean",
      "pass_rate.add",
      "pass_rate.mul-rev",
      "pass_rate.sub",
    ]);
    expect(series[0]?.steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(series[0]?.low).toEqual(series[0]?.mean);
  });

  test("has long series in buckets with what lies in them", async () => {
    const { series } = await get<MetricsAnswer>("runs/1/metrics?names=reward.mean&points=2&from=2&to=5");
    const rows = db
      .prepare(
        "SELECT avg(value), min(value), max(value) FROM metrics WHERE run_id = 1 AND name = 'reward.mean' AND step BETWEEN 2 AND 5 GROUP BY step > 3",
      )
      .raw()
      .all() as number[][];
    expect(series).toEqual([
      {
        name: "reward.mean",
        steps: [2, 4],
        mean: rows.map((row) => row[0]),
        low: rows.map((row) => row[1]),
        high: rows.map((row) => row[2]),
      },
    ]);
  });

  test("has its evaluations by arm and over all arms", async () => {
    const points = await get<EvalPoint[]>("runs/1/evals");
    const all = points.filter(({ arm }) => arm === null);
    expect(all.map(({ suite, step }) => `${suite} ${step}`)).toEqual([
      "development 0",
      "development 2",
      "development 4",
      "development 6",
      "test 0",
      "test 6",
    ]);
    const view = db
      .prepare("SELECT * FROM v_evals WHERE run_id = 1 AND suite = 'test' AND step = 6 AND arm = 'add'")
      .get() as { accuracy: number };
    expect(points.find(({ suite, step, arm }) => suite === "test" && step === 6 && arm === "add")?.accuracy).toBe(
      view.accuracy,
    );
  });

  test("has its alarms", async () => {
    const data = JSON.stringify({
      type: "alarm",
      step: 3,
      alarm: "plateau",
      message: "it stands still",
      metric: "reward.mean",
      value: 0.5,
      limit: 0,
    });
    const { lastInsertRowid } = db
      .prepare("INSERT INTO events (run_id, step, type, at, data) VALUES (1, 3, 'alarm', 'then', ?)")
      .run(data);
    expect(await get<Alarm[]>("runs/1/alarms")).toEqual([
      {
        id: Number(lastInsertRowid),
        step: 3,
        at: "then",
        alarm: "plateau",
        message: "it stands still",
        metric: "reward.mean",
      },
    ]);
    expect(await get<Alarm[]>("runs/2/alarms")).toEqual([]);
  });

  test("has its arms, as they stood at the first step of each bucket", async () => {
    const answer = await get<CurriculumAnswer>("runs/1/curriculum?points=3");
    expect(answer).toMatchObject({ arms: ["add", "sub", "mul-rev"], steps: [1, 3, 5] });
    const row = db.prepare("SELECT probability, value FROM v_arms WHERE run_id = 1 AND step = 3 AND arm = 'sub'").get();
    const cell = answer.cells.find(({ step, arm }) => step === 3 && arm === "sub");
    expect(cell).toMatchObject(row as object);
    const rate = value("SELECT avg(value) FROM metrics WHERE run_id = 1 AND name = 'pass_rate.sub' AND step IN (3, 4)");
    expect(cell?.passRate).toBe(rate);
  });

  test("has its timeline, page by page, with its evaluations and the age of what was trained", async () => {
    const page = await get<PipelineAnswer>("runs/1/pipeline?steps=2");
    expect(page).toMatchObject({ first: 1, last: 6, from: 5, to: 6, pauses: [] });
    expect(page.spans.map(({ phase, step }) => `${phase} ${step}`)).toEqual(
      expect.arrayContaining(["collect 5", "train 5", "collect 6", "train 6", "evaluate 6"]),
    );
    expect(page.steps.map(({ step, sampledAfter, maxStaleness }) => [step, sampledAfter, maxStaleness])).toEqual([
      [6, 5, 0],
      [5, 4, 0],
    ]);
    const earlier = await get<PipelineAnswer>("runs/1/pipeline?steps=2&to=4");
    expect(earlier.window?.finishedAt).toBe(page.window?.startedAt);
    expect((await dashboard.ask("api/runs/1/pipeline?steps=0")).status).toBe(400);
    expect((await dashboard.ask("api/runs/99/pipeline")).status).toBe(404);
  });

  test("has the trainer's jobs, what they left on disk, and their changes of state", async () => {
    const { jobs, history, versions, serverLog } = await get<TrainerAnswer>("runs/1/trainer");
    expect(jobs).toMatchObject([{ epoch: 1, driver: "local", state: "succeeded", heartbeat: { phase: "idle" } }]);
    expect(jobs[0]?.checkpoints).toBe(value("SELECT count(*) FROM checkpoints WHERE run_id = 1"));
    expect(jobs[0]?.heartbeat?.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(history.map(({ state }) => state)).toEqual(["succeeded", "idle", "running", "submitted"]);
    const kept = db
      .prepare("SELECT policy_version FROM checkpoints WHERE run_id = 1 AND removed_at IS NULL ORDER BY 1 DESC")
      .pluck()
      .all();
    expect(versions.map(({ policyVersion }) => policyVersion)).toEqual(kept);
    for (const version of versions) {
      expect(existsSync(join(version.export, "manifest.json"))).toBe(true);
      expect(existsSync(join(version.checkpoint ?? "", "manifest.json"))).toBe(true);
    }
    expect(serverLog?.path).toBe(join(runDirectory(served.path, 1), "policy-server.log"));
    expect(serverLog?.text).toContain("the policy server is started");
    expect(
      value("SELECT value FROM metrics WHERE run_id = 1 AND name = 'train.peak_memory_gib' LIMIT 1"),
    ).toBeGreaterThan(0.01);
  });
});

test("a trainer whose heartbeat cannot be read is shown with all else that is known of it", async () => {
  const path = join(runDirectory(served.path, 2), "trainer/epoch-1/heartbeat.json");
  for (const text of ["", "{", '{"counter":1}']) {
    writeFileSync(path, text);
    const { jobs } = await get<TrainerAnswer>("runs/2/trainer");
    expect(jobs).toMatchObject([{ epoch: 1, state: "succeeded", heartbeat: null }]);
  }
});

test("the ready queries each have a question, and SQLite takes them", async () => {
  registerRolloutTokens(db, () => new BetterSqlite3(served.path));
  for (const { question, sql } of await get<ReadyQuery[]>("queries")) {
    expect(question).not.toBe("");
    expect(() => db.prepare(sql)).not.toThrow();
  }
});

test("the API is typed for hono's client", async () => {
  const client = hc<DashboardApi>(dashboard.url, { headers: { authorization: `Bearer ${TEST_TOKEN}` } });
  const answer = await client.api.runs[":run"].rollouts.$get({ param: { run: "1" }, query: { limit: "1" } });
  const rows: number = (await answer.json()).rows.length;
  expect(rows).toBe(1);
});
