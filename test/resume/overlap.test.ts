import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseInstants, killAndResume, runUninterrupted, type Reference } from "./kill-and-resume.ts";

const MINUTES = 60_000;
/** Long evaluations beside short steps: they reach into the training. */
const evaluation = { every: 1, samples: 100 };
const short = { scaffold: { name: "none" }, sampling: { groups: 6, group_size: 4, max_tokens: 8, concurrency: 3 } };
const changes = { ...short, evaluation: { ...evaluation, overlap: true } };
let folder: string;
/** A run that evaluates between its steps, and one that evaluates beside them. */
let between: Reference;
let beside: Reference;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-overlap-"));
  between = await runUninterrupted(join(folder, "between"), { ...short, evaluation });
  beside = await runUninterrupted(join(folder, "beside"), changes);
}, 3 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("evaluating beside the steps gives the very same results, weights and versions", () => {
  expect(beside.sha256).toBe(between.sha256);
  expect(beside.dump).toEqual(between.dump);
});

test("an evaluation goes on while the next step is made", () => {
  const db = new Database(join(folder, "beside/uninterrupted/.rlvr/rlvr.db"), { readonly: true });
  const order = db
    .prepare(
      `SELECT (SELECT min(id) FROM events WHERE type = 'step_started' AND step = e.step + 1) < e.id AS is_beside
       FROM events e WHERE type = 'eval_finished' AND step IN (0, 1, 2)`,
    )
    .pluck()
    .all();
  db.close();
  // Test and development before the first step, development after the first and second.
  expect(order).toEqual([1, 1, 1, 1]);
});

for (const wanted of ["an evaluation beside phase collect", "an evaluation beside phase train"]) {
  test(
    `a run that dies in ${wanted} finishes it with the weights it began with`,
    async () => {
      const instant = chooseInstants(beside.instants).find(({ when }) => when === wanted);
      expect(instant, `no such instant among ${chooseInstants(beside.instants).map(({ when }) => when)}`).toBeDefined();
      if (instant === undefined) return;
      const kill = { target: "orchestrator", ...instant } as const;
      const result = await killAndResume(join(folder, wanted), kill, between, { changes });
      expect(result).toEqual({ sha256: between.sha256, faults: [] });
    },
    2 * MINUTES,
  );
}

test(
  "a policy server that dies during such an evaluation changes nothing",
  async () => {
    const event = { type: "eval_progress", step: 1, done: 2 };
    const kill = { target: "policy", when: "", event, delayMs: 0 } as const;
    const result = await killAndResume(join(folder, "policy"), kill, between, { changes });
    expect(result).toEqual({ sha256: between.sha256, faults: [] });
  },
  2 * MINUTES,
);
