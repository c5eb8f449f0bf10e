import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTrainerFiles } from "../../src/cli/serve-parts.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { lockRun, lockStudy } from "../../src/tracking/run-lock.ts";
import { runStateNow } from "../../src/tracking/run-state.ts";
import { fileOfOther, folderOfOther, isRoot, linkOfOther, OTHER } from "../support/other-user.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

/** A folder that several users may write to, as /tmp is. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-planted-"));
  chmodSync(folder, 0o1777);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string): string => join(folder, path);
const UNSAFE = expect.objectContaining({ code: "unsafe_path" }) as unknown;
const contents = (path: string): string[] => readdirSync(at(path), { recursive: true, encoding: "utf8" });

describe.runIf(isRoot)("beside a database in a folder of many users", () => {
  test.each([
    ["a folder of runs that another user made", () => folderOfOther(at("rlvr-runs"))],
    ["another user's link to a folder of ours", () => (mkdirSync(at("ours")), linkOfOther("ours", at("rlvr-runs")))],
    ["our link to another user's folder", () => (folderOfOther(at("theirs")), symlinkSync("theirs", at("rlvr-runs")))],
    [
      "a folder of runs that others may write to",
      () => (mkdirSync(at("rlvr-runs")), chmodSync(at("rlvr-runs"), 0o777)),
    ],
    [
      "a run's own folder that others may write to",
      () => (mkdirSync(at("rlvr-runs/1"), { recursive: true }), chmodSync(at("rlvr-runs/1"), 0o777)),
    ],
  ])("refuses %s, and writes nothing there", async (_, plant) => {
    const scripted = await scriptedRun(folder, { steps: 1 });
    plant();
    const before = contents("rlvr-runs");
    await expect(scripted.work()).rejects.toEqual(UNSAFE);
    expect(contents("rlvr-runs")).toEqual(before);
    scripted.db.$client.close();
  });

  test("reads no weights, logs or locks from a planted folder", async () => {
    const scripted = await scriptedRun(folder, { steps: 1 });
    await scripted.work();
    scripted.db.$client.exec("UPDATE runs SET state = 'running'");
    const held = lockRun(at("rlvr-runs/1"), 1);
    chownSync(at("rlvr-runs"), OTHER, OTHER);
    expect(runStateNow(scripted.db, { id: 1, state: "running" })).toBe("stopped");
    expect(() => readTrainerFiles(scripted.databasePath, 1, 1)).toThrow(UNSAFE);
    await expect(rlvr(["eval", "--run", "1", "--db", scripted.databasePath], folder)).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("rlvr-runs was made by another user"),
    });
    held.release();
    scripted.db.$client.close();
  });

  test("refuses a planted lock of a study", () => {
    folderOfOther(at("study.db-lock"));
    expect(() => lockStudy(at("study.db-lock"), "any")).toThrow(UNSAFE);
  });

  test.each([
    ["another user's database", () => fileOfOther(at("a.db"), "")],
    [
      "another user's link to a database of ours",
      () => (openDatabase(at("ours.db")), linkOfOther("ours.db", at("a.db"))),
    ],
    ["another user's link to what there is not yet", () => linkOfOther("new.db", at("a.db"))],
    ["a database that others may write to", () => (openDatabase(at("a.db")), chmodSync(at("a.db"), 0o666))],
    ["a planted journal, which SQLite would play back", () => fileOfOther(at("a.db-journal"), "")],
    ["a planted write-ahead log", () => fileOfOther(at("a.db-wal"), "")],
    ["a planted lock of the migration", () => linkOfOther("new.db", at("a.db-migration-lock"))],
  ])("refuses %s", (_, plant) => {
    plant();
    expect(() => openDatabase(at("a.db"))).toThrow(UNSAFE);
    expect(readdirSync(folder)).not.toContain("new.db");
  });
});

test("accepts the user's own links to a bigger disk", async () => {
  mkdirSync(at("disk/runs"), { recursive: true });
  symlinkSync(at("disk/rlvr.db"), at("rlvr.db"));
  symlinkSync("disk/runs", at("rlvr-runs"));
  const scripted = await scriptedRun(folder, { steps: 1 });
  await scripted.work();
  expect(scripted.run().state).toBe("succeeded");
  scripted.db.$client.close();
  expect(readdirSync(at("disk"))).toEqual(["rlvr.db", "runs"]);
});

test.runIf(isRoot)("lets root, as in a container, go on with a run in the project of the machine's user", async () => {
  mkdirSync(at("project"));
  const scripted = await scriptedRun(at("project"), { steps: 2 });
  await scripted.work();
  for (const path of ["", ...contents("project")]) chownSync(at(join("project", path)), OTHER, OTHER);
  chmodSync(at("project"), 0o775);
  scripted.db.$client.exec("UPDATE runs SET state = 'interrupted'");
  await expect(scripted.work()).resolves.toBeUndefined();
  scripted.db.$client.close();
  expect(() => openDatabase(at("project/rlvr.db")).$client.close()).not.toThrow();
});
