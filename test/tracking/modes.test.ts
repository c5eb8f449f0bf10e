import Database from "better-sqlite3";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTrainerFiles } from "../../src/cli/serve-parts.ts";
import { openDatabase, openDatabaseReadOnly } from "../../src/tracking/database.ts";
import { lockStudy } from "../../src/tracking/run-lock.ts";
import { runStateNow } from "../../src/tracking/run-state.ts";
import { asOther, isRoot } from "../support/other-user.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-modes-"));
  // What is made for this user alone does not depend on it.
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string): string => join(folder, path);
const modeOf = (path: string): string => (statSync(at(path)).mode & 0o777).toString(8);
const modes = (paths: readonly string[]): Record<string, string> =>
  Object.fromEntries(paths.map((path) => [path, modeOf(path)]));

describe("for this user alone, whatever the umask, are", () => {
  test("a new database, what SQLite keeps beside it, and the folder made for it", () => {
    const db = openDatabase(at("new/rlvr.db"));
    expect(modes(["new", "new/rlvr.db", "new/rlvr.db-wal", "new/rlvr.db-shm"])).toEqual({
      new: "700",
      "new/rlvr.db": "600",
      "new/rlvr.db-wal": "600",
      "new/rlvr.db-shm": "600",
    });
    db.$client.close();
  });

  test("the copy of a database that is migrated", () => {
    const old = new Database(at("old.db"));
    old.pragma(`application_id = ${0x726c7672}`);
    old.exec(`CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric);
      INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 1)`);
    old.close();
    chmodSync(at("old.db"), 0o644);
    expect(() => openDatabase(at("old.db"))).not.toThrow(/unsafe/);
    const copy = readdirSync(folder).find((name) => name.startsWith("old.db.before-")) ?? "";
    expect(modes(["old.db", copy])).toEqual({ "old.db": "644", [copy]: "600" });
  });

  test("the folder of a run and its lock", async () => {
    const scripted = await scriptedRun(folder, { steps: 1 });
    await scripted.work();
    scripted.db.$client.close();
    expect(modes(["rlvr-runs", "rlvr-runs/1", "rlvr-runs/1/lock.db"])).toEqual({
      "rlvr-runs": "700",
      "rlvr-runs/1": "700",
      "rlvr-runs/1/lock.db": "600",
    });
  });

  test("the lock of a study", () => {
    lockStudy(at("study.db-lock"), "any").release();
    expect(modes(["study.db-lock", "study.db-lock/lock.db"])).toEqual({
      "study.db-lock": "700",
      "study.db-lock/lock.db": "600",
    });
  });
});

/** A finished run, which its owner then lets others read. */
async function sharedRun() {
  const scripted = await scriptedRun(folder, { steps: 1 });
  await scripted.work();
  for (const path of ["", "rlvr-runs", "rlvr-runs/1"]) chmodSync(at(path), 0o755);
  for (const path of ["rlvr.db", "rlvr.db-wal", "rlvr.db-shm"]) chmodSync(at(path), 0o644);
  return scripted;
}

test("keeps the modes that an owner gave a database and a run's folder, to read and to go on", async () => {
  const scripted = await sharedRun();
  await scripted.work();
  scripted.db.$client.close();
  const before = modes(["rlvr.db", "rlvr-runs", "rlvr-runs/1"]);
  expect(before).toEqual({ "rlvr.db": "644", "rlvr-runs": "755", "rlvr-runs/1": "755" });
  for (const args of [["runs"], ["show"], ["sql", "SELECT 1"]])
    expect(await rlvr([...args, "--db", at("rlvr.db")], folder)).toMatchObject({ code: 0 });
  expect(modes(Object.keys(before))).toEqual(before);
});

test.runIf(isRoot)("lets others read a database that its owner opened to them, and not its runs' folder", async () => {
  const scripted = await sharedRun();
  chmodSync(at("rlvr-runs"), 0o700);
  scripted.db.$client.exec("UPDATE runs SET state = 'running'");
  asOther(() => {
    const db = openDatabaseReadOnly(scripted.databasePath);
    // Nothing that they can see shows that its process is gone.
    expect(runStateNow(db, { id: 1, state: "running" })).toBe("running");
    expect(readTrainerFiles(scripted.databasePath, 1, 1)).toEqual({ heartbeat: null, log: null });
    db.$client.close();
  });
  scripted.db.$client.close();
});

test("leaves to the umask the folders that are made to be given away", async () => {
  mkdirSync(at("work"));
  expect(await rlvr(["init", "mine", "--template", "microcosm"], at("work"))).toMatchObject({ code: 0 });
  expect(modes(["work/mine", "work/mine/recipe.yaml"])).toEqual({ "work/mine": "777", "work/mine/recipe.yaml": "666" });
});
