import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Recipe } from "../../src/config/recipe-schema.ts";
import { findVersion } from "../../src/run/versions/find-version.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { keptCheckpoints } from "../../src/tracking/kept-checkpoints.ts";
import { recipeChangesOf } from "../../src/tracking/recipe-changes.ts";
import { unfinishedRun } from "../../src/tracking/run-state.ts";
import { findRun, forksOf } from "../../src/tracking/runs.ts";
import { runsByName } from "../../src/tracking/study.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-forks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every step can be forked. */
const KEPT = { checkpoints: { keep_every: 1 } };
const set = (path: string, value: unknown) => ({ path: path.split("."), value });

/** What a run did after a step. */
const doneAfter = (run: ScriptedRun, after: number) => naturalDump(run.databasePath, { run: run.run().id, after });

/** Recipes with a memory of earlier steps, each of another kind. */
const MEMORIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "a bandit, replaced groups and hints whose prompt fades": { steps: 5 },
  "a band, minibatches, a KL term and a falling learning rate": {
    steps: 5,
    curriculum: { name: "band" },
    objective: { name: "grpo", kl_coef: 0.1 },
    trainer: { epochs: 2, minibatches: 2, learning_rate: 0.001, schedule: "linear", warmup_steps: 3 },
    scaffold: { name: "ghpo" },
  },
  "arms in order, and hints for problems that failed before": {
    steps: 7,
    curriculum: { name: "easy-to-hard", order: ["mul-rev", "sub", "add"], patience: 5, rehearsal: 0.3 },
    scaffold: { name: "scaf-grpo", trigger: "stagnant", stagnant_visits: 1, exemption: 0 },
  },
  "a budget of tokens, and evaluations beside the steps": {
    steps: 50,
    token_budget: 1500,
    curriculum: { name: "uniform" },
    scaffold: { name: "scaf-grpo", exemption: 0.5 },
    evaluation: { every: 2, samples: 2 },
  },
};

/** After which of their steps they are forked. */
const FORKED: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  Object.keys(MEMORIES).map((memory, place) => [memory, [[0, 3], [2], [4], [1]][place] ?? []]),
);

describe("a fork without changes does what its parent went on to do", () => {
  for (const [memory, recipe] of Object.entries(MEMORIES))
    test(`with ${memory}`, async () => {
      const parent = await scriptedRun(folder, { ...KEPT, ...recipe });
      await parent.work();
      expect(naturalDump(parent.databasePath)["steps"]?.length).toBeGreaterThan(4);
      for (const k of FORKED[memory] ?? []) {
        const fork = await parent.fork(k);
        expect(fork.run()).toMatchObject({ parentRun: 1, parentStep: k, seed: parent.run().seed });
        await fork.work();
        expect(doneAfter(fork, k), `after step ${k}`).toEqual(doneAfter(parent, k));
        expect(fork.hash()).toBe(parent.hash());
        expect(fork.run().state).toBe("succeeded");
      }
    });
});

test("a fork gives hints by how its parent fared with a problem", async () => {
  const parent = await scriptedRun(folder, {
    ...KEPT,
    ...MEMORIES["arms in order, and hints for problems that failed before"],
  });
  await parent.work();
  const hinted = (run: ScriptedRun, after: number) => doneAfter(run, after)["hints"]?.length ?? 0;
  const fork = await parent.fork(3);
  await fork.work();
  expect(hinted(fork, 3)).toBeGreaterThan(0);
  // Judged by another verifier, the parent's attempts say nothing.
  const other = await parent.fork(3, {
    overrides: [set("verifiers", [{ name: "exact", weight: 2 }]), set("steps", 4)],
  });
  await other.work();
  expect(hinted(other, 3)).toBe(0);
});

test("a fork of a fork goes on from both", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 5 });
  await parent.work();
  const fork = await parent.fork(2);
  await fork.work();
  const grandchild = await fork.fork(3);
  await grandchild.work();
  expect(doneAfter(grandchild, 3)).toEqual(doneAfter(parent, 3));
  const atOnce = await fork.fork(2);
  await atOnce.work();
  expect(doneAfter(atOnce, 2)).toEqual(doneAfter(parent, 2));
  expect([forksOf(parent.db, 1), forksOf(parent.db, 2), forksOf(parent.db, 3)]).toEqual([[2], [3, 4], []]);
  await expect(fork.fork(1)).rejects.toMatchObject({ advice: expect.stringContaining("1:1") });
});

test("a fork of a fork's first version has the options that the fork was made with", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 3 });
  await parent.work();
  const overrides = [set("trainer.learning_rate", 0.01), set("verifiers.1", { name: "numeric", weight: 2 })];
  const fork = await parent.fork(2, { overrides });
  const { recipe } = (await fork.fork(2)).run();
  expect(recipe).toEqual(fork.run().recipe);
  expect(((await fork.fork(0)).run().recipe as Recipe).trainer.learning_rate).toBe(0.01);
});

