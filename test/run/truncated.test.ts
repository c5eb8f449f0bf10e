import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import type { PolicyScript } from "../support/scripted/scripted-policy.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-truncated-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every second answer is right, and a quarter is cut, whether right or wrong. */
const answer: PolicyScript["answer"] = ({ random }) => ({
  text: random < 0.5 ? "yes" : "no",
  finishReason: random < 0.125 || random > 0.875 ? "length" : "stop",
});

async function worked(truncated: "train" | "fail" | "mask"): Promise<ScriptedRun> {
  const run = await scriptedRun(join(folder, truncated), {
    steps: 2,
    sampling: { groups: 6, group_size: 8, max_tokens: 8, truncated },
    verifiers: [{ name: "regex", pattern: "^yes$" }],
    scaffold: { name: "none" },
    objective: { name: "grpo", weights: "token-mean" },
  });
  await run.work({ policy: { answer } });
  expect(run.run().state).toBe("succeeded");
  return run;
}

/** What befell rollouts: how they ended, passed for a reward, by their verdict, and what became of them. */
function fates({ db }: ScriptedRun): unknown[] {
  return db.$client
    .prepare(
      `SELECT DISTINCT r.finish_reason || ', ' || o.passed || ' for ' || o.reward || ', ' || v.passed || ', ' || coalesce(c.drop_reason, 'trained')
       FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id JOIN verdicts v ON v.rollout_id = r.id JOIN credits c ON c.rollout_id = r.id
       ORDER BY 1`,
    )
    .pluck()
    .all();
}

/** Of the answers in evaluations, how many are right and how many passed. */
function evaluated({ db }: ScriptedRun): { readonly right: number; readonly passed: number } {
  const row = db.$client.prepare("SELECT sum(text = 'yes') AS right, sum(passed) AS passed FROM eval_results").get();
  return row as { right: number; passed: number };
}

test("trains completions that are cut like all others", async () => {
  const run = await worked("train");
  expect(fates(run)).toEqual([
    "length, 0 for 0.0, 0, trained",
    "length, 1 for 1.0, 1, trained",
    "stop, 0 for 0.0, 0, trained",
    "stop, 1 for 1.0, 1, trained",
  ]);
  const { right, passed } = evaluated(run);
  expect(passed).toBe(right);
});

test("fails completions that are cut, in evaluations as well, and keeps what verifiers said of them", async () => {
  const run = await worked("fail");
  expect(fates(run)).toEqual([
    "length, 0 for 0.0, 0, trained",
    "length, 0 for 0.0, 1, trained",
    "stop, 0 for 0.0, 0, trained",
    "stop, 1 for 1.0, 1, trained",
  ]);
  const { right, passed } = evaluated(run);
  expect(passed).toBeGreaterThan(0);
  expect(passed).toBeLessThan(right);
});

test("masks completions that are cut: their tokens are in no batch and no denominator", async () => {
  const run = await worked("mask");
  expect(fates(run)).toEqual([
    "length, 0 for 0.0, 0, truncated",
    "length, 1 for 1.0, 1, truncated",
    "stop, 0 for 0.0, 0, trained",
    "stop, 1 for 1.0, 1, trained",
  ]);
  const steps = run.db.$client
    .prepare(
      `SELECT sum(c.weight * r.tokens) AS whole, sum(r.finish_reason = 'length') AS cut
       FROM credits c JOIN rollouts r ON r.id = c.rollout_id JOIN batches b ON b.id = c.batch_id GROUP BY b.id`,
    )
    .all() as { whole: number; cut: number }[];
  expect(steps).toHaveLength(2);
  // The weights of a token mean add up to 1 over the tokens that are trained.
  for (const { whole, cut } of steps) expect([whole, cut]).toEqual([expect.closeTo(1, 12), 0]);
});
