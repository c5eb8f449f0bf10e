import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTrainerService } from "../../src/run/services/trainer-service.ts";
import { scriptedPolicy } from "../support/scripted/scripted-policy.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-start-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A recipe's trainer whose Python is a script. */
function pythonOf(name: string, script: string) {
  const path = join(folder, name, "python");
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { trainer: { learning_rate: 0.001, torch: { python: path, mode: "full" } } };
}

test("ends a run whose trainer dies at its start before anything is sampled, with its log and what mends it", async () => {
  const changes = pythonOf("dies", "echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1");
  const run = await scriptedRun(join(folder, "dies"), changes);
  let asked = 0;
  const policy = { before: () => void asked++ };
  const work = run.work({ policy, ports: { createTrainer: createTrainerService } });
  await expect(work).rejects.toMatchObject({
    code: "trainer_failed",
    message: expect.stringMatching(
      /^the trainer ended before it was ready: exit code 1; the end of \/.*\/epoch-1\/trainer.log:\nModuleNotFoundError: No module named 'torch'$/,
    ),
    advice: expect.stringContaining("rlvr trainer setup"),
  });
  expect(asked).toBe(0);
  expect(run.run().state).toBe("failed");
  expect(run.db.$client.prepare("SELECT epoch, state FROM trainer_jobs").raw().all()).toEqual([[1, "failed"]]);
});

test("ends a policy server that is still starting when the trainer dies", async () => {
  const run = await scriptedRun(join(folder, "slow"), pythonOf("slow", "exit 3"));
  let isCancelled = false;
  const work = run.work({
    ports: {
      createTrainer: createTrainerService,
      servePolicy: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            isCancelled = true;
            reject(new Error("cancelled"));
          });
        }),
    },
  });
  await expect(work).rejects.toThrow(/^the trainer ended before it was ready: exit code 3; it printed nothing into/);
  expect(isCancelled).toBe(true);
});

test("ends a trainer that is still starting when the policy server fails", async () => {
  const run = await scriptedRun(join(folder, "hangs"), pythonOf("hangs", "exec sleep 600"));
  const work = run.work({
    ports: {
      createTrainer: createTrainerService,
      servePolicy: () => Promise.reject(new Error("no server")),
    },
  });
  await expect(work).rejects.toThrow("no server");
  expect(run.db.$client.prepare("SELECT state FROM trainer_jobs").pluck().all()).toEqual(["cancelled"]);
});

test("starts a trainer again that was killed at its start, and gives up after three", async () => {
  const changes = pythonOf("killed", "echo $$ >> killed; kill -9 $$");
  const run = await scriptedRun(join(folder, "killed"), changes);
  let served = 0;
  const work = run.work({
    ports: {
      createTrainer: createTrainerService,
      servePolicy: (_, { weights }) => {
        served++;
        return Promise.resolve(scriptedPolicy({ answer: () => "?" }, weights));
      },
    },
  });
  await expect(work).rejects.toMatchObject({
    code: "trainer_failed",
    message: expect.stringContaining("the trainer was lost 3 times"),
  });
  expect(served).toBe(1);
  expect(run.db.$client.prepare("SELECT state FROM trainer_jobs").pluck().all()).toEqual(["lost", "lost", "lost"]);
});
