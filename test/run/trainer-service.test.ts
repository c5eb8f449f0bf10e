import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrainerExit } from "../../src/trainer/drivers/driver.ts";
import { createTrainerService } from "../../src/run/services/trainer-service.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { storeProblemSet } from "../../src/tracking/problem-sets.ts";
import { createRun } from "../../src/tracking/runs.ts";
import { jobDirectory, POLICY_DIRECTORY } from "../trainer/helpers.ts";

test("a run that fails while its trainer still starts does not wait for it to be ready", async () => {
  const directory = jobDirectory();
  const db = openDatabase(join(directory, "rlvr.db"));
  const setId = storeProblemSet(db, {
    path: "p.jsonl",
    sha256: "p",
    parts: [{ source: null, problems: [{ problem: "1+1", answer: "2", arm: "a" }] }],
  });
  const runId = createRun(db, {
    name: "fails",
    seed: 1,
    recipe: {},
    promptTemplate: "",
    practiceSetId: setId,
    developmentSetId: null,
    testSetId: null,
    version: "0",
  });
  let end = (_exit: TrainerExit): void => undefined;
  const exited = new Promise<TrainerExit>((resolve) => (end = resolve));
  const killed = { how: "SIGKILL", isKilled: true, output: "" };
  const states: string[] = [];
  const trainer = createTrainerService({
    db,
    runId,
    runDirectory: directory,
    policyDirectory: POLICY_DIRECTORY,
    baseWeights: undefined,
    choice: {
      torch: undefined,
      // A trainer that loads a large model: it lives, and says nothing yet.
      driver: () => ({ pid: undefined, exited, kill: () => Promise.resolve(end(killed)) }),
    },
    driver: "local",
    batchOf: () => Promise.resolve(directory),
    needsCheckpoint: () => false,
    onState: (_, state) => states.push(state),
    onPassedOver: () => undefined,
    signal: new AbortController().signal,
  });
  const ready = trainer.ready();
  await trainer.close();
  await expect(ready).rejects.toMatchObject({ code: "interrupted" });
  expect(await exited).toBe(killed);
  expect(states.at(-1)).toBe("cancelled");
});
