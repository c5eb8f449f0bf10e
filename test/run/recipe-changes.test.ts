import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { summaryText } from "../../src/cli/run-view/summary-text.ts";
import { summaryOf } from "../../src/cli/run-view/summary.ts";
import type { Override } from "../../src/config/load-document.ts";
import type { Recipe } from "../../src/config/recipe-schema.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { planResume } from "../../src/run/start/plan-resume.ts";
import { recipeChangesOf } from "../../src/tracking/recipe-changes.ts";
import { versionsAfter } from "../../src/tracking/training.ts";
import { scriptedRun, type RunScript, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { scriptedTrainer } from "../support/scripted/scripted-trainer.ts";

let folder: string;
const open: ScriptedRun[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-changes-"));
});
afterEach(() => {
  for (const { db } of open.splice(0)) db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startScripted(name: string, changes: Readonly<Record<string, unknown>> = {}): Promise<ScriptedRun> {
  const run = await scriptedRun(join(folder, name), changes);
  open.push(run);
  return run;
}

const set = (path: string, value: unknown): Override => ({ path: path.split("."), value });
const LINEAR = { steps: 4, trainer: { learning_rate: 0.01, schedule: "linear" } };

/** Learning rates by step, as the trainer was given them. */
interface Rates {
  readonly byStep: Map<number, readonly number[]>;
  readonly trainer: (batchDirectory: string) => void;
}

function watchRates(): Rates {
  const byStep = new Map<number, readonly number[]>();
  return {
    byStep,
    trainer(batchDirectory) {
      const { step, learning_rates: rates } = JSON.parse(
        readFileSync(join(batchDirectory, "manifest.json"), "utf8"),
      ) as { step: number; learning_rates: number[] };
      byStep.set(step, rates);
    },
  };
}

/** Ends the work at an event, as a kill does. */
function crashAt(type: RunEvent["type"], step: number, script: RunScript = {}): RunScript {
  return {
    ...script,
    listen(event) {
      if (event.type === type && "step" in event && event.step === step) throw new Error("killed");
    },
  };
}

test("gives a changed learning rate to the steps that begin after the change, and to no other", async () => {
  const run = await startScripted("rates", { steps: 4 });
  const { byStep, trainer } = watchRates();
  await expect(run.work(crashAt("step_started", 3, { trainer }))).rejects.toThrow("killed");
  await run.work({ trainer, changes: [set("trainer.learning_rate", 0.0005)] });
  expect([...byStep].map(([step, [rate]]) => [step, rate])).toEqual([
    [1, 0.001],
    [2, 0.001],
    [3, 0.001],
    [4, 0.0005],
  ]);
  expect((run.run().recipe as Recipe).trainer.learning_rate).toBe(0.0005);
  expect(recipeChangesOf(run.db, 1)).toMatchObject([
    { step: 4, path: "trainer.learning_rate", before: 0.001, after: 0.0005, by: "person", evidence: null },
  ]);
  expect(run.events).toContainEqual({
    type: "recipe_changed",
    step: 4,
    path: "trainer.learning_rate",
    before: 0.001,
    after: 0.0005,
    by: "person",
    evidence: null,
  });
  const shown = summaryText(summaryOf(run.db, run.run()), "x.db");
  expect(shown).toMatch(/4\s+trainer\.learning_rate\s+0\.001\s+0\.0005\s+person/);
});

test("makes the batches before a change again bit by bit, also after several changes and kills", async () => {
  const run = await startScripted("again", LINEAR);
  const { byStep, trainer } = watchRates();
  await expect(run.work(crashAt("step_started", 2, { trainer }))).rejects.toThrow("killed");
  const first = [set("steps", 6), set("trainer.learning_rate", 0.02), set("trainer.warmup_steps", 3)];
  await expect(run.work(crashAt("step_started", 4, { trainer, changes: first }))).rejects.toThrow("killed");
  const second = [set("steps", 5), set("trainer.weight_decay", 0.1), set("trainer.schedule", "constant")];
  await expect(run.work(crashAt("step_finished", 4, { trainer, changes: second }))).rejects.toThrow("killed");
  const before = new Map(byStep);
  // A trainer that lost everything asks for every batch again; a batch with other bytes than before is refused.
  const remade: number[] = [];
  await run.work({
    trainer,
    ports: {
      createTrainer: (options) => ({
        ...scriptedTrainer(trainer)(options),
        async ready() {
          for (const version of versionsAfter(options.db, options.runId, 0)) {
            rmSync(join(options.runDirectory, version.batch.directory), { recursive: true, force: true });
            trainer(await options.batchOf(version));
            remade.push(version.step.number);
          }
        },
      }),
    },
  });
  expect(remade).toEqual([1, 2, 3, 4]);
  for (const [step, rates] of before) expect(byStep.get(step), `step ${step}`).toEqual(rates);
  expect([1, 2].map((step) => byStep.get(step)?.[0])).toEqual([0.01, 0.0075]);
  expect(byStep.get(3)?.[0]).toBeCloseTo(0.02, 12);
  expect(byStep.get(5)).toEqual([0.02]);
  expect(run.run().state).toBe("succeeded");
});

test("ends with the same checkpoint as a run that was killed elsewhere and changed at the same step", async () => {
  const changes = [set("trainer.learning_rate", 0.002), set("steps", 4)];
  const hashes = [];
  for (const [type, step] of [
    ["step_finished", 2],
    ["group_finished", 2],
  ] as const) {
    const run = await startScripted(type);
    await expect(run.work(crashAt(type, step))).rejects.toThrow("killed");
    await run.work({ changes });
    hashes.push(run.hash());
    expect(recipeChangesOf(run.db, 1).map((change) => change.step)).toEqual([3, 3]);
  }
  expect(new Set(hashes).size).toBe(1);
});

test("extends a finished run, which is left alone otherwise", async () => {
  const run = await startScripted("extended", { steps: 2 });
  await run.work();
  const rows = (): unknown => run.db.$client.prepare("SELECT count(*), max(id) FROM events").raw().get();
  const before = rows();
  expect(planResume(run.db, run.run(), []).isOver).toBe(true);
  await run.work();
  await run.work({ changes: [set("steps", 2)] });
  expect(rows()).toEqual(before);
  await expect(run.work({ changes: [set("trainer.learning_rate", 0.1)] })).rejects.toThrow(/run 1 is finished/);
  await expect(run.work({ changes: [set("steps", 1)] })).rejects.toThrow(/has begun step 2 already/);
  expect([rows(), recipeChangesOf(run.db, 1), run.run().state]).toEqual([before, [], "succeeded"]);
  await run.work({ changes: [set("steps", 3)] });
  expect(run.run().state).toBe("succeeded");
  expect(run.events.filter(({ type }) => type === "step_finished")).toHaveLength(3);
});

test("applies what only changes how work is done to the step at hand", async () => {
  const run = await startScripted("operation", { steps: 2 });
  await expect(run.work(crashAt("step_started", 2))).rejects.toThrow("killed");
  await run.work({
    changes: [set("sampling.concurrency", 1), set("verifiers.0.deadline_ms", 5000), set("evaluation.samples", 1)],
  });
  expect(recipeChangesOf(run.db, 1).map(({ step, path }) => [step, path])).toEqual([
    [2, "sampling.concurrency"],
    [2, "verifiers.0.deadline_ms"],
    [2, "evaluation.samples"],
  ]);
  const samples = run.db.$client.prepare("SELECT samples FROM evals WHERE step = 2 AND suite = 'test'").pluck().get();
  expect(samples).toBe(1);
});

test("refuses options that may not change, unknown ones and bad values, and leaves the run as it was", async () => {
  const run = await startScripted("refused", { steps: 2 });
  await expect(run.work(crashAt("step_started", 2))).rejects.toThrow("killed");
  const before = [run.run(), run.events.length];
  const refusals: readonly [string, unknown, RegExp][] = [
    ["sampling.group_size", 8, /sampling\.group_size cannot change in a run: steps before and after/],
    ["seed", 9, /seed cannot change in a run: all randomness/],
    ["objective.clip_low", 0.1, /objective\.clip_low cannot change in a run/],
    ["verifiers.0.name", "math", /verifiers\.0\.name cannot change/],
    ["verifiers.1", { name: "math" }, /verifiers\.1 cannot change/],
    ["teacher", { url: "http://a:1" }, /teacher cannot change/],
    ["evaluation", { every: 3, limit: 2 }, /evaluation\.limit cannot change/],
    ["pipeline.depth", 1, /pipeline\.depth cannot change in a run: rollouts before and after/],
    ["trainer.learnin_rate", 1, /unknown key "learnin_rate" in trainer; did you mean "learning_rate"\?/],
    ["trainer.learning_rate", -1, /the recipe of run 1 is not a usable recipe:\n {2}trainer\.learning_rate: /],
    ["trainer.learning_rate.x", 1, /trainer\.learning_rate\.x: nothing can be set there/],
    ["policy.url", "localhost:80", /did you mean http:\/\/localhost:80\?/],
  ];
  for (const [path, value, message] of refusals)
    await expect(run.work({ changes: [set(path, value)] }), path).rejects.toThrow(message);
  expect([run.run(), run.events.length]).toEqual(before);
});

test("reports that files of the run were edited since, and goes on with those it began with", async () => {
  const run = await startScripted("edited", { steps: 2 });
  await expect(run.work(crashAt("step_started", 1))).rejects.toThrow("killed");
  await expect(run.work(crashAt("step_started", 2))).rejects.toThrow("killed");
  expect(run.events.filter(({ type }) => type === "sources_edited")).toEqual([]);
  const file = join(folder, "edited/recipe.yaml");
  appendFileSync(file, "\n# a higher rate\n");
  await expect(run.work(crashAt("step_finished", 2))).rejects.toThrow("killed");
  expect(run.events.filter(({ type }) => type === "sources_edited")).toEqual([
    { type: "sources_edited", files: [file] },
  ]);
  rmSync(file);
  await run.work();
  expect(run.events.filter(({ type }) => type === "sources_edited")).toHaveLength(1);
  expect(run.run().state).toBe("succeeded");
});
