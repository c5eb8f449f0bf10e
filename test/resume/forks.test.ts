import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { createJudges } from "../../src/run/scoring/source-judges.ts";
import { forkRun } from "../../src/run/start/fork-run.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { startRun } from "../../src/run/start/start-run.ts";
import { workOn } from "../../src/run/work.ts";
import { openDatabase, runDirectory, type Database } from "../../src/tracking/database.ts";
import type { RunRow } from "../../src/tracking/runs.ts";
import { latestCheckpoint } from "../../src/tracking/training.ts";
import { inProcessPool } from "../support/scripted/in-process-pool.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { naturalDump } from "./natural-dump.ts";

const MINUTES = 60_000;
let folder: string;
let db: Database;
let databasePath: string;
let parent: RunRow;

/** Works on a run with a real server and the embedded trainer. */
async function work(run: RunRow): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await workOn({
    db,
    databasePath,
    run,
    signal: new AbortController().signal,
    listen: (event) => events.push(event),
    ports: { createJudges: (sources, findKept) => createJudges(sources, findKept, inProcessPool()) },
  });
  return events;
}

const fork = (at: number): Promise<RunRow> =>
  forkRun(db, databasePath, { runId: parent.id, at }, { overrides: [], folder, isSuperseding: false });

/** What a run did after a step, bit by bit, and the weights that it ended with. */
const outcome = ({ id }: RunRow, after: number) => ({
  rows: naturalDump(databasePath, { run: id, after }),
  weights: latestCheckpoint(db, id)?.sha256,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-fork-"));
  databasePath = join(folder, "rlvr.db");
  db = openDatabase(databasePath);
  // Moments of the optimiser, a rate that falls, a divergence from the base, a bandit, hints and replaced groups.
  const recipe = writeSmallRecipe(folder, {
    steps: 4,
    objective: { name: "grpo", kl_coef: 0.05 },
    scaffold: { name: "scaf-grpo", exemption: 0.3 },
    trainer: {
      epochs: 2,
      minibatches: 2,
      learning_rate: 0.001,
      schedule: "cosine",
      warmup_steps: 3,
      weight_decay: 0.01,
    },
    checkpoints: { keep_every: 1 },
  });
  parent = await startRun(db, readRecipe(recipe));
  await work(parent);
}, MINUTES);

afterAll(() => {
  db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  "a fork without changes ends with the weights of its parent, and every token on the way is the same",
  async () => {
    const run = await fork(1);
    await work(run);
    expect(outcome(run, 1)).toEqual(outcome(parent, 1));
  },
  MINUTES,
);

test(
  "a fork whose files are lost is trained again from the base, by its parent's rows",
  async () => {
    const run = await fork(3);
    rmSync(join(runDirectory(databasePath, run.id), "trainer"), { recursive: true });
    const events = await work(run);
    expect(events.find(({ type }) => type === "checkpoint_passed_over")).toMatchObject({
      policyVersion: 3,
      startsFrom: 0,
    });
    expect(events.find(({ type }) => type === "export_lost")).toMatchObject({ policyVersion: 3 });
    expect(outcome(run, 3)).toEqual(outcome(parent, 3));
  },
  MINUTES,
);
