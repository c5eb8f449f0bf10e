/**
 * Exports a real run to TensorBoard, Weights & Biases and Trackio and reads it back by their own Python packages, without
 * a network. Their environment is made by the first run of this and kept below node_modules.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonWith } from "../support/python-venv.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
let python: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-trackers-"));
  const run = rlvr(["run", writeSmallRecipe(join(folder, "recipe")), "--db", "real.db"], folder);
  python = await pythonWith(fixture("trackers.txt"));
  expect((await run).code).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

type Scalar = [step: number, at: number | null, tag: string, value: number];

/** The scalars that the database has, by SQL of this test's own. */
function stored(): Scalar[] {
  const db = new BetterSqlite3(join(folder, "real.db"), { readonly: true });
  const rows = db
    .prepare(
      `SELECT m.step, s.finished_at AS at, m.name, m.value FROM metrics m JOIN steps s ON s.run_id = m.run_id AND s.number = m.step
       UNION ALL SELECT e.step, e.finished_at, 'eval.' || e.suite || '/accuracy/' || p.arm, avg(x.passed)
       FROM evals e JOIN eval_results x ON x.eval_id = e.id JOIN problems p ON p.id = x.problem_id GROUP BY e.id, p.arm
       UNION ALL SELECT e.step, e.finished_at, 'eval.' || e.suite || '/accuracy', avg(x.passed)
       FROM evals e JOIN eval_results x ON x.eval_id = e.id GROUP BY e.id`,
    )
    .all() as { step: number; at: string; name: string; value: number }[];
  db.close();
  return rows.map(({ step, at, name, value }) => [step, Date.parse(at) / 1000, name.replace(".", "/"), value]);
}

const inOrder = (scalars: Scalar[]): Scalar[] =>
  scalars.toSorted(([stepA, , a], [stepB, , b]) => stepA - stepB || (a < b ? -1 : 1));

function readBack(tracker: string, where: string): unknown {
  const told = execFileSync(python, [fixture("read_back.py"), tracker, where], { encoding: "utf8", stdio: "pipe" });
  return JSON.parse(told);
}

async function exported(format: string, ...rest: string[]) {
  const env = { WANDB_MODE: "offline", TRACKIO_DIR: join(folder, "trackio"), HF_HUB_OFFLINE: "1" };
  const { code, stdout, stderr } = await rlvr(["export", "--db", "real.db", "--format", format, ...rest], folder, {
    env,
  });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test("TensorBoard reads every metric and accuracy with its step and time", async () => {
  await exported("tensorboard");
  const read = readBack("tensorboard", join(folder, "tensorboard/small-1")) as Scalar[];
  expect(inOrder(read)).toEqual(inOrder(stored().map(([step, at, tag, value]) => [step, at, tag, Math.fround(value)])));
});

test("only the steps that are asked for are exported", async () => {
  await exported("tensorboard", "--steps", "2-", "--out", "late");
  const read = readBack("tensorboard", join(folder, "late/small-1")) as Scalar[];
  expect(new Set(read.map(([step]) => step))).toEqual(new Set([2, 3]));
});

test("Weights & Biases gets every number exactly, with its time, and the recipe", async () => {
  const stdout = await exported("wandb", "--python", python, "--project", "try");
  expect(stdout).toContain("wandb sync ");
  const read = readBack("wandb", folder) as { rows: Scalar[]; config: Record<string, unknown> };
  expect(read).toMatchObject({
    project: "try",
    name: "small-1",
    exit: 0,
    config: { run_id: 1, seed: 5, recipe: { name: "small" } },
  });
  const [byName, expected] = [read.rows, stored()].map((rows) =>
    inOrder(rows.map(([step, , tag, value]) => [step, null, tag, value])),
  );
  expect(byName).toEqual(expected);
  // Numbers of one step are one row there, which has the newest time of them.
  for (const [step, at] of read.rows)
    expect(at).toBe(
      Math.max(
        ...stored()
          .filter(([other]) => other === step)
          .map(([, time]) => time ?? 0),
      ),
    );
});

test("Trackio gets every number exactly, and the recipe", async () => {
  const stdout = await exported("trackio", "--python", python, "--project", "try");
  expect(stdout).toContain('trackio show --project "try"');
  const read = readBack("trackio", join(folder, "trackio")) as { rows: Scalar[]; config: unknown };
  expect(read.config).toMatchObject({ run_id: 1, recipe: { name: "small" } });
  expect(inOrder(read.rows)).toEqual(inOrder(stored().map(([step, , tag, value]) => [step, null, tag, value])));
});

test("a tracker that cannot be reached says how to go on, and a missing package too", async () => {
  const args = ["export", "--db", "real.db", "--format", "wandb", "--python"];
  const env = { WANDB_MODE: "online", WANDB_API_KEY: "", HOME: folder, NETRC: join(folder, "none") };
  const refused = await rlvr([...args, python], folder, { env });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/wandb gave up: .*API key/s)]);
  const missing = await rlvr([...args, "/usr/bin/python3"], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("pip install wandb")]);
  // One that is there but lacks something of its own says so itself.
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken/wandb.py"), "import what_it_needs\n");
  const broken = await rlvr([...args, "/usr/bin/python3"], folder, {
    env: { PYTHONPATH: join(folder, "broken") },
  });
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining("No module named 'what_it_needs'")]);
  const nowhere = await rlvr([...args, "./nothing/python"], folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("Name a Python")]);
  expect(readdirSync(folder).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});
