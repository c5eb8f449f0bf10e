import Database from "better-sqlite3";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rlvr } from "../support/rlvr-process.ts";
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

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-verifiers-"));
  write("digits.ts", DIGITS);
  write("node_modules/@me/last-digit/package.json", JSON.stringify({ type: "module", exports: "./index.js" }));
  write("node_modules/@me/last-digit/index.js", PACKAGED);
  recipe = writeSmallRecipe(folder, {
    verifiers: [
      { name: "./digits.ts", gate: true, log: join(folder, "asked.jsonl") },
      { name: "exact" },
      { name: "@me/last-digit", weight: 0.25, required: false },
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

test("every verdict of a module, the library, a package and a combinator is a row under its name", () => {
  expect(query("SELECT verifier, version, count(*) > 0 FROM verdicts GROUP BY 1, 2 ORDER BY 1")).toEqual([
    ["close", "1", 1],
    ["digits", "1", 1],
    ["exact", "1", 1],
    ["last-digit", "2.1.0", 1],
  ]);
  const rollouts = query("SELECT count(*) FROM rollouts")[0];
  expect(query("SELECT count(*) FROM v_verdicts WHERE verifier = 'exact'")[0]).toEqual(rollouts);
});

test("the reward is the weighted sum, what passes is decided by who is required, and a gate stops the rest", () => {
  const rows = query(
    "SELECT o.reward, o.passed, max(v.verifier = 'digits' AND v.passed) AS open, max(v.verifier = 'exact' AND v.passed) AS exact, " +
      "max(v.verifier = 'last-digit' AND v.passed) AS last, max(v.verifier = 'close' AND v.passed) AS close, " +
      "sum(v.status = 'skipped') FROM outcomes o JOIN verdicts v USING (rollout_id) GROUP BY o.rollout_id",
  ) as number[][];
  expect(rows.length).toBeGreaterThan(50);
  for (const [reward, passed, open, exact = 0, last = 0, close = 0, skipped] of rows) {
    expect(skipped).toBe(open === 1 ? 0 : 3);
    expect(passed).toBe(open === 1 && exact === 1 ? 1 : 0);
    expect(reward).toBeCloseTo(open === 1 ? exact + 0.25 * last + 0.125 * close : 0, 12);
  }
  expect(
    query("SELECT count(*) FROM credits c JOIN outcomes o USING (rollout_id) WHERE c.reward IS NOT o.reward"),
  ).toEqual([[0]]);
});

test("one line of v_lineage a trained rollout, with every verdict", () => {
  const [trained] = query("SELECT count(*) FROM credits WHERE batch_id IS NOT NULL");
  expect(query("SELECT count(*) FROM v_lineage")[0]).toEqual(trained);
  const [[verdicts]] = query("SELECT verdicts FROM v_lineage LIMIT 1") as [[string]];
  const names = (JSON.parse(verdicts) as { verifier: string }[]).map(({ verifier }) => verifier);
  expect(names.toSorted()).toEqual(["close", "digits", "exact", "last-digit"]);
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
  expect(query("SELECT group_concat(sha256) FROM checkpoints")[0]).toBeDefined();
  const hashes = query(
    "SELECT k.sha256 FROM checkpoints k JOIN batches b ON b.id = k.batch_id JOIN steps s ON s.id = b.step_id ORDER BY s.run_id, s.number",
  );
  expect(hashes.slice(0, hashes.length / 2)).toEqual(hashes.slice(hashes.length / 2));
});

test("looking for a kept verdict goes through its index", () => {
  const plan = query(
    "EXPLAIN QUERY PLAN SELECT * FROM verdicts WHERE key = x'00' AND status = 'ok' AND NOT kept LIMIT 1",
  ) as [number, number, number, string][];
  expect(plan.map((row) => row[3])).toEqual([expect.stringContaining("USING INDEX verdicts_by_key")]);
});
