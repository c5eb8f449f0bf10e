import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackFloat16, unpackFloat32, unpackInt32 } from "../../src/core/pack.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { writeHostileDatabase } from "./hostile-database.ts";

let folder: string;
let rollouts: number;
let duck: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-export-"));
  rollouts = writeHostileDatabase(join(folder, "hostile.db"));
  await rlvr(["run", writeSmallRecipe(join(folder, "recipe")), "--db", "real.db"], folder);
  duck = await (await DuckDBInstance.create(":memory:")).connect();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

type Row = Record<string, unknown>;

async function exported(...args: string[]): Promise<{ readonly out: string; readonly rollouts: number }> {
  const { code, stdout, stderr } = await rlvr(["export", ...args, "--json"], folder);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as { out: string; rollouts: number };
}

async function query(sql: string): Promise<Row[]> {
  return (await duck.runAndReadAll(sql)).getRowObjectsJS();
}

/** The rows that an export should have, read from the database by SQL of this test's own. */
function storedRows(database: string, runId: number): Row[] {
  const db = new BetterSqlite3(join(folder, database), { readonly: true });
  const rows = db
    .prepare(
      `SELECT ru.id AS run_id, ru.name AS run, s.number AS step, g.slot, r.number AS rollout, g.id AS group_id, r.id AS rollout_id,
              g.arm, p.source, p.key AS problem_key, p.problem, p.answer, g.propensity, g.scaffold, h.tier AS hint_tier, h.level AS hint_level,
              r.replaces, r.trained_under, r.policy_version, r.seed, r.sampled_at, pr.text AS prompt, rp.text AS response,
              r.finish_reason, r.tokens, pr.token_ids AS prompt_token_ids, rp.token_ids, rp.logprobs, rp.teacher_logprobs, ts.log_ratios, ts.entropies,
              o.passed, o.reward, o.extracted, c.advantage, c.weight, c.advantage_2, c.weight_2, c.minibatch, c.batch_id, c.drop_reason
       FROM rollouts r JOIN groups g ON g.id = r.group_id JOIN steps s ON s.id = g.step_id JOIN runs ru ON ru.id = s.run_id
       JOIN problems p ON p.id = g.problem_id JOIN prompts pr ON pr.id = r.prompt_id JOIN rollout_payloads rp ON rp.rollout_id = r.id
       LEFT JOIN hints h ON h.id = r.hint_id LEFT JOIN outcomes o ON o.rollout_id = r.id LEFT JOIN credits c ON c.rollout_id = r.id LEFT JOIN token_stats ts ON ts.rollout_id = r.id
       WHERE ru.id = ? ORDER BY s.number, g.slot, r.number`,
    )
    .all(runId) as Row[];
  const verdicts = db.prepare(
    `SELECT verifier, version, status, passed, score, extracted, details, error, run_ms, queue_ms, attempts, kept
     FROM verdicts WHERE rollout_id = ? ORDER BY verifier`,
  );
  const flag = (value: unknown) => (value === null ? null : Boolean(value));
  const wide = ["run_id", "group_id", "rollout_id", "seed", "batch_id"];
  const full = rows.map((row) => ({
    ...row,
    ...Object.fromEntries(wide.map((name) => [name, row[name] === null ? null : BigInt(row[name] as number)])),
    sampled_at: new Date(row["sampled_at"] as string),
    passed: flag(row["passed"]),
    prompt_token_ids: unpackInt32(row["prompt_token_ids"] as Buffer),
    token_ids: unpackInt32(row["token_ids"] as Buffer),
    logprobs: unpackFloat32(row["logprobs"] as Buffer),
    teacher_logprobs: row["teacher_logprobs"] === null ? null : unpackFloat32(row["teacher_logprobs"] as Buffer),
    log_ratios: row["log_ratios"] === null ? null : unpackFloat16(row["log_ratios"] as Buffer),
    entropies: row["entropies"] === null ? null : unpackFloat16(row["entropies"] as Buffer),
    verdicts: (verdicts.all(row["rollout_id"]) as Row[]).map((verdict) => ({
      ...verdict,
      passed: flag(verdict["passed"]),
      kept: flag(verdict["kept"]),
    })),
  }));
  db.close();
  return full;
}

/** Bits tell -0 from 0 and any float from its neighbours: toEqual does too. What JSON cannot say is put down to what it can. */
function asJsonHasIt(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : null;
  if (Array.isArray(value)) return value.map(asJsonHasIt);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJsonHasIt(member)]));
}

