import Database from "better-sqlite3";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unpackInt32 } from "../../src/core/pack.ts";
import { startOpenServer, type OpenServer } from "../policy/policy-fixture.ts";
import { scoreByGraph } from "../policy/score-by-graph.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { startTeacherProxy } from "../support/teacher-proxy.ts";

const MINUTES = 60_000;
const PLAIN = {
  sampling: { groups: 16, group_size: 4, max_tokens: 8 },
  scaffold: { name: "none" },
  curriculum: { name: "uniform" },
  trainer: { learning_rate: 0.002 },
  evaluation: { every: 1000, samples: 16 },
};
let folder: string;
let teacherWeights: string;
let teacher: OpenServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-distillation-"));
  // The teacher: the same base after some steps of GRPO, in which it learns to subtract.
  const cwd = join(folder, "teacher");
  const recipe = writeSmallRecipe(cwd, {
    ...PLAIN,
    steps: 12,
    sampling: { groups: 16, group_size: 8, max_tokens: 8 },
    curriculum: { name: "sec" },
    trainer: { learning_rate: 0.001, epochs: 2 },
  });
  const ended = await rlvr(["run", recipe, "--json"], cwd);
  if (ended.code !== 0) throw new Error(ended.stderr);
  teacherWeights = globSync(join(cwd, ".rlvr/**/checkpoints/*/model.safetensors")).sort().at(-1) ?? "";
  teacher = await startOpenServer({ weights: teacherWeights });
}, 2 * MINUTES);

afterAll(async () => {
  await teacher.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("distillation from a better policy, rewards left out", () => {
  const cwd = (): string => join(folder, "student");
  let db: Database.Database;
  beforeAll(async () => {
    const recipe = writeSmallRecipe(cwd(), {
      ...PLAIN,
      steps: 15,
      teacher: { url: teacher.url },
      objective: { name: "distillation" },
    });
    const ended = await rlvr(["run", recipe, "--json"], cwd());
    expect(ended.stderr).toBe("");
    expect(ended.code).toBe(0);
    db = new Database(join(cwd(), ".rlvr/rlvr.db"), { readonly: true });
  }, 2 * MINUTES);
  afterAll(() => db.close());

  test("brings the policy near to its teacher: the reverse KL falls to a quarter and less", () => {
    const kl = db.prepare("SELECT kl FROM v_distillation ORDER BY step").pluck().all() as number[];
    expect(kl).toHaveLength(15);
    const last = kl.slice(-5).reduce((sum, value) => sum + value, 0) / 5;
    expect(kl[0]).toBeGreaterThan(0.1);
    expect(last).toBeLessThan((kl[0] ?? 0) / 4);
    expect(last).toBeGreaterThan(-0.02);
  });

  test("hands on what the teacher can do", () => {
    const accuracy = db
      .prepare("SELECT accuracy FROM v_evals WHERE suite = 'test' AND arm = 'sub' ORDER BY step")
      .pluck()
      .all() as number[];
    expect(accuracy[0]).toBeLessThan(0.5);
    expect(accuracy[1]).toBeGreaterThan(0.7);
  });

  test("trains every rollout, also those of groups without spread, with no credit of their own", () => {
    const credits = db
      .prepare("SELECT count(*) AS rollouts, count(batch_id) AS trained, max(abs(advantage)) AS advantage FROM credits")
      .get();
    expect(credits).toEqual({ rollouts: 15 * 64, trained: 15 * 64, advantage: 0 });
  });

  test("stores what the trainer's own graph says under the teacher's weights", async () => {
    const rows = db
      .prepare(
        `SELECT p.token_ids AS prompt, x.token_ids AS completion, x.teacher_logprobs AS teacher
         FROM rollouts r JOIN prompts p ON p.id = r.prompt_id JOIN rollout_payloads x ON x.rollout_id = r.id
         ORDER BY r.id LIMIT 3`,
      )
      .all() as { prompt: Buffer; completion: Buffer; teacher: Buffer }[];
    for (const { prompt, completion, teacher: stored } of rows) {
      const ids = [...unpackInt32(prompt), ...unpackInt32(completion)];
      const expected = (await scoreByGraph(ids, teacherWeights)).slice(prompt.length / 4);
      for (const [at, logprob] of expected.entries())
        expect(Math.abs(stored.readFloatLE(at * 4) - logprob)).toBeLessThan(1e-5);
    }
  });

  test("is seen token by token in SQL", async () => {
    const query = `SELECT avg(t.logprob - t.teacher_logprob) AS kl FROM v_rollouts r, rollout_tokens(r.rollout_id) t
                   WHERE r.step = 2 AND NOT t.is_prompt`;
    const { stdout } = await rlvr(["sql", query, "--json"], cwd());
    const kl = db.prepare("SELECT value FROM metrics WHERE step = 2 AND name = 'teacher.kl'").pluck().get() as number;
    expect(JSON.parse(stdout)).toEqual([{ kl: expect.closeTo(kl, 9) }]);
  });
});

test(
  "a run whose teacher is down stops with one clear message, and goes on when it is back",
  async () => {
    const proxy = await startTeacherProxy(teacher.url);
    const cwd = join(folder, "down");
    const recipe = writeSmallRecipe(cwd, {
      ...PLAIN,
      steps: 2,
      teacher: { url: proxy.url },
      objective: { name: "grpo", teacher_coef: 0.5 },
    });
    await proxy.stop();
    const stopped = await rlvr(["run", recipe, "--json"], cwd);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/the teacher does not answer: .*ECONNREFUSED/);
    expect(stopped.stderr).toContain("rlvr resume");
    await proxy.start();
    const resumed = await rlvr(["resume", "--json"], cwd);
    await proxy.stop();
    expect(resumed.stderr).toBe("");
    expect(resumed.code).toBe(0);
    const db = new Database(join(cwd, ".rlvr/rlvr.db"), { readonly: true });
    // Rewards count too: some rollouts have credit of their own.
    expect(db.prepare("SELECT count(*) > 0 FROM credits WHERE advantage <> 0").pluck().get()).toBe(1);
    expect(db.prepare("SELECT count(*) FROM credits WHERE batch_id IS NULL").pluck().get()).toBe(0);
    db.close();
  },
  2 * MINUTES,
);
