import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptCheckpoints } from "../../src/tracking/kept-checkpoints.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import type { PolicyScript } from "../support/scripted/scripted-policy.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-retention-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const RECIPE = { steps: 9, evaluation: { every: 2 }, checkpoints: { keep_last: 2, keep_every: 4, keep_best: 1 } };

/** Versions whose rows say that they are kept, and those of which files stand. */
function versionsOf({ db, databasePath, run }: ScriptedRun): { readonly rows: number[]; readonly files: number[] } {
  const epochs = join(runDirectory(databasePath, run().id), "trainer");
  const files = readdirSync(epochs)
    .filter((name) => name.startsWith("epoch-"))
    .flatMap((name) => readdirSync(join(epochs, name, "exports")).map(Number));
  return { rows: keptCheckpoints(db, run().id).map(({ policyVersion }) => policyVersion), files: files.sort() };
}

test("keeps the newest versions, those of every so many steps and the best, and deletes all others", async () => {
  const run = await scriptedRun(folder, { ...RECIPE, verifiers: [{ name: "regex", pattern: "^right$" }] });
  // Training makes it better up to version 2, and worse from then on.
  const answer: PolicyScript["answer"] = ({ policyVersion, random }) =>
    random < 0.9 - 0.1 * Math.abs(policyVersion - 2) ? "right" : "?";
  await run.work({ policy: { answer } });
  expect(versionsOf(run)).toEqual({ rows: [2, 4, 8, 9], files: [2, 4, 8, 9] });
  const accuracies = keptCheckpoints(run.db, run.run().id).map(({ accuracy }) => accuracy ?? 0);
  expect(accuracies[0]).toBe(Math.max(...accuracies));
});

test("ends with the same versions after a crash at any event", async () => {
  const whole = await scriptedRun(join(folder, "whole"), RECIPE);
  await whole.work();
  const [kept, dump] = [versionsOf(whole), naturalDump(whole.databasePath)];
  for (const kind of new Set(whole.events.map(({ type }) => type))) {
    if (kind === "run_ended") continue;
    const crashed = await scriptedRun(join(folder, kind), RECIPE);
    let left = Math.ceil(whole.events.filter(({ type }) => type === kind).length / 2);
    const listen = ({ type }: { readonly type: string }): void => {
      if (type === kind && --left === 0) throw new Error("crashed");
    };
    await expect(crashed.work({ listen }), kind).rejects.toThrow("crashed");
    await crashed.work();
    expect(versionsOf(crashed), kind).toEqual(kept);
    expect(naturalDump(crashed.databasePath), kind).toEqual(dump);
  }
});

test("keeps other versions from a resume on that says so", async () => {
  const run = await scriptedRun(folder, { ...RECIPE, steps: 5, checkpoints: { keep_last: 1, keep_best: 0 } });
  await run.work();
  expect(versionsOf(run)).toEqual({ rows: [5], files: [5] });
  const set = (option: string, value: number) => ({ path: ["checkpoints", option], value });
  await run.work({ changes: [{ path: ["steps"], value: 9 }, set("keep_every", 3), set("keep_last", 2)] });
  expect(versionsOf(run).rows).toEqual([6, 8, 9]);
});
