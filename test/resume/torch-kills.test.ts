import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeJson } from "../../src/trainer/protocol/json.ts";
import { checkpointManifest, type CheckpointManifest } from "../../src/trainer/protocol/schemas.ts";
import { processesIn, startRlvr } from "../support/rlvr-process.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { INSTALLING, partPython } from "../support/test-parts.ts";
import { naturalDump, type DumpScope } from "./natural-dump.ts";

const MINUTES = 60_000;
const STEPS = 7;
const CHECKPOINT_EVERY = 3;
const OPTIMIZER_STEPS = 2;
// One thread: the bits of a sum depend on how it is split, and other tests use the cores.
const ENVIRONMENT = { OMP_NUM_THREADS: "1" };

/** An instant of the trainer to end it at: see torch_kill_hook.py. */
type Kill = readonly ["step" | "checkpoint" | "answer", version: number];

interface Outcome {
  readonly rows: Record<string, unknown[]>;
  /** sha256 of each file of the last checkpoint. */
  readonly state: Record<string, string>;
}

let folder: string;
let uninterrupted: string;
let python: string;
let reference: Outcome;

/** Writes the default recipe, shortened, with the PyTorch trainer, which is killed as planned. */
function writeRecipe(cwd: string, kills: readonly Kill[]): string {
  mkdirSync(cwd, { recursive: true });
  const plan = join(cwd, "kills.json");
  writeFileSync(plan, JSON.stringify(kills));
  const wrapper = join(cwd, "python");
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec "${python}" "${packagePath("test/resume/torch_kill_hook.py")}" "${plan}" "$@"\n`,
  );
  chmodSync(wrapper, 0o755);
  const {
    problems,
    trainer,
    evaluation: _,
    ...rest
  } = parse(readFileSync(packagePath("curricula/microcosm.yaml"), "utf8"));
  const recipe = {
    ...rest,
    steps: STEPS,
    problems: {
      practice: packagePath(`curricula/${problems.practice}`),
      prompt: packagePath(`curricula/${problems.prompt}`),
    },
    policy: { model: packagePath("policies/tiny") },
    trainer: { ...trainer, torch: { python: wrapper, mode: "full", checkpoint_every: CHECKPOINT_EVERY } },
  };
  const path = join(cwd, "recipe.yaml");
  writeFileSync(path, stringify(recipe));
  return path;
}

const databaseIn = (cwd: string): string => join(cwd, ".rlvr/rlvr.db");

/** Kills that the trainer's record says happened. */
function killsDone(cwd: string): number {
  return Number(readFileSync(join(cwd, "kills.json.done"), "utf8"));
}

/** A query's rows. */
function rowsOf(cwd: string, query: string): Record<string, unknown>[] {
  const db = new Database(databaseIn(cwd), { readonly: true });
  try {
    return db.prepare(query).all() as Record<string, unknown>[];
  } finally {
    db.close();
  }
}

/** Waits until no process of a folder is left. */
async function gone(cwd: string): Promise<void> {
  await expect.poll(() => processesIn(cwd), { timeout: 10_000 }).toEqual([]);
}

/** What the trainer itself recorded of a run's last version. */
function lastManifest(cwd: string, run = 1): CheckpointManifest {
  const ofRun = `FROM checkpoints WHERE run_id = ${run}`;
  const [row] = rowsOf(cwd, `SELECT directory ${ofRun} ORDER BY policy_version DESC LIMIT 1`);
  const path = join(cwd, `.rlvr/rlvr-runs/${run}`, String(row?.["directory"]), "manifest.json");
  return decodeJson(checkpointManifest, readFileSync(path, "utf8"), path);
}

/** All rows of a run by their natural keys, and the bits of weights and optimiser state that it ended with. */
function outcomeOf(cwd: string, scope?: DumpScope): Outcome {
  const dump = naturalDump(databaseIn(cwd), scope);
  // PyTorch's index of a checkpoint's files names the folder that it was written in, and with it the checkpoint's hash.
  const checkpoints = dump["checkpoints"]?.map((row) => ({ ...(row as object), sha256: undefined }));
  const { ".metadata": _, ...state } = lastManifest(cwd, scope?.run).files;
  return { rows: { ...dump, checkpoints: checkpoints ?? [] }, state };
}

/** Every batch was trained once, in order: by the rows, by the trainer's count, and by what came of it. */
function expectOneLineage(cwd: string): void {
  expect(
    rowsOf(
      cwd,
      `SELECT k.policy_version, k.parent_version, s.number AS step, k.directory IS NOT NULL AS saved FROM checkpoints k
       JOIN batches b ON b.id = k.batch_id JOIN steps s ON s.id = b.step_id ORDER BY 1`,
    ),
  ).toEqual(
    Array.from({ length: STEPS }, (_, index) => ({
      policy_version: index + 1,
      parent_version: index,
      step: index + 1,
      saved: (index + 1) % CHECKPOINT_EVERY === 0 || index + 1 === STEPS ? 1 : 0,
    })),
  );
  expect(lastManifest(cwd)).toMatchObject({ policy_version: STEPS, optimizer_step: STEPS * OPTIMIZER_STEPS });
  expect(Object.keys(reference.state)).not.toEqual([]);
  expect(outcomeOf(cwd)).toEqual(reference);
}

beforeAll(async () => {
  python = await partPython(TRAINER_ENVIRONMENT);
  folder = mkdtempSync(join(tmpdir(), "rlvr-torch-"));
  uninterrupted = join(folder, "uninterrupted");
  const recipe = writeRecipe(uninterrupted, []);
  const { code, stderr } = await startRlvr(["run", recipe, "--json"], { cwd: uninterrupted, env: ENVIRONMENT }).ended;
  if (code !== 0) throw new Error(`the uninterrupted run failed:\n${stderr}`);
  reference = outcomeOf(uninterrupted);
}, INSTALLING);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the default recipe learns with the PyTorch trainer", async () => {
  const rewards = rowsOf(uninterrupted, "SELECT value FROM metrics WHERE name = 'reward.mean' ORDER BY step");
  const [first, last] = [rewards[0], rewards.at(-1)].map((row) => Number(row?.["value"]));
  expect(rewards).toHaveLength(STEPS);
  expect((last ?? 0) - (first ?? 1), `rewards from ${first} to ${last}`).toBeGreaterThan(0.2);
  expectOneLineage(uninterrupted);
  await gone(uninterrupted);
  // The last version has a checkpoint, whatever the step: no batch has to stay.
  expect(readdirSync(join(uninterrupted, ".rlvr/rlvr-runs/1/trainer/batches"))).toEqual([]);
});

test(
  "a trainer that is killed mid-step, during a checkpoint, between batches and while it replays trains every batch once",
  async () => {
    const cwd = join(folder, "trainer");
    const kills: Kill[] = [
      ["step", 2],
      ["checkpoint", 3],
      ["answer", 5],
      ["step", 4],
    ];
    const recipe = writeRecipe(cwd, kills);
    const { code, stderr } = await startRlvr(["run", recipe, "--json"], { cwd, env: ENVIRONMENT }).ended;
    expect(code, stderr).toBe(0);
    expect(killsDone(cwd)).toBe(kills.length);
    expect(rowsOf(cwd, "SELECT started_from_version AS version FROM trainer_jobs ORDER BY epoch")).toEqual(
      [0, 0, 0, 3, 3].map((version) => ({ version })),
    );
    expectOneLineage(cwd);
    await gone(cwd);
  },
  5 * MINUTES,
);

test(
  "an orchestrator that is killed leaves no Python process, and its resumed run replays batches whose files are gone",
  async () => {
    const cwd = join(folder, "orchestrator");
    const recipe = writeRecipe(cwd, []);
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      env: ENVIRONMENT,
      onLine: (line) => {
        const event = JSON.parse(line) as { type: string; step?: number };
        if (event.type === "step_started" && event.step === 6) run.child.kill("SIGKILL");
      },
    });
    expect((await run.ended).signal).toBe("SIGKILL");
    await gone(cwd);
    rmSync(join(cwd, ".rlvr/rlvr-runs/1/trainer/batches/000004"), { recursive: true });
    const resumed = await startRlvr(["resume", "--json"], { cwd, env: ENVIRONMENT }).ended;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(rowsOf(cwd, "SELECT started_from_version AS version, state FROM trainer_jobs ORDER BY epoch")).toEqual([
      { version: 0, state: "lost" },
      { version: 3, state: "succeeded" },
    ]);
    expectOneLineage(cwd);
    await gone(cwd);
  },
  5 * MINUTES,
);

test(
  "a fork without changes ends with the weights and the optimiser's state of its parent",
  async () => {
    const cwd = join(folder, "fork");
    cpSync(uninterrupted, cwd, { recursive: true });
    const { code, stderr } = await startRlvr(["run", "--from", "1:6", "--json"], { cwd, env: ENVIRONMENT }).ended;
    expect(code, stderr).toBe(0);
    expect(outcomeOf(cwd, { run: 2, after: 6 })).toEqual(outcomeOf(cwd, { run: 1, after: 6 }));
    expect(lastManifest(cwd, 2)).toMatchObject({ policy_version: STEPS, optimizer_step: STEPS * OPTIMIZER_STEPS });
    await gone(cwd);
  },
  5 * MINUTES,
);
