import BetterSqlite3 from "better-sqlite3";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { packFloat16, packFloat32, packInt32 } from "../../src/core/pack.ts";
import { refusedStatements } from "../support/refused-statements.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr, type Ended } from "../support/rlvr-process.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-sql-"));
const database = join(folder, "runs.db");
const RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

beforeAll(() => {
  const db = new BetterSqlite3(database);
  db.pragma("journal_mode = WAL");
  db.exec(`
    CREATE TABLE prompts (id INTEGER PRIMARY KEY, token_ids BLOB NOT NULL);
    CREATE TABLE rollouts (id INTEGER PRIMARY KEY, prompt_id INTEGER NOT NULL);
    CREATE TABLE rollout_payloads (rollout_id INTEGER PRIMARY KEY, token_ids BLOB NOT NULL, logprobs BLOB NOT NULL, teacher_logprobs BLOB);
    CREATE TABLE token_stats (rollout_id INTEGER PRIMARY KEY, log_ratios BLOB NOT NULL, entropies BLOB NOT NULL);
    CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT, big INTEGER, note REAL);
    INSERT INTO words VALUES (1, 'plus', 9007199254740993, 0.5), (2, '日本' || char(10) || 'x', -1, NULL);
  `);
  db.prepare("INSERT INTO prompts VALUES (7, ?)").run(packInt32([5, 6, 70_000]));
  const payload = db.prepare("INSERT INTO rollout_payloads VALUES (?, ?, ?, ?)");
  db.prepare("INSERT INTO rollouts VALUES (3, 7), (4, 7)").run();
  db.prepare("INSERT INTO token_stats VALUES (4, ?, ?)").run(packFloat16([0.25]), packFloat16([1.5]));
  payload.run(3, packInt32([9, 1]), packFloat32([-0.5, -2]), null);
  payload.run(4, packInt32([1]), packFloat32([-0.25]), packFloat32([-4]));
  db.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function sql(statement: string, ...options: string[]): Promise<Ended> {
  return rlvr(["sql", statement, "--db", database, ...options]);
}

describe("rlvr sql prints", () => {
  it("a table, numbers to the right, on one line a row", async () => {
    const { code, stdout } = await sql("SELECT id, word, big, note FROM words");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "id  word                  big  note",
      "--  -------  ----------------  ----",
      " 1  plus     9007199254740993   0.5",
      String.raw` 2  日本\nx                -1`,
      "",
    ]);
  });

  it("JSON with every digit of a whole number, one document", async () => {
    const { code, stdout } = await sql("SELECT id, word, big, note, x'00ff' AS blob FROM words ORDER BY id", "--json");
    expect(code).toBe(0);
    expect(stdout).toContain('"big":9007199254740993');
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 1, word: "plus", note: 0.5, blob: "x'00ff' (2 bytes)" },
      { id: 2, word: "日本\nx", big: -1, note: null },
    ]);
  });

  it("an empty result as an empty document", async () => {
    expect((await sql("SELECT 1 WHERE 0", "--json")).stdout).toBe("[]\n");
  });

  it("columns of one name apart, and infinite numbers as text", async () => {
    const { stdout } = await sql("SELECT 1 AS a, 2 AS a, 9e999 AS b", "--json");
    expect(JSON.parse(stdout)).toEqual([{ a: 1, "a:2": 2, b: "Infinity" }]);
  });

  it("only the first rows of a long table, and says so", async () => {
    const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n";
    const { stdout, stderr } = await sql(many);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1002);
    expect(stderr).toContain("first 1000");
    const whole = await sql(many, "--json");
    expect(JSON.parse(whole.stdout)).toHaveLength(5000);
    expect(JSON.parse((await sql(many, "--json", "--limit", "300")).stdout)).toHaveLength(300);
  });

  it("a blob as its first bytes and its size", async () => {
    const { stdout } = await sql("SELECT zeroblob(1000) AS z");
    expect(stdout).toContain("x'0000000000000000…' (1000 bytes)");
  });
});

