import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PracticeFacts, StoryFacts } from "../../src/core/story-facts.ts";
import { story } from "../../src/report/story.ts";
import { openDatabaseReadOnly, type Database } from "../../src/tracking/database.ts";
import { storyFacts } from "../../src/tracking/story-facts.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
let db: Database;
let facts: StoryFacts;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-story-"));
  const changes = { steps: 12, scaffold: { name: "scaf-grpo", exemption: 0.2, min_ok: 2 } };
  const ended = await rlvr(["run", writeSmallRecipe(folder, changes), "--json", "--db", "run.db"], folder);
  expect(ended.code, ended.stderr).toBe(0);
  db = openDatabaseReadOnly(join(folder, "run.db"));
  facts = storyFacts(db, 1);
}, 120_000);

afterAll(() => {
  db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

const number = (query: string): number => db.$client.prepare(query).pluck().get() as number;
const sum = (key: Exclude<keyof PracticeFacts, "arm">): number =>
  facts.practice.reduce((total, part) => total + part[key], 0);

test("practice is what the groups and their own rollouts say, in at most ten parts", () => {
  expect(sum("visits")).toBe(number("SELECT count(*) FROM groups WHERE judged > 0"));
  expect(sum("passRates")).toBeCloseTo(
    number(`SELECT sum(rate) FROM (SELECT avg(o.passed) AS rate FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id
            WHERE r.hint_id IS NULL GROUP BY r.group_id)`),
    9,
  );
  expect(sum("cliffs")).toBe(number("SELECT count(*) FROM v_cliffs"));
  expect(sum("cliffs")).toBeGreaterThan(0);
  for (const [key, scaffold] of [
    ["rescued", "hinted"],
    ["unrescued", "unrescued"],
    ["exempt", "exempt"],
  ] as const)
    expect(sum(key)).toBe(number(`SELECT count(*) FROM v_cliffs WHERE scaffold = '${scaffold}'`));
  expect(sum("dropped")).toBe(number("SELECT count(*) FROM groups WHERE state = 'dropped'"));
  const parts = new Set(facts.practice.map(({ part }) => part));
  expect(Math.max(...parts)).toBe(9);
  expect(Math.max(...facts.practice.map(({ toStep }) => toStep))).toBe(12);
});

test("fates are those of the credits", () => {
  const reasons = db.$client
    .prepare(
      "SELECT drop_reason AS reason, count(*) AS rollouts FROM credits WHERE drop_reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
    )
    .all();
  expect(facts.fates).toEqual({
    rollouts: number("SELECT count(*) FROM credits"),
    trained: number("SELECT count(*) FROM credits WHERE batch_id IS NOT NULL"),
    dropped: reasons,
  });
});

test("the test set's first and last evaluation are compared problem by problem", () => {
  expect(facts.evaluation).toMatchObject({ suite: "test", isHeldOut: true, beforeStep: 0, nowStep: 12 });
  for (const arm of facts.evaluation?.arms ?? []) {
    const accuracy = number(`SELECT accuracy FROM v_evals WHERE suite = 'test' AND step = 12 AND arm = '${arm.arm}'`);
    expect(arm.nowPassed / arm.nowJudged).toBeCloseTo(accuracy, 12);
    expect(arm.problems).toBe(3);
    expect(arm.changes / 3).toBeCloseTo(arm.nowPassed / arm.nowJudged - arm.beforePassed / arm.beforeJudged, 12);
  }
  expect(facts.evaluation?.arms.map(({ arm }) => arm)).toEqual(["add", "sub", "mul-rev"]);
});

test("each sentence's SQL gives the rows that it tells of", () => {
  const [improved, cliff, dropped] = story(facts).map(({ sql }) => db.$client.prepare(sql).all() as { arm: string }[]);
  expect(improved).toHaveLength(6);
  expect(cliff?.length).toBe(number("SELECT count(*) FROM v_cliffs WHERE arm = 'mul-rev'"));
  expect(dropped?.length).toBeGreaterThan(0);
});

test("a run that does not exist is refused", () => {
  expect(() => storyFacts(db, 99)).toThrow(/no run 99/);
});
