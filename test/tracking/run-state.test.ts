import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { summaryText } from "../../src/cli/run-view/summary-text.ts";
import { summaryOf } from "../../src/cli/run-view/summary.ts";
import { reportData } from "../../src/exports/html/report-data.ts";
import { reportPage } from "../../src/exports/html/report-page.ts";
import { createChangeFeed } from "../../src/server/change-feed.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { runOverviews } from "../../src/tracking/reads/run-overviews.ts";
import { isLocked, lockRun } from "../../src/tracking/run-lock.ts";
import { runsAtWork, runStateNow, unfinishedRun } from "../../src/tracking/run-state.ts";
import { createRun, setRunState } from "../../src/tracking/runs.ts";
import { storyFacts } from "../../src/tracking/story-facts.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let scripted: ScriptedRun;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-state-"));
  scripted = await scriptedRun(folder, { steps: 2 });
});
afterEach(() => {
  scripted.db.$client.close();
  rmSync(folder, { recursive: true });
});

const directory = (): string => runDirectory(scripted.databasePath, 1);
const stateNow = () => runStateNow(scripted.db, scripted.run());

/** The run with some steps done and, as a kill leaves it, a row that says running and a lock that nobody holds. */
async function leaveAsKilled(): Promise<void> {
  await scripted.work();
  setRunState(scripted.db, 1, "running");
}

test("says running while a process holds the lock, and stopped once that process is killed", async () => {
  const holder = fork(join(import.meta.dirname, "fixtures/hold-run-lock.ts"), [directory()], { execArgv: [] });
  await once(holder, "message");
  expect(stateNow()).toBe("running");
  expect(unfinishedRun(scripted.db)).toBeUndefined();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect(stateNow()).toBe("stopped");
  expect(unfinishedRun(scripted.db)?.id).toBe(1);
});

test("shows a killed run as stopped in lists, reports, stories and the page", async () => {
  await leaveAsKilled();
  const { db } = scripted;
  expect(runOverviews(db).map(({ state }) => state)).toEqual(["stopped"]);
  expect(storyFacts(db, 1).state).toBe("stopped");
  const summary = summaryOf(db, scripted.run());
  expect(summary.state).toBe("stopped");
  expect(summaryText(summary, "x.db")).toContain("The run stopped: its process is gone");
  expect(await reportPage(reportData(db, scripted.run()))).toContain("Run 1: stopped, step 2 of 2");
});

test("shows a run that works as running, to readers that leave its lock alone", async () => {
  const states = new Set<string>();
  await scripted.work({ listen: () => void states.add(stateNow()) });
  expect([...states]).toEqual(["running", "succeeded"]);
});

test("tests the lock without taking it from its owner", () => {
  expect(isLocked(directory())).toBe(false);
  const lock = lockRun(directory(), 1);
  for (let time = 0; time < 20; time++) expect(isLocked(directory())).toBe(true);
  expect(() => lockRun(directory(), 1)).toThrow(/another process is working on run 1/);
  lock.release();
  expect(isLocked(directory())).toBe(false);
});

test("looks only at runs whose row says running", () => {
  const { id: _, state: __, createdAt: ___, finishedAt: ____, ...row } = scripted.run();
  for (const state of ["failed", "running", "interrupted"] as const)
    setRunState(scripted.db, createRun(scripted.db, row), state);
  const locks = [2, 3].map((id) => lockRun(runDirectory(scripted.databasePath, id), id));
  expect(runsAtWork(scripted.db)).toEqual([3]);
  expect(runOverviews(scripted.db).map(({ state }) => state)).toEqual(["interrupted", "running", "failed", "stopped"]);
  for (const lock of locks) lock.release();
});

test("notifies listeners of the database that a run lost its process, which writes nothing", async () => {
  const lock = lockRun(directory(), 1);
  const told: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const feed = createChangeFeed(
    scripted.db,
    () => true,
    (error) => expect.unreachable(String(error)),
  );
  const stop = feed.listen(({ events }) => {
    told.push(events.length);
    resolve();
  }, undefined);
  lock.release();
  await promise;
  expect(told).toEqual([0]);
  stop();
});
