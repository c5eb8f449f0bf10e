import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { parseQuery, readyQueries } from "../../src/tracking/ready-queries.ts";
import { withReadOnlyQuery } from "../../src/tracking/read-only-query.ts";
import { cookbookPage } from "../../tools/sql-cookbook-page.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const page = readFileSync(packagePath("docs/sql-cookbook.md"), "utf8");
const queries = readyQueries();

/** What the page shows of a query: its statement and its answer's columns. */
function shownOf(name: string): { readonly statement: string; readonly columns: readonly string[] } {
  const section = page.split(`\n### ${name}\n`)[1]?.split("\n### ")[0] ?? "";
  const [statement = "", answer = ""] = [...section.matchAll(/```(?:sql|text)\n([^]*?)\n```/g)].map(([, text]) => text);
  const lines = answer.split("\n");
  const columns = (lines[0] ?? "").trim().split(/\s{2,}/);
  const isUpright = columns.join() === "column,value";
  return { statement, columns: isUpright ? lines.slice(2).map((line) => line.split(" ")[0] ?? "") : columns };
}

describe("the cookbook", () => {
  test("asks thirty-three questions: those of db/queries, in their order (if not: pnpm docs:sql)", () => {
    expect(queries).toHaveLength(33);
    expect([...page.matchAll(/^### (.+)$/gm)].map(([, name]) => name)).toEqual(queries.map(({ name }) => name));
    for (const { name, question, notes, sql } of queries) {
      expect(page).toContain(`[${question}](#${name})`);
      expect(page).toContain(`**${question}** ${notes}`);
      expect(sql.trimEnd().endsWith(shownOf(name).statement), name).toBe(true);
    }
  });

  test("is written alike from the same answers, with no times in it", () => {
    const query = parseQuery(
      "1-slow.sql",
      "-- How slow?\n-- Theme: Times\n-- Long.\nSELECT 1.5 AS run_ms, 'x' AS name",
    );
    const written = cookbookPage([{ ...query, columns: ["run_ms", "name"], rows: [[1.5, "x"]] }]);
    expect(written).toContain("run_ms  name\n------  ----\n~       x\n");
    expect(written).toContain("```sql\nSELECT 1.5 AS run_ms, 'x' AS name\n```");
  });
});

describe("every query, asked of a real run", () => {
  let folder: string;
  let databasePath: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rlvr-cookbook-"));
    databasePath = join(folder, "run.db");
    const changes = { steps: 12, scaffold: { name: "scaf-grpo", exemption: 0.2, trained_under: "fading" } };
    const ended = await rlvr(["run", writeSmallRecipe(folder, changes), "--json", "--db", databasePath], folder);
    expect(ended.code, ended.stderr).toBe(0);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(queries)("$name", async ({ name, sql, notes }) => {
    const { columns, rows } = await withReadOnlyQuery({ databasePath, sql, timeoutMs: 30_000 }, async (query) => {
      let count = 0;
      for await (const packet of query.packets) count += packet.length;
      return { columns: query.columns, rows: count };
    });
    expect(columns).toEqual(shownOf(name).columns);
    // A query that may find nothing says when.
    expect(rows > 0 || notes.includes("No rows")).toBe(true);
  });

  test("rlvr sql lists and asks them by name, and refuses what is not one question", async () => {
    const list = await rlvr(["sql", "--list", "--json"], folder);
    expect((JSON.parse(list.stdout) as { name: string }[]).map(({ name }) => name)).toEqual(
      queries.map(({ name }) => name),
    );
    expect((await rlvr(["sql", "--list"], folder)).stdout).toMatch(/^What was learned\nname +question\n/);
    const answer = await rlvr(["sql", "--query", "why-trained", "--json", "--db", databasePath], folder);
    expect(JSON.parse(answer.stdout)).toMatchObject([{ run_id: 1, step: 12 }]);
    const read = await rlvr(["sql", "--query", "cost-per-point", "--db", databasePath], folder);
    expect(read.stdout).toContain("\n\nWhat did a point of held-out accuracy cost?\n");
    const unknown = await rlvr(["sql", "--query", "why-traind", "--db", databasePath], folder);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean "why-trained"?')]);
    for (const wrong of [[], ["SELECT 1", "--query", "staleness"], ["SELECT 1", "--list"]])
      expect((await rlvr(["sql", ...wrong, "--db", databasePath], folder)).code).toBe(2);
  });
});

test("a file that does not say what it asks is refused", () => {
  expect(() => parseQuery("x.sql", "-- Why?\nSELECT 1")).toThrow("db/queries/x.sql does not say what it asks");
  expect(readdirSync(packagePath("db/queries")).every((file) => /^\d\d-[a-z-]+\.sql$/.test(file))).toBe(true);
});
