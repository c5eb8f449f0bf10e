import BetterSqlite3 from "better-sqlite3";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { packFloat32, packInt32 } from "../../src/core/pack.ts";
import type { Fault, SqlAnswer } from "../../src/server/answers.ts";
import { createConsole } from "../../src/server/console-query.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { refusedStatements } from "../support/refused-statements.ts";
import { childrenOf } from "../support/rlvr-process.ts";
import { serveDatabase, type TestDashboard } from "./dashboard-fixture.ts";

const RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
const MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";

const folder = mkdtempSync(join(tmpdir(), "rlvr-console-"));
const path = join(folder, "rlvr.db");
let dashboard: TestDashboard;
beforeAll(async () => {
  openDatabase(path).$client.close();
  const db = new BetterSqlite3(path);
  db.pragma("foreign_keys = OFF");
  db.prepare("INSERT INTO prompts (id, sha256, text, token_ids) VALUES (7, 'x', 'x', ?)").run(packInt32([5, 6]));
  db.exec(
    "INSERT INTO rollouts (id, group_id, number, prompt_id, seed, policy_version, finish_reason, tokens, sampled_at) VALUES (3, 1, 0, 7, 1, 0, 'stop', 1, 'then')",
  );
  db.prepare("INSERT INTO rollout_payloads (rollout_id, token_ids, logprobs, text) VALUES (3, ?, ?, 'x')").run(
    packInt32([9]),
    packFloat32([-0.5]),
  );
  db.close();
  dashboard = await serveDatabase(path);
});
afterAll(async () => {
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

async function ask<Answer>(sql: string, signal?: AbortSignal): Promise<{ status: number; body: Answer }> {
  const response = await dashboard.ask("api/sql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql }),
    ...(signal && { signal }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
const rowsOf = async (sql: string): Promise<SqlAnswer> => (await ask<SqlAnswer>(sql)).body;

/** The processes of queries that this process has started. */
const queries = (): number =>
  childrenOf(process.pid).filter(({ command }) => command.includes("read-only-query-process")).length;
/** Waits, a bounded number of times, until as many queries run. */
async function untilRunning(count: number): Promise<void> {
  for (let look = 0; look < 600 && queries() !== count; look++) await sleep(50);
  expect(queries()).toBe(count);
}

describe("the SQL console", () => {
  it("answers columns and rows, whole numbers that JavaScript lacks and blobs as text", async () => {
    expect(
      await rowsOf("SELECT 1 AS a, 'x' AS a, NULL AS b, 0.5 AS c, 9007199254740993 AS d, 9e999 AS e, x'00ff' AS f"),
    ).toEqual({
      columns: ["a", "a", "b", "c", "d", "e", "f"],
      rows: [[1, "x", null, 0.5, "9007199254740993", "Infinity", "x'00ff' (2 bytes)"]],
      isCut: false,
      milliseconds: expect.any(Number),
    });
  });

  it("has the tokens of a rollout as a table", async () => {
    expect((await rowsOf("SELECT token_id, logprob, is_prompt FROM rollout_tokens(3)")).rows).toEqual([
      [5, null, 1],
      [6, null, 1],
      [9, -0.5, 0],
    ]);
  });

  it("answers a thousand rows, and says when there are more", async () => {
    const { rows, isCut } = await rowsOf(`${MANY} SELECT i FROM n`);
    expect([rows.length, isCut]).toEqual([1000, true]);
    expect((await rowsOf(`${MANY} SELECT i FROM n LIMIT 1000`)).isCut).toBe(false);
  });

  it("answers a bounded size, of cells and in all", async () => {
    const { rows } = await rowsOf("SELECT printf('%.*c', 5000000, 'x'), zeroblob(5000000)");
    expect(rows[0]?.[0]).toMatch(/^x{100000}… \(5000000 characters in all\)$/);
    expect(rows[0]?.[1]).toContain("(5000000 bytes)");
    const wide = await ask<SqlAnswer>(`${MANY} SELECT printf('%.*c', 90000, 'x') FROM n`);
    expect(wide.body.isCut).toBe(true);
    expect(wide.body.rows.length).toBeLessThan(60);
    const columns = Array.from({ length: 500 }, () => "printf('%.*c', 100000, 'x')").join(", ");
    const row = (await rowsOf(`SELECT ${columns}`)).rows[0] ?? [];
    expect(row).toHaveLength(500);
    expect(row.join("").length).toBeLessThan(1_100_000);
  });

  it.each(refusedStatements("runs", join(folder, "other.db")))("refuses %s", async (_, statement, message) => {
    const before = sha256(readFileSync(path));
    const { status, body } = await ask<Fault>(statement);
    expect(status).toBe(400);
    expect(body.error.message).toContain(message);
    expect(sha256(readFileSync(path))).toBe(before);
    expect(existsSync(join(folder, "other.db"))).toBe(false);
    expect(readdirSync(folder).filter((name) => !name.startsWith("rlvr.db"))).toEqual([]);
  });

  it("says what is wrong with the SQL", async () => {
    const { status, body } = await ask<Fault>("SELECT missing FROM runs");
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: "bad_usage",
      message: expect.stringContaining("no such column: missing") as unknown,
    });
  });

  it("kills a query at its deadline, and leaves no process behind", async () => {
    const run = createConsole(path, 500);
    await expect(run(RUNAWAY, new AbortController().signal)).rejects.toMatchObject({
      code: "query_failed",
      message: expect.stringContaining("longer than 0.5 s") as unknown,
    });
    expect(queries()).toBe(0);
  });

  it("kills a query whose asker has gone", async () => {
    const controller = new AbortController();
    const asked = ask(RUNAWAY, controller.signal).catch((error: Error) => error.name);
    await untilRunning(1);
    controller.abort();
    expect(await asked).toBe("AbortError");
    await untilRunning(0);
  });

  it("runs a few at once, and says when it is busy", async () => {
    const controller = new AbortController();
    const running = Array.from({ length: 3 }, () => ask(RUNAWAY, controller.signal).catch(() => undefined));
    await untilRunning(3);
    const { status, body } = await ask<Fault>("SELECT 1");
    expect(status).toBe(503);
    expect(body.error).toMatchObject({ retryable: true });
    controller.abort();
    await Promise.all(running);
    await untilRunning(0);
    expect((await ask<SqlAnswer>("SELECT 1")).status).toBe(200);
  });
});
