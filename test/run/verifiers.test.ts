import Database from "better-sqlite3";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createJudges } from "../../src/run/scoring/source-judges.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
let recipe: string;

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** A module that passes what is written in digits, and writes down whenever it is asked. */
const DIGITS = `
import { appendFileSync } from "node:fs";
import { defineVerifier } from "rlvr";
import { z } from "zod";
export default defineVerifier({
  name: "digits",
  version: "1",
  options: z.strictObject({ log: z.string() }),
  verify({ problem, response }, { log }) {
    appendFileSync(log, JSON.stringify([problem.problem, response]) + "\\n");
    return { passed: /^\\d+$/.test(response), extracted: response };
  },
});`;

/** A package as it would be published: JavaScript, its own name, nothing of ours imported. */
const PACKAGED = `
export default {
  name: "last-digit",
  version: "2.1.0",
  options: { safeParse: (data) => ({ success: true, data }) },
  verify: ({ response, answer }) => ({ passed: response.at(-1) === answer.at(-1) }),
};`;

/** A reward function as for TRL, which has nothing to say of what is longer than the answer. */
const PYTHON = `
def brevity(prompts, completions, answer, **columns):
    assert len(prompts) == len(completions) == len(columns["arm"])
    return [None if len(c) > len(a) else 1 - len(c) / 10 for c, a in zip(completions, answer)]
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-verifiers-"));
  write("digits.ts", DIGITS);
  write("node_modules/@me/last-digit/package.json", JSON.stringify({ type: "module", exports: "./index.js" }));
  write("node_modules/@me/last-digit/index.js", PACKAGED);
  write("rewards.py", PYTHON);
  recipe = writeSmallRecipe(folder, {
    verifiers: [
      { name: "./digits.ts", gate: true, log: join(folder, "asked.jsonl") },
      { name: "exact" },
      { name: "@me/last-digit", weight: 0.25, required: false },
      { python: "rewards.py:brevity", as: "brevity", weight: 0.0625, required: false },
      {
        name: "any",
        as: "close",
        weight: 0.125,
        required: false,
        of: [{ name: "exact" }, { name: "numeric", absolute: 9 }],
      },
    ],
  });
  const run = await rlvr(["run", recipe, "--json"], folder);
  expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function query(sql: string): unknown[] {
  const db = new Database(join(folder, ".rlvr/rlvr.db"), { readonly: true });
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}

test("every verdict of a module, the library, a package, Python and a combinator is a row under its name", () => {
  expect(query("SELECT verifier, version, count(*) > 0 FROM verdicts GROUP BY 1, 2 ORDER BY 1")).toEqual([
    ["brevity", "2", 1],
    ["close", "1", 1],
    ["digits", "1", 1],
    ["exact", "2", 1],
    ["last-digit", "2.1.0", 1],
  ]);
  const rollouts = query("SELECT count(*) FROM rollouts")[0];
  expect(query("SELECT count(*) FROM v_verdicts WHERE verifier = 'exact'")[0]).toEqual(rollouts);
});

test("the reward is the weighted sum, what passes is decided by who is required, and a gate stops the rest", () => {
  const rows = query(
    "SELECT o.reward, o.passed, max(v.verifier = 'digits' AND v.passed) AS open, max(v.verifier = 'exact' AND v.passed) AS exact, " +
      "max(v.verifier = 'last-digit' AND v.passed) AS last, max(v.verifier = 'close' AND v.passed) AS close, " +
      "sum(CASE WHEN v.verifier = 'brevity' THEN v.score ELSE 0 END) AS brevity, " +
      "sum(v.status = 'skipped' AND v.error LIKE '%gate%') FROM outcomes o JOIN verdicts v USING (rollout_id) GROUP BY o.rollout_id",
  ) as number[][];
  expect(rows.length).toBeGreaterThan(50);
  for (const [reward, passed, open, exact = 0, last = 0, close = 0, brevity = 0, skipped] of rows) {
    expect(skipped).toBe(open === 1 ? 0 : 4);
    expect(passed).toBe(open === 1 && exact === 1 ? 1 : 0);
    expect(reward).toBeCloseTo(open === 1 ? exact + 0.25 * last + 0.125 * close + 0.0625 * brevity : 0, 12);
  }
  expect(query("SELECT count(*) > 0 FROM verdicts WHERE verifier = 'brevity' AND score > 0")).toEqual([[1]]);
  expect(
    query("SELECT count(*) FROM credits c JOIN outcomes o USING (rollout_id) WHERE c.reward IS NOT o.reward"),
  ).toEqual([[0]]);
});

test("one line of v_lineage a trained rollout, with every verdict", () => {
  const [trained] = query("SELECT count(*) FROM credits WHERE batch_id IS NOT NULL");
  expect(query("SELECT count(*) FROM v_lineage")[0]).toEqual(trained);
  const [[verdicts]] = query("SELECT verdicts FROM v_lineage LIMIT 1") as [[string]];
  const names = (JSON.parse(verdicts) as { verifier: string }[]).map(({ verifier }) => verifier);
  expect(names.toSorted()).toEqual(["brevity", "close", "digits", "exact", "last-digit"]);
});

test("what was judged once is not judged again by a later run, and its verdicts say so", async () => {
  const asked = (): string[] => readFileSync(join(folder, "asked.jsonl"), "utf8").trim().split("\n");
  const before = asked().length;
  const again = await rlvr(["run", recipe, "--json"], folder);
  expect(again.code).toBe(0);
  // Evaluations keep no verdicts: they are asked for anew.
  const evaluated = query(
    "SELECT count(*) FROM eval_results r JOIN evals e ON e.id = r.eval_id WHERE e.run_id = 2",
  )[0] as [number];
  expect(asked().length - before).toBeLessThanOrEqual(evaluated[0]);
  const kept = "SELECT avg(kept) FROM v_verdicts WHERE verifier = 'digits' AND run_id = ";
  expect(query(`${kept}2`)).toEqual([[1]]);
  expect((query(`${kept}1`)[0] as [number])[0]).toBeLessThan(1);
  const hashes = query(
    "SELECT k.sha256 FROM checkpoints k JOIN batches b ON b.id = k.batch_id JOIN steps s ON s.id = b.step_id ORDER BY s.run_id, s.number",
  );
  expect(hashes.slice(0, hashes.length / 2)).toEqual(hashes.slice(hashes.length / 2));
});

test("reports why a step's verdicts are missing, and gives an evaluation without any no accuracy", async () => {
  const cwd = join(folder, "broken");
  mkdirSync(cwd);
  writeFileSync(join(cwd, "broken.py"), "def judge(completions):\n    raise KeyError('target')\n");
  const { db, events, work } = await scriptedRun(cwd, { steps: 1, verifiers: [{ python: "broken.py:judge" }] });
  // Real workers, with Python in them.
  await expect(work({ ports: { createJudges } })).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringContaining("no verifier gave a verdict on the last"),
  });
  db.$client.close();
  expect(events.find(({ type }) => type === "step_finished")).toMatchObject({
    missing: {
      verdicts: expect.any(Number),
      verifier: "python:broken.py:judge",
      error: expect.stringContaining("KeyError: 'target'"),
    },
  });
  expect(events.find(({ type }) => type === "eval_finished")).toMatchObject({
    arms: [{ accuracy: null }, { accuracy: null }, { accuracy: null }],
  });
});

test("refuses at the start a Python function that asks for a field which problems lack", async () => {
  const cwd = join(folder, "asking");
  const asking = writeSmallRecipe(cwd, { verifiers: [{ python: "asking.py:judge" }] });
  writeFileSync(join(cwd, "asking.py"), "def judge(completions, anser):\n    return [1.0] * len(completions)\n");
  const { code, stderr } = await rlvr(["run", asking], cwd);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `${join(cwd, "practice.jsonl")}: the verifier python:asking.py:judge asks for the field "anser"`,
  );
  expect(stderr).toContain('Did you mean "answer"?');
});

test("a recipe in which nothing decides, or nothing is rewarded, is refused", async () => {
  const refused = async (verifiers: readonly object[]): Promise<string> => {
    const cwd = join(folder, "refused");
    return (await rlvr(["run", writeSmallRecipe(cwd, { verifiers })], cwd)).stderr;
  };
  expect(await refused([{ name: "exact", required: false }])).toContain("every response would pass");
  expect(await refused([{ name: "exact", gate: true }])).toContain("every reward would be 0");
});

test("looking for a kept verdict goes through its index", () => {
  const plan = query(
    "EXPLAIN QUERY PLAN SELECT * FROM verdicts WHERE key IN (SELECT unhex(value) FROM json_each('[\"00\"]')) AND status = 'ok' AND NOT kept LIMIT 1",
  ) as [number, number, number, string][];
  const steps = plan.map((row) => row[3]);
  expect(steps).toContainEqual(expect.stringMatching(/^SEARCH verdicts USING INDEX verdicts_by_key \(key=\?\)/));
  expect(steps.filter((step) => step.startsWith("SCAN verdicts"))).toEqual([]);
});
