import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MINUTES = 60_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-teaching-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  "a run with a budget of tokens ends with the step in which they are used up, and exempts by tokens",
  async () => {
    const run = await scriptedRun(join(folder, "budget"), { steps: 1000, token_budget: 700 });
    await run.work();
    const db = run.db.$client;
    const steps = db
      .prepare("SELECT step, sampled_tokens AS tokens, hint_tokens AS hints FROM v_cost ORDER BY step")
      .all() as { step: number; tokens: number; hints: number | null }[];
    const before = steps.slice(0, -1).reduce((sum, { tokens }) => sum + tokens, 0);
    expect(before).toBeLessThan(700);
    expect(before + (steps.at(-1)?.tokens ?? 0)).toBeGreaterThanOrEqual(700);
    // 30% of 700 tokens are exempt, and the first step alone samples more than half of that.
    expect(steps[0]?.hints).toBeNull();
    expect(steps.some(({ hints }) => (hints ?? 0) > 0)).toBe(true);
    const tests = db.prepare("SELECT step FROM evals WHERE suite = 'test' ORDER BY step").pluck().all();
    expect(tests).toEqual([0, steps.at(-1)?.step]);
    const why = db.prepare("SELECT data ->> 'reason' FROM events WHERE type = 'run_ended'").pluck().get();
    expect(why).toMatch(
      new RegExp(`tokens are spent after ${steps.at(-1)?.step} of 1000 steps: .* token_budget of 700$`),
    );
  },
  MINUTES,
);

test(
  "GHPO replaces whole groups, COPO trains groups without spread through a second surrogate, in minibatches",
  async () => {
    const run = await scriptedRun(join(folder, "others"), {
      sampling: { groups: 6, group_size: 4, max_tokens: 8 },
      objective: { name: "copo" },
      scaffold: { name: "ghpo", cold_start_steps: 1 },
      trainer: { learning_rate: 0.001, minibatches: 2 },
    });
    await run.work();
    const db = run.db.$client;
    const all = (query: string): unknown[] => db.prepare(query).pluck().all();
    expect(all("SELECT DISTINCT scaffold FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.number = 1")).toEqual([
      "cold_start",
    ]);
    // In a replaced group every rollout of its own gave way to one under the same hint.
    const replaced = all(
      "SELECT count(*) FROM rollouts WHERE replaces IS NOT NULL GROUP BY group_id, hint_id ORDER BY 1",
    );
    expect(new Set(replaced)).toEqual(new Set([4]));
    expect(all("SELECT count(*) FROM credits WHERE drop_reason = 'replaced_by_hint'")).toEqual([4 * replaced.length]);
    expect(all("SELECT DISTINCT minibatch FROM credits WHERE batch_id IS NOT NULL ORDER BY 1")).toEqual([0, 1]);
    // The shares of the two losses add up to the weights of one, within each optimiser step.
    const sums = all(
      `SELECT sum((c.weight + c.weight_2) * r.tokens) FROM credits c JOIN rollouts r ON r.id = c.rollout_id
       JOIN groups g ON g.id = r.group_id WHERE c.minibatch IS NOT NULL GROUP BY g.step_id, c.minibatch`,
    ) as number[];
    expect(sums.length).toBeGreaterThan(3);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 9);
    expect(
      all("SELECT count(*) FROM credits WHERE advantage = 0 AND advantage_2 <> 0 AND batch_id IS NOT NULL"),
    ).not.toEqual([0]);
  },
  MINUTES,
);

test(
  "a scaffold without hints to give, or with a prompt that does not show them, is refused and leaves nothing behind",
  async () => {
    const cwd = join(folder, "hintless");
    const recipe = writeSmallRecipe(cwd);
    const plain = join(cwd, "plain.md");
    writeFileSync(plain, "______{{ problem }}");
    const hidden = await rlvr(["run", recipe, "--set", `problems.prompt=${plain}`], cwd);
    expect(hidden).toMatchObject({ code: 2, stderr: expect.stringContaining("does not show hints") });
    const practice = join(cwd, "practice.jsonl");
    const stripped = readFileSync(practice, "utf8").replaceAll(/,"hints":\{[^}]*\}/g, "");
    writeFileSync(practice, stripped);
    const without = await rlvr(["run", recipe], cwd);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("rlvr problems hint") });
    expect(await rlvr(["runs", "--json"], cwd)).toMatchObject({ stdout: "[]\n" });
  },
  MINUTES,
);