describe("rollout_tokens", () => {
  const UNTOLD = { trainer_logprob: null, entropy: null };
  it("unpacks the prompt and the completion of a rollout", async () => {
    const { stdout } = await sql("SELECT * FROM rollout_tokens(3)", "--json");
    expect(JSON.parse(stdout)).toEqual([
      { position: 0, token_id: 5, logprob: null, is_prompt: 1, teacher_logprob: null, ...UNTOLD },
      { position: 1, token_id: 6, logprob: null, is_prompt: 1, teacher_logprob: null, ...UNTOLD },
      { position: 2, token_id: 70_000, logprob: null, is_prompt: 1, teacher_logprob: null, ...UNTOLD },
      { position: 3, token_id: 9, logprob: -0.5, is_prompt: 0, teacher_logprob: null, ...UNTOLD },
      { position: 4, token_id: 1, logprob: -2, is_prompt: 0, teacher_logprob: null, ...UNTOLD },
    ]);
  });

  it("shows what a teacher said beside it, and what the trainer computed", async () => {
    const query =
      "SELECT logprob - teacher_logprob AS ratio, trainer_logprob, entropy FROM rollout_tokens(4) WHERE NOT is_prompt";
    expect(JSON.parse((await sql(query, "--json")).stdout)).toEqual([
      { ratio: 3.75, trainer_logprob: 0, entropy: 1.5 },
    ]);
  });

  it("joins with the tables of the same query", async () => {
    const { stdout } = await sql(
      "SELECT r.id, sum(t.logprob) AS total, typeof(t.token_id) AS type FROM rollouts r, rollout_tokens(r.id) t GROUP BY r.id",
      "--json",
    );
    expect(JSON.parse(stdout)).toEqual([
      { id: 3, total: -2.5, type: "integer" },
      { id: 4, total: -0.25, type: "integer" },
    ]);
  });

  it("has no rows for a rollout that there is not", async () => {
    expect((await sql("SELECT * FROM rollout_tokens(99)", "--json")).stdout).toBe("[]\n");
  });
});

describe("rlvr sql refuses", () => {
  const other = join(folder, "other.db");
  let before = "";
  beforeAll(() => {
    before = sha256(readFileSync(database));
  });

  it.each(refusedStatements("words", other))("%s, with exit code 2", async (_, statement, message) => {
    const { code, stdout, stderr } = await sql(statement);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });

  it("extensions, though only when the function is called", async () => {
    const { code, stderr } = await sql("SELECT load_extension('x')");
    expect(code).toBe(1);
    expect(stderr).toContain("not authorized");
  });

  it("and has changed no byte and made no file", () => {
    expect(sha256(readFileSync(database))).toBe(before);
    expect(existsSync(other)).toBe(false);
    expect(readdirSync(folder).filter((name) => !name.startsWith("runs.db"))).toEqual([]);
  });

  it("but not the pragmas that only tell", async () => {
    const { stdout } = await sql("PRAGMA table_info(words)", "--json");
    expect(JSON.parse(stdout)).toHaveLength(4);
    expect((await sql("SELECT name FROM pragma_table_info('words')")).code).toBe(0);
    expect((await sql("EXPLAIN QUERY PLAN SELECT * FROM words")).code).toBe(0);
  });
});

describe("rlvr sql fails clearly", () => {
  it("kills a query that runs away, at its timeout", async () => {
    const { code, stderr } = await sql(RUNAWAY, "--timeout", "1");
    expect(code).toBe(1);
    expect(stderr).toContain("longer than 1 s");
  });

  it("kills one that runs away after it gave rows", async () => {
    const first = "WITH RECURSIVE f(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM f WHERE i < 1000) SELECT i FROM f";
    const statement = `SELECT * FROM (${first}) UNION ALL SELECT * FROM (${RUNAWAY})`;
    const { code, stdout, stderr } = await sql(statement, "--timeout", "1", "--json");
    expect(code).toBe(1);
    expect(stdout).toContain('{"i":256}');
    expect(stderr).toContain("longer than 1 s");
  });

  it("leaves no process behind when it is killed itself", async () => {
    const mark = `SELECT 'mark-${process.pid}' WHERE (${RUNAWAY}) > 0`;
    const { child: parent } = startRlvr(["sql", mark, "--db", database], { cwd: folder });
    const children = (): string[] => {
      const list = `/proc/${parent.pid}/task/${parent.pid}/children`;
      return existsSync(list) ? readFileSync(list, "utf8").trim().split(" ").filter(Boolean) : [];
    };
    while (children().length === 0) await sleep(20);
    await sleep(1000);
    const [child] = children();
    parent.kill("SIGKILL");
    while (existsSync(`/proc/${child}`) && !readFileSync(`/proc/${child}/stat`, "utf8").includes(") Z "))
      await sleep(50);
    expect(child).toMatch(/^\d+$/);
  });

  it("says what is wrong with the SQL", async () => {
    const { code, stderr } = await sql("SELECT missing FROM words");
    expect(code).toBe(2);
    expect(stderr).toContain("no such column: missing");
  });

  it("tells an error half-way from wrong SQL", async () => {
    const { code, stderr } = await sql("SELECT abs(-9223372036854775808)");
    expect(code).toBe(1);
    expect(stderr).toContain("overflow");
  });

  it("says when there is no database, or it is none", async () => {
    const missing = await rlvr(["sql", "SELECT 1", "--db", "nowhere.db"], folder);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain(join(folder, "nowhere.db"));
    expect(existsSync(join(folder, "nowhere.db"))).toBe(false);
    const text = join(mkdtempSync(join(tmpdir(), "rlvr-sql-")), "text.db");
    writeFileSync(text, "this is no database\n".repeat(100));
    const none = await rlvr(["sql", "SELECT 1", "--db", text]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("not a database");
  });
});
