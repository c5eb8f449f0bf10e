import BetterSqlite3 from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { serveDatabase, type TestDashboard } from "./dashboard-fixture.ts";

/** A dashboard of real runs, and the database beside it to compare with. */
export interface ServedRuns {
  readonly path: string;
  readonly db: BetterSqlite3.Database;
  readonly dashboard: TestDashboard;
  /** What a route answers. */
  get<Answer>(route: string): Promise<Answer>;
  /** The first value of a query. */
  value<Value>(sql: string, ...cells: readonly unknown[]): Value;
  close(): Promise<void>;
}

/** Makes a run of six steps for each list of further options, in one database, and serves it. */
export async function serveRuns(options: readonly (readonly string[])[]): Promise<ServedRuns> {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-served-"));
  const path = join(folder, "runs.db");
  const recipe = writeSmallRecipe(folder, { steps: 6 });
  for (const further of options) {
    const { code, stderr } = await rlvr(["run", recipe, "--db", path, "--json", ...further], folder);
    if (code !== 0) throw new Error(stderr);
  }
  const db = new BetterSqlite3(path);
  const dashboard = await serveDatabase(path);
  return {
    path,
    db,
    dashboard,
    get: <Answer>(route: string) => dashboard.get(route) as Promise<Answer>,
    value: <Value>(sql: string, ...cells: readonly unknown[]) =>
      db
        .prepare(sql)
        .pluck()
        .get(...cells) as Value,
    async close() {
      await dashboard.close();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
