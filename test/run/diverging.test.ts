import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { servePolicy } from "../../src/run/services/serve-policy.ts";
import { createTrainerService } from "../../src/run/services/trainer-service.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-diverging-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("makes no version of weights that are not finite, and goes on with a lower learning rate", async () => {
  const ports = { servePolicy, createTrainer: createTrainerService };
  const run = await scriptedRun(join(folder, "run"), {
    steps: 4,
    trainer: { learning_rate: 1e39 },
    scaffold: { name: "none" },
    evaluation: { every: 9, samples: 1 },
  });
  await expect(run.work({ ports })).rejects.toMatchObject({
    code: "training_diverged",
    message: expect.stringMatching(/^3 batches .* at the end of the batch: weights are not finite$/),
    advice: expect.stringContaining("rlvr resume 1 --set trainer.learning_rate=1e+38"),
  });
  const count = (what: string): unknown => run.db.$client.prepare(`SELECT count(*) FROM ${what}`).pluck().get();
  expect([count("checkpoints"), count("batches WHERE state = 'quarantined'")]).toEqual([0, 3]);
  await run.work({ ports, changes: [{ path: ["trainer", "learning_rate"], value: 0.001 }] });
  expect(run.run().state).toBe("succeeded");
  expect([count("checkpoints"), count("batches WHERE state = 'trained'")]).toEqual([1, 1]);
}, 60_000);
