import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { heldOutOf } from "../../src/cli/export/model/held-out.ts";
import { modelFacts } from "../../src/cli/export/model/model-facts.ts";
import { openVersion } from "../../src/run/versions/open-version.ts";
import { standingVersions } from "../../src/tracking/reads/standing-versions.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-fork-versions-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every step can be forked. */
const KEPT = { checkpoints: { keep_every: 1 } };
const set = (path: string, value: unknown) => ({ path: path.split("."), value });

test("the card of a fork's model tells the base's accuracy, which its parent measured", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 3, evaluation: { every: 1, samples: 2 } });
  await parent.work();
  const fork = await parent.fork(2);
  expect(heldOutOf(fork.db, fork.run(), 2)).toEqual(heldOutOf(parent.db, parent.run(), 2));
  await fork.work();
  const rows = heldOutOf(fork.db, fork.run(), 3)?.rows ?? [];
  expect(rows.map(({ arm, before }) => [arm, before?.value])).toEqual(
    heldOutOf(parent.db, parent.run(), 3)?.rows.map(({ arm, before }) => [arm, before?.value]),
  );
  expect(rows.every(({ before }) => before !== null)).toBe(true);
});

test("the card of a model has the recipe that its step was trained by", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 3 });
  await parent.work();
  const fork = await parent.fork(2, { overrides: [set("trainer.learning_rate", 0.007)] });
  await fork.work();
  const rateOf = (runId: number, at: number): string | undefined => {
    const version = openVersion(parent.db, parent.databasePath, { runId, at });
    return /learning_rate: (\S+)/.exec(modelFacts(parent.db, version, "onnx", "base").recipe)?.[1];
  };
  expect([rateOf(1, 2), rateOf(2, 2), rateOf(2, 3)]).toEqual(["0.001", "0.001", "0.007"]);
});

test("the version that a fork begins with is that of the step after which it was forked", async () => {
  const parent = await scriptedRun(folder, { ...KEPT, steps: 3 });
  await parent.work();
  const { id } = (await parent.fork(2)).run();
  // As of a parent whose step 2 trained nothing: its version is that of step 1.
  parent.db.$client.exec("UPDATE steps SET number = 9 WHERE run_id = 1 AND number = 2");
  parent.db.$client.exec("UPDATE steps SET number = 2 WHERE run_id = 1 AND number = 1");
  parent.db.$client.exec("UPDATE steps SET number = 1 WHERE run_id = 1 AND number = 9");
  expect(standingVersions(parent.db, id, 9)).toMatchObject([{ policyVersion: 2, step: 2 }]);
  expect(standingVersions(parent.db, 1, 9).map(({ step }) => step)).toEqual([3, 1, 2]);
});