test("a study finds the run that it made, not a fork of it", async () => {
  const parent = await scriptedRun(folder);
  await parent.fork(0);
  const { name } = parent.run();
  expect(runsByName(parent.db, [name]).get(name)?.id).toBe(1);
});

test("ends the same after a crash at any event, and after one before its row was written", async () => {
  const whole = await scriptedRun(join(folder, "whole"), { ...KEPT, steps: 4 });
  await whole.work();
  const expected = doneAfter(whole, 2);
  const uncrashed = await whole.fork(2);
  await uncrashed.work();
  for (const kind of new Set(uncrashed.events.map(({ type }) => type))) {
    if (kind === "run_ended") continue;
    let left = Math.ceil(uncrashed.events.filter(({ type }) => type === kind).length / 2);
    // What a fork that was killed before its row leaves: the next run has its number.
    const next = join(runDirectory(whole.databasePath, whole.run().id), "..", String(findRun(whole.db).id + 1));
    mkdirSync(join(next, "trainer/epoch-0/exports/000009"), { recursive: true });
    writeFileSync(join(next, "trainer/epoch-0/exports/000009/manifest.json"), "{}");
    const crashed = await whole.fork(2);
    const listen = ({ type }: { readonly type: string }): void => {
      if (type === kind && --left === 0) throw new Error("crashed");
    };
    await expect(crashed.work({ listen }), kind).rejects.toThrow("crashed");
    await crashed.work();
    expect(doneAfter(crashed, 2), kind).toEqual(expected);
    expect(crashed.events.filter(({ type }) => type === "run_started")).toHaveLength(1);
    expect(readdirSync(next, { recursive: true }).join()).not.toContain("000009");
  }
});

test("has its version's files also when the parent deletes its own", async () => {
  const parent = await scriptedRun(folder, {
    steps: 5,
    evaluation: { every: 9 },
    checkpoints: { keep_last: 1, keep_best: 0 },
  });
  await expect(
    parent.work({
      listen: (event) => {
        if (event.type === "step_finished" && event.step === 2) throw new Error("crashed");
      },
    }),
  ).rejects.toThrow("crashed");
  const fork = await parent.fork();
  await parent.work();
  expect(keptCheckpoints(parent.db, 1).map(({ step }) => step)).toEqual([5]);
  await fork.work();
  expect(fork.run().parentStep).toBe(2);
  expect(doneAfter(fork, 2)).toEqual(doneAfter(parent, 2));
  await expect(parent.fork(2)).rejects.toMatchObject({
    code: "missing_file",
    message: "run 1 has no whole checkpoint of its version after step 2",
    advice: expect.stringContaining("1:0 (the base), 1:5. See: rlvr checkpoints 1"),
  });
});