/** Types of Parquet's columns as DuckDB reads them, in its syntax for the columns of `read_json`. */
async function columnTypes(parquet: string): Promise<string> {
  const described = await query(`DESCRIBE SELECT * FROM '${parquet}'`);
  return `{${described.map((row) => `${String(row["column_name"])}: '${String(row["column_type"])}'`).join(", ")}}`;
}

test.for([
  ["hostile.db", 7],
  ["real.db", 1],
] as const)("Parquet and JSON Lines of %s read back equal in DuckDB, row by row", async ([database, runId]) => {
  const stored = storedRows(database, runId);
  const parquet = await exported("--db", database, "--format", "parquet", "--out", `${database}.parquet`);
  const jsonl = await exported("--db", database, "--format", "jsonl", "--out", `${database}.jsonl`);
  expect([parquet.rollouts, jsonl.rollouts]).toEqual([stored.length, stored.length]);
  expect(await query(`SELECT * FROM '${parquet.out}'`)).toEqual(stored);
  const columns = await columnTypes(parquet.out);
  expect(
    await query(`SELECT * FROM read_json('${jsonl.out}', columns = ${columns}, maximum_object_size = 200000000)`),
  ).toEqual(stored.map(asJsonHasIt));
});

test("what holds no odd numbers is typed alike in both without being told", async () => {
  await exported("--db", "real.db", "--format", "parquet", "--out", "typed.parquet");
  await exported("--db", "real.db", "--format", "jsonl", "--out", "typed.jsonl");
  const counted = (file: string) =>
    query(`SELECT arm, count(*) AS n, count(drop_reason) AS dropped, avg(passed::INT) AS passed, sum(len(token_ids)) AS tokens,
                  sum(list_sum(logprobs)::DOUBLE) < 0 AS negative, max(verdicts[1].score)::DOUBLE AS score
           FROM '${join(folder, file)}' GROUP BY arm ORDER BY arm`);
  expect(await counted("typed.jsonl")).toEqual(await counted("typed.parquet"));
});

test("only the steps that are asked for are exported, into a folder of parts", async () => {
  const { out } = await exported("7", "--db", "hostile.db", "--format", "parquet", "--steps", "2-");
  expect(readdirSync(out)).toEqual(["part-000.parquet"]);
  const [row] = await query(`SELECT min(step) AS first, count(*)::INT AS n FROM '${out}/*.parquet'`);
  expect(row).toEqual({ first: 2, n: rollouts / 2 });
  const none = await exported("--db", "hostile.db", "--format", "parquet", "--steps", "9", "--out", "none");
  expect(await query(`SELECT count(*)::INT AS n FROM '${none.out}/*.parquet'`)).toEqual([{ n: 0 }]);
});

test("an export that stands there is replaced only when asked", async () => {
  const args = ["export", "--db", "hostile.db", "--format", "jsonl", "--steps", "1", "--out", "mine.jsonl"];
  writeFileSync(join(folder, "mine.jsonl"), "mine");
  const refused = await rlvr(args, folder);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("add --force")]);
  expect(readFileSync(join(folder, "mine.jsonl"), "utf8")).toBe("mine");
  expect(await rlvr([...args, "--force"], folder)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^24 rollouts of run 7 in .*mine\.jsonl \([\d,]+ bytes\)\n$/) as unknown,
  });
  expect(readdirSync(folder).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test.for([
  [["--format", "xml"], "choose from parquet, jsonl"],
  [["--format", "jsonl", "--steps", "5-2"], "a range of steps"],
] as const)("what cannot be meant is refused: %s", async ([args, message]) => {
  const { code, stderr } = await rlvr(["export", "--db", "hostile.db", ...args], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("a place that cannot be written to is said to be one", async () => {
  writeFileSync(join(folder, "file"), "mine");
  const args = ["export", "--db", "hostile.db", "--format", "jsonl", "--steps", "1", "--out", "file/in-it.jsonl"];
  const { code, stderr } = await rlvr(args, folder);
  expect([code, stderr]).toEqual([1, expect.stringContaining("the export cannot be written: ")]);
});

test("Ctrl-C leaves nothing behind", async () => {
  const before = readdirSync(folder).length;
  const { child, ended } = startRlvr(["export", "--db", "hostile.db", "--format", "jsonl", "--out", "cut"], {
    cwd: folder,
  });
  while (readdirSync(folder).length === before) await sleep(1);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining("the export was cut short")]);
  expect(readdirSync(folder)).toHaveLength(before);
});
