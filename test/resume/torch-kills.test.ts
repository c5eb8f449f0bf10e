import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";
import { processesIn, startRlvr } from "../support/rlvr-process.ts";
import { INSTALLING, torchPython } from "../support/torch-python.ts";
import { naturalDump } from "./natural-dump.ts";

const MINUTES = 60_000;
const STEPS = 8;
const CHECKPOINT_EVERY = 3;
const OPTIMIZER_STEPS = 2;
// One thread: the bits of a sum depend on how it is split, and other tests use the cores.
const ENVIRONMENT = { OMP_NUM_THREADS: "1" };

/** An instant of the trainer to end it at: see torch_kill_hook.py. */
type Kill = readonly ["step" | "checkpoint" | "answer", version: number];

let folder: string;
let python: string;
let reference: Record<string, unknown[]>;

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

/** What the trainer itself recorded of the last version. */
function lastManifest(cwd: string): Record<string, unknown> {
  const [row] = rowsOf(cwd, "SELECT directory FROM checkpoints ORDER BY policy_version DESC LIMIT 1");
  return JSON.parse(readFileSync(join(cwd, ".rlvr/rlvr-runs/1", String(row?.["directory"]), "manifest.json"), "utf8"));
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
  expect(naturalDump(databaseIn(cwd))).toEqual(reference);
}

beforeAll(async () => {
  python = await torchPython();
  folder = mkdtempSync(join(tmpdir(), "rlvr-torch-"));
}, INSTALLING);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  "the default recipe learns with the PyTorch trainer",
  async () => {
    const cwd = join(folder, "uninterrupted");
    const recipe = writeRecipe(cwd, []);
    const { code, stderr } = await startRlvr(["run", recipe, "--json"], { cwd, env: ENVIRONMENT }).ended;
    expect(code, stderr).toBe(0);
    reference = naturalDump(databaseIn(cwd));
    const rewards = rowsOf(cwd, "SELECT value FROM metrics WHERE name = 'reward.mean' ORDER BY step");
    const [first, last] = [rewards[0], rewards.at(-1)].map((row) => Number(row?.["value"]));
    expect(rewards).toHaveLength(STEPS);
    expect((last ?? 0) - (first ?? 1), `rewards from ${first} to ${last}`).toBeGreaterThan(0.2);
    expectOneLineage(cwd);
    // What is covered by the last checkpoint is gone.
    expect(rowsOf(cwd, "SELECT DISTINCT state FROM batches")).toEqual([{ state: "trained" }]);
    await gone(cwd);
  },
  2 * MINUTES,
);

test(
  "a trainer that is killed mid-step, during a checkpoint, between batches and while it replays trains every batch once",
  async () => {
    const cwd = join(folder, "trainer");
    const kills: Kill[] = [
      ["step", 2],
      ["checkpoint", 3],
      ["answer", 5],
      ["step", 4],
      ["answer", 8],
    ];
    const recipe = writeRecipe(cwd, kills);
    const { code, stderr } = await startRlvr(["run", recipe, "--json"], { cwd, env: ENVIRONMENT }).ended;
    expect(code, stderr).toBe(0);
    expect(killsDone(cwd)).toBe(kills.length);
    expect(rowsOf(cwd, "SELECT started_from_version AS version FROM trainer_jobs ORDER BY epoch")).toEqual(
      [0, 0, 0, 3, 3, 6].map((version) => ({ version })),
    );
    expectOneLineage(cwd);
    await gone(cwd);
  },
  3 * MINUTES,
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
  3 * MINUTES,
);
