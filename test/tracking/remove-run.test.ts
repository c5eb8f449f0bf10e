import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { removeRun } from "../../src/tracking/remove-run.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

/** Tables that may be read as a whole, for want of an index: a row a run, or a step. */
const SMALL = new Set(["json_each", "runs", "checkpoints"]);

test("finds every row of a run by an index, however many rows others have", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-remove-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { db, work } = await scriptedRun(folder, { steps: 2 });
  onTestFinished(() => void db.$client.close());
  await work();
  const statements = new Set<string>();
  const { prepare } = db.$client;
  db.$client.prepare = ((source: string) => {
    statements.add(source);
    return prepare.call(db.$client, source);
  }) as typeof prepare;
  // With what SQLite looks at to check foreign keys.
  const plans = new Map<string, string[]>();
  const explain = (): void => {
    for (const source of statements) {
      if (plans.has(source)) continue;
      const parameters = Array.from({ length: source.split("?").length - 1 }, () => null);
      const explained = prepare.call(db.$client, `EXPLAIN QUERY PLAN ${source}`) as BetterSqlite3.Statement;
      const steps = explained.all(...parameters) as { detail: string }[];
      plans.set(
        source,
        steps.map(({ detail }) => detail),
      );
    }
  };
  for (const _ of removeRun(db, 1)) explain();
  explain();
  const deletes = [...plans.keys()].filter((source) => /^delete/i.test(source));
  expect(deletes.length).toBeGreaterThan(18);
  for (const [source, steps] of plans)
    for (const detail of steps) {
      const [, table = ""] = /^SCAN (\w+)/.exec(detail) ?? [];
      expect(table === "" || SMALL.has(table), `${source}: ${detail}`).toBe(true);
    }
});