describe("a fork with changes", () => {
  let shared: string;
  let parent: ScriptedRun;
  beforeAll(async () => {
    shared = mkdtempSync(join(tmpdir(), "rlvr-changed-forks-"));
    parent = await scriptedRun(shared, { ...KEPT, steps: 3 });
    await parent.work();
    await parent.work({
      changes: [set("steps", 5), set("trainer.learning_rate", 0.01), set("sampling.concurrency", 2)],
    });
  });
  afterAll(() => rmSync(shared, { recursive: true, force: true }));

  test("has the recipe as it stood at its step, with what was set over it", async () => {
    const fork = await parent.fork(2, { overrides: [set("objective.name", "rloo"), set("steps", 4)] });
    // The rate is from step 4 on; how many groups are in flight changes nothing that comes of it.
    expect(fork.run().recipe).toMatchObject({
      steps: 4,
      objective: { name: "rloo" },
      trainer: { learning_rate: 0.001 },
      sampling: { concurrency: 2 },
    });
    await fork.work();
    expect(recipeChangesOf(fork.db, fork.run().id)).toMatchObject([
      { step: 3, path: "steps", before: 3, after: 4 },
      { step: 3, path: "objective.name", before: "grpo", after: "rloo", by: "person" },
    ]);
    expect(fork.events.slice(0, 3)).toMatchObject([
      { type: "run_started", forkedFrom: { runId: 1, step: 2 }, seed: 5, steps: 4 },
      { type: "recipe_changed", path: "steps" },
      { type: "recipe_changed", path: "objective.name" },
    ]);
  });

  test("begins another curriculum anew, and keeps the state of the same one with other options", async () => {
    const statesOf = ({ db, run }: ScriptedRun) =>
      db.$client.prepare("SELECT step, state FROM curriculum_states WHERE run_id = ?").all(run().id);
    const other = await parent.fork(2, { overrides: [set("curriculum", { name: "band" })] });
    const same = await parent.fork(2, { overrides: [set("curriculum.floor", 0.1)] });
    expect([statesOf(other).length, statesOf(same).length]).toEqual([0, 1]);
    expect(statesOf(parent)).toContainEqual(statesOf(same)[0]);
    await other.work();
    expect(other.run().state).toBe("succeeded");
  });

  test("evaluates before its first step where verifiers are others, and takes over its parent's evaluation where not", async () => {
    const evaluated = async (overrides: Parameters<typeof parent.fork>[1]) => {
      const fork = await parent.fork(2, overrides);
      await fork.work();
      const events = fork.events.flatMap((event) => (event.type === "eval_finished" ? [event] : []));
      return events.map(({ suite, step }) => `${suite} ${step}`);
    };
    expect(await evaluated({})).toEqual(["test 3", "development 3"]);
    const overrides = [set("verifiers", [{ name: "exact", weight: 2 }])];
    expect(await evaluated({ overrides })).toEqual(["test 2", "development 2", "test 3", "development 3"]);
  });

  test("practises other problems when it is given some", async () => {
    writeFileSync(join(shared, "other.jsonl"), '{"problem": "1+1", "answer": "2", "arm": "add"}\n'.repeat(1));
    const overrides = [set("problems.practice", "other.jsonl"), set("scaffold", { name: "none" })];
    const fork = await parent.fork(2, { overrides: [...overrides, set("curriculum", { name: "uniform" })] });
    expect(fork.run().practiceSetId).not.toBe(parent.run().practiceSetId);
    expect(fork.run().testSetId).toBe(parent.run().testSetId);
    expect((fork.run().recipe as Recipe).problems.practice).toBe(join(shared, "other.jsonl"));
  });

  test("refuses what its checkpoint depends on, and a run that would be over", async () => {
    const newest = findRun(parent.db).id;
    const refusal = async (at: number | undefined, ...overrides: ReturnType<typeof set>[]) =>
      parent.fork(at, { overrides }).then(
        () => "forked",
        (error: Error) => error.message,
      );
    expect(await refusal(2, set("policy.model", shared), set("trainer.torch", { mode: "full" }))).toMatch(
      /^policy\.model cannot change in a fork: .*\ntrainer\.torch cannot change in a fork: another trainer wrote the checkpoint$/,
    );
    expect(await refusal(undefined)).toBe("a run of 5 steps has nothing left to do after step 5");
    expect(await refusal(6)).toBe("run 1 has finished 5 steps, not 6");
    expect(findRun(parent.db).id).toBe(newest);
  });
});

test("resumes a run that is not superseded, and names parent and fork in each command", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 4 });
  const listen = (event: { readonly type: string; readonly step?: number }): void => {
    if (event.type === "step_started" && event.step === 4) throw new Error("crashed");
  };
  await expect(parent.work({ listen: (event) => listen(event as never) })).rejects.toThrow("crashed");
  expect(unfinishedRun(parent.db)?.id).toBe(1);
  const fork = await parent.fork(2, { isSuperseding: true, overrides: [set("evaluation.every", 3)] });
  const directory = runDirectory(fork.databasePath, 2);
  expect(findVersion(fork.db, directory, { runId: 2, at: 2 })).toMatchObject({
    step: 2,
    checkpoint: { policyVersion: 2 },
  });
  await fork.work();
  expect(unfinishedRun(parent.db)).toBeUndefined();
  const ask = async (...args: string[]) => {
    const { stdout, stderr } = await rlvr([...args, "--db", parent.databasePath], folder);
    return stdout + stderr;
  };
  expect(await ask("runs")).toMatch(/^ *2 .*\n +from 1:2$/m);
  expect(JSON.parse(await ask("runs", "--json"))).toMatchObject([
    { id: 2, parentRun: 1, parentStep: 2, supersededBy: null },
    { id: 1, parentRun: null, supersededBy: 2 },
  ]);
  expect(await ask("show", "1")).toContain("run 1 (small), superseded by run 2: failed");
  expect(await ask("show", "2")).toContain("run 2 (small), forked from run 1 after step 2: succeeded");
  expect(await ask("checkpoints", "2")).toMatch(/Run 2 was forked from run 1 after step 2; .*\n\n.*\n.*\n2:2 /);
  expect(await ask("eval", "--compare", "1:2", "2:2", "--suite", "development")).toContain("No difference is shown");
  expect(await ask("eval", "--run", "2:1")).toContain("Its version after step 1 is that run's: 1:1");
  expect(await ask("run", "recipe.yaml", "--from", "1:2")).toContain("--from 1 has that run's recipe");
  expect(await ask("run", "--supersede")).toContain("Name the parent: --from RUN:STEP");
  expect(await ask("run", "--from", "1:9")).toContain("run 1 has finished 3 steps, not 9");
});
