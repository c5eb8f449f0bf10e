import Database from "better-sqlite3";
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { networkFileSystemOfType } from "../../src/tracking/file-system.ts";
import { openDatabase, openDatabaseReadOnly } from "../../src/tracking/database.ts";
import { lockRun } from "../../src/tracking/run-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-db-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "rlvr.db");

test("a new database has every table and view, and opening it again changes nothing", () => {
  openDatabase(path()).$client.close();
  const again = openDatabase(path());
  const names = again.$client.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").pluck().all();
  expect(names).toEqual(expect.arrayContaining(["runs", "rollouts", "credits", "v_lineage", "v_drops"]));
  again.$client.close();
  expect(readdirSync(folder)).toEqual(["rlvr.db"]);
});

test("processes that open a new database at the same time all get it, one after the other", async () => {
  const script = join(import.meta.dirname, "fixtures/open-when-told.ts");
  const processes = [1, 2, 3].map(() => fork(script, { execArgv: [] }));
  const answerOf = async (child: ChildProcess): Promise<unknown> => ((await once(child, "message")) as unknown[])[0];
  try {
    await Promise.all(processes.map(answerOf));
    for (let round = 0; round < 20; round++) {
      const answers = processes.map(answerOf);
      for (const child of processes) child.send(join(folder, `${round}.db`));
      expect(await Promise.all(answers)).toEqual(["ok", "ok", "ok"]);
    }
  } finally {
    for (const child of processes) child.kill();
  }
  // A write-ahead log may stay where two closed at the same time; the lock never does.
  expect(readdirSync(folder).filter((name) => !/^\d+\.db(?:-shm|-wal)?$/.test(name))).toEqual([]);
});

test("every view can be read", () => {
  const db = openDatabase(path());
  const views = db.$client.prepare("SELECT name FROM sqlite_master WHERE type = 'view'").pluck().all() as string[];
  expect(views.length).toBeGreaterThan(6);
  for (const view of views) expect(db.$client.prepare(`SELECT * FROM ${view}`).all()).toEqual([]);
  db.$client.close();
});

test("a database of the first version keeps its rows, gets what is new, and is copied first", () => {
  const old = new Database(path());
  old.pragma(`application_id = ${0x726c7672}`);
  const [first] = readMigrationFiles({ migrationsFolder: packagePath("db/migrations") });
  for (const statement of first?.sql ?? []) old.exec(statement);
  old.exec("CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)");
  old
    .prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)")
    .run(first?.hash, first?.folderMillis);
  old.exec(`INSERT INTO problem_sets (sha256, path) VALUES ('x', 'x.jsonl');
    INSERT INTO problems (set_id, position, key, arm, problem, answer, extra) VALUES (1, 0, 'k', 'easy', '1+1', '2', '{}');
    INSERT INTO runs (name, state, seed, recipe, prompt_template, practice_set_id, version, created_at)
      VALUES ('old', 'interrupted', 1, '{}', '', 1, '0', 'then');
    INSERT INTO steps (run_id, number, phase, policy_version, started_at) VALUES (1, 1, 'collect', 0, 'then');
    INSERT INTO groups (step_id, slot, problem_id, arm, propensity, state) VALUES (1, 0, 1, 'easy', 1, 'scaffolding');
    INSERT INTO prompts (sha256, text, token_ids) VALUES ('p', '1+1', x'00');
    INSERT INTO rollouts (group_id, number, prompt_id, seed, policy_version, finish_reason, tokens, sampled_at)
      VALUES (1, 0, 1, 1, 0, 'stop', 1, 'then'), (1, 1, 1, 2, 0, 'stop', 1, 'then');
    INSERT INTO evals (run_id, suite, set_id, policy_version, step, samples, temperature, started_at, finished_at)
      VALUES (1, 'test', 1, 0, 0, 2, 1, 'then', 'then'), (1, 'test', 1, 0, 9, 2, 1, 'then', NULL);
    INSERT INTO eval_results (eval_id, problem_id, number, status, passed, score, tokens, text)
      VALUES (1, 1, 0, 'ok', 1, 1, 1, '2'), (1, 1, 1, 'error', NULL, NULL, 1, '2'), (2, 1, 0, 'ok', 1, 1, 1, '2');
    INSERT INTO verdicts (rollout_id, verifier, version, status, passed, score, extracted, run_ms, queue_ms)
      VALUES (1, 'exact', '1', 'ok', 1, 1, '2', 0, 0), (2, 'exact', '1', 'error', NULL, NULL, NULL, 0, 0)`);
  old.pragma("user_version = 1");
  old.close();
  const db = openDatabase(path());
  const groups = db.$client.prepare("SELECT arm, state, round, scaffold, judged, passed FROM groups").all();
  expect(groups).toEqual([{ arm: "easy", state: "scaffolding", round: 0, scaffold: null, judged: 1, passed: 1 }]);
  expect(db.$client.prepare("SELECT * FROM eval_arms").all()).toEqual([
    { eval_id: 1, arm: "easy", problems: 1, completions: 2, judged: 1, passed: 1 },
  ]);
  expect(db.$client.prepare("SELECT count(*) FROM hints").pluck().get()).toBe(0);
  expect(db.$client.prepare("SELECT rollout_id, reward, passed, extracted FROM outcomes").raw().all()).toEqual([
    [1, 1, 1, "2"],
    [2, null, null, null],
  ]);
  db.$client.close();
  expect(readdirSync(folder).some((name) => name.startsWith("rlvr.db.before-"))).toBe(true);
});

