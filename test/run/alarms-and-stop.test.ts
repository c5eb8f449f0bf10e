import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCurrentDatabaseReadOnly } from "../../src/tracking/database.ts";
import { armResults, evalCourse, finishedEvals } from "../../src/tracking/evals.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MINUTES = 60_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-alarms-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Shown {
  readonly state: string;
  readonly reason: string | null;
  readonly alarms: { readonly alarm: string; readonly step: number }[];
  readonly evaluations: number;
  readonly learningCurve: unknown;
  readonly dropped: Record<string, number>;
  readonly steps: unknown[];
}

/** What `rlvr show --json` tells of the run of a folder. */
async function shown(cwd: string): Promise<Shown> {
  return JSON.parse((await rlvr(["show", "--json"], cwd)).stdout) as Shown;
}

/** Three tokens are too few for any answer of the microcosm: every completion is cut. */
const CUT = {
  steps: 8,
  sampling: { groups: 3, group_size: 2, max_tokens: 3, concurrency: 3 },
  scaffold: { name: "none" },
  evaluation: { every: 8, samples: 1 },
};

test(
  "an alarm is an event, a row, a plain line and a part of the report, once, however often the run is ended",
  async () => {
    const cwd = join(folder, "alarm");
    const recipe = writeSmallRecipe(cwd, CUT);
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      onLine: (line) => {
        if (line.includes('"type":"alarm"')) run.child.kill("SIGKILL");
      },
    });
    const lines = (await run.ended).stdout.trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.find(({ type }) => type === "alarm")).toEqual({
      type: "alarm",
      step: 5,
      alarm: "cut_off",
      message: "100% of the completions were cut at the most tokens",
      metric: "length.cut",
      value: 1,
      limit: 0.5,
    });
    const resumed = await rlvr(["resume"], cwd);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).not.toContain("alarm cut_off after step");
    expect(resumed.stdout).toMatch(/Alarms .*docs\/monitors\.md[^]*5 +cut_off +100% of the completions/);
    expect((await shown(cwd)).alarms).toMatchObject([{ alarm: "cut_off", step: 5 }]);
    const unbroken = join(folder, "unbroken");
    const plain = await rlvr(["run", writeSmallRecipe(unbroken, CUT)], unbroken);
    expect(plain.stdout.match(/^alarm cut_off after step 5: 100%.*$/gm)).toHaveLength(1);
    expect(naturalDump(join(cwd, ".rlvr/rlvr.db"))).toEqual(naturalDump(join(unbroken, ".rlvr/rlvr.db")));
  },
  2 * MINUTES,
);

/** Asymptotes always agree within 1: the run stops at the seventh evaluation, the first with three fits. */
const STOP = { steps: 20, evaluation: { every: 1, samples: 1, stop: { agree: 1 } } };

test(
  "a run whose held-out curve has levelled off ends early as succeeded, says why, and the same after a kill",
  async () => {
    const cwd = join(folder, "stop");
    const ended = await rlvr(["run", writeSmallRecipe(cwd, STOP), "--json"], cwd);
    expect(ended.code).toBe(0);
    const report = await shown(cwd);
    expect(report).toMatchObject({ state: "succeeded", evaluations: 7 });
    expect(report.steps).toHaveLength(6);
    expect(report.reason).toMatch(/held-out accuracy has levelled off/);
    expect(report.learningCurve).not.toBe(null);
    expect((await rlvr(["show"], cwd)).stdout).toContain("The run succeeded: held-out accuracy has levelled off");
    expect(ended.stdout).toContain('"suite":"test","step":6');

    const killed = join(folder, "killed");
    const run = startRlvr(["run", writeSmallRecipe(killed, STOP), "--json"], {
      cwd: killed,
      onLine: (line) => {
        // The decision to stop is made, and nothing of it done.
        if (line.includes('"type":"eval_finished","suite":"development","step":6')) run.child.kill("SIGKILL");
      },
    });
    await run.ended;
    expect((await rlvr(["resume", "--json"], killed)).code).toBe(0);
    expect((await shown(killed)).reason).toBe(report.reason);
    expect(naturalDump(join(killed, ".rlvr/rlvr.db"))).toEqual(naturalDump(join(cwd, ".rlvr/rlvr.db")));
  },
  2 * MINUTES,
);

test("the course of evaluations from their sums is that from their completions", () => {
  const db = openCurrentDatabaseReadOnly(join(folder, "stop/.rlvr/rlvr.db"));
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
  const db = new Database(join(folder, "stop/.rlvr/rlvr.db"), { readonly: true });
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
