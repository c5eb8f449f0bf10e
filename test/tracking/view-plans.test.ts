import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database } from "../../src/tracking/database.ts";

let folder: string;
let db: Database;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-plans-"));
  db = openDatabase(join(folder, "empty.db"));
});

afterAll(() => {
  db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Steps of a query's plan that read a whole table or index. What a view itself made is scanned by its name, without harm. */
function scans(query: string, own: readonly string[]): string[] {
  const plan = db.$client.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[];
  return plan
    .map(({ detail }) => detail)
    .filter((detail) => detail.startsWith("SCAN ") && !own.some((name) => detail.startsWith(`SCAN ${name}`)));
}

test("a question to any view about a step of a run reads that step by indexes, no table as a whole", () => {
  const views = db.$client.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").pluck().all() as string[];
  expect(views.length).toBeGreaterThan(10);
  for (const view of views) {
    const columns = db.$client.prepare(`SELECT name FROM pragma_table_info('${view}')`).pluck().all();
    const step = columns.includes("step") ? " AND step = 5" : "";
    // `x` is what v_graduations calls the problems that it found.
    expect(scans(`SELECT * FROM ${view} WHERE run_id = 3${step}`, [view, "x"]), view).toEqual([]);
  }
});

test("views without GROUP BY take the newest run from a subquery too", () => {
  for (const view of ["v_rollouts", "v_verdicts", "v_lineage", "v_arms", "v_cliffs", "v_hints", "v_cost", "v_evals"])
    expect(scans(`SELECT * FROM ${view} WHERE run_id = (SELECT max(id) FROM runs)`, []), view).toEqual([]);
});