test("opens a database that migration 0004 left in the middle of a run, and keeps its rows", () => {
  writeFileSync(path(), gunzipSync(readFileSync(join(import.meta.dirname, "fixtures/mid-run-0004.db.gz"))));
  const db = openDatabase(path());
  const count = (what: string): unknown => db.$client.prepare(`SELECT count(*) FROM ${what}`).pluck().get();
  expect([count("rollouts"), count("credits"), count("checkpoints"), count("recipe_changes")]).toEqual([39, 33, 2, 0]);
  const states = db.$client.prepare("SELECT state, drop_reason FROM groups WHERE step_id = 3 ORDER BY slot").raw();
  expect(states.all()).toEqual([
    ["collected", null],
    ["collected", null],
    ["sampling", null],
    ["sampling", null],
  ]);
  expect(db.$client.prepare("SELECT count(*) FROM v_lineage").pluck().get()).toBeGreaterThan(0);
  db.$client.close();
});

test("a migration that was cut short is taken up again", () => {
  openDatabase(path()).$client.close();
  const sqlite = new Database(path());
  sqlite.exec("DROP VIEW v_drops");
  sqlite.pragma("user_version = 0");
  sqlite.close();
  const db = openDatabase(path());
  expect(db.$client.prepare("SELECT * FROM v_drops").all()).toEqual([]);
  db.$client.close();
});

test("a database of a newer version, of another program, or no database at all is refused and left alone", () => {
  openDatabase(path()).$client.close();
  const sqlite = new Database(path());
  sqlite.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9999999999999)");
  sqlite.close();
  expect(() => openDatabase(path())).toThrow(/newer version of rlvr/);
  const other = join(folder, "other.db");
  const foreign = new Database(other);
  foreign.exec("CREATE TABLE t (x)");
  foreign.close();
  expect(() => openDatabase(other)).toThrow(/another program/);
  const text = join(folder, "text.db");
  writeFileSync(text, "this is text, and long enough to be taken for a header of some kind. ".repeat(20));
  expect(() => openDatabase(text)).toThrow(/not a database/);
});

test("reading a database that is not there says so and makes none", () => {
  expect(() => openDatabaseReadOnly(path())).toThrow(/there is no database/);
  expect(existsSync(path())).toBe(false);
});

test.runIf(process.platform !== "win32")("refuses a pipe and a folder, without waiting for a writer", () => {
  execFileSync("mkfifo", [path()]);
  for (const odd of [path(), folder])
    for (const opened of [openDatabase, openDatabaseReadOnly])
      expect(() => opened(odd)).toThrow(`cannot open the database ${odd}: it is not a regular file`);
});

test("network file systems are known by their magic numbers", () => {
  expect(networkFileSystemOfType(0x6969)).toBe("NFS");
  expect(networkFileSystemOfType(-11317950)).toBe("CIFS"); // statfs gives it as a signed number on some systems
  expect(networkFileSystemOfType(0xef53)).toBeUndefined(); // ext4
});

test("a run's lock is held by one at a time and free after its release", () => {
  const lock = lockRun(folder, 1);
  expect(() => lockRun(folder, 1)).toThrow(/another process is working on run 1/);
  lock.release();
  lockRun(folder, 1).release();
});

test("the database itself refuses a credit with neither or both of a batch and a reason", () => {
  const db = openDatabase(path());
  const insert = (batch: number | null, reason: string | null) =>
    db.$client
      .prepare("INSERT INTO credits (rollout_id, advantage, weight, batch_id, drop_reason) VALUES (1, 0, 0, ?, ?)")
      .run(batch, reason);
  db.$client.pragma("foreign_keys = OFF");
  expect(() => insert(null, null)).toThrow(/credits_batch_or_reason/);
  expect(() => insert(1, "zero_variance")).toThrow(/credits_batch_or_reason/);
  insert(null, "zero_variance");
  db.$client.close();
});
