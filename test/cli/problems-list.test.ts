import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { loadProblemSet } from "../../src/problems/load-problem-set.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { storeProblemSet } from "../../src/tracking/problem-sets.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-list-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const DEVELOPMENT = packagePath("curricula/microcosm/development.jsonl");
const ARMS = { add: 64, "add-rev": 64, sub: 64, "sub-rev": 64, "mul-rev": 64 };

test("files are counted, bad lines too, and told apart by their hashes", async () => {
  const mine = '{"problem":"1+1","answer":"2"}\n{oops\n{"problem":"2+2","answer":"4","hints":{"knowledge":["+"]}}\n';
  writeFileSync(join(folder, "mine.jsonl"), mine);
  const { code, stdout } = await rlvr(["problems", "list", "mine.jsonl", DEVELOPMENT, "--json"], folder);
  expect(code).toBe(0);
  const bytes = readFileSync(DEVELOPMENT);
  expect(JSON.parse(stdout)).toEqual([
    {
      path: join(folder, "mine.jsonl"),
      bytes: mine.length,
      sha256: sha256(mine),
      problems: 2,
      badLines: 1,
      hinted: 1,
      arms: { all: 2 },
    },
    {
      path: DEVELOPMENT,
      bytes: bytes.length,
      sha256: sha256(bytes),
      problems: 320,
      badLines: 0,
      hinted: 320,
      arms: ARMS,
    },
  ]);
  const told = await rlvr(["problems", "list", "mine.jsonl", DEVELOPMENT], folder);
  expect(told.stdout).toMatch(/mine\.jsonl +2 +1 +1 +1 +96 +[0-9a-f]{12}\n/);
  expect(told.stdout).toMatch(/\nadd +64\n/);
});

test("without files, the sets of the database are counted", async () => {
  const set = await loadProblemSet(DEVELOPMENT);
  const db = openDatabase(join(folder, "runs.db"));
  storeProblemSet(db, {
    path: set.path,
    sha256: "a",
    parts: [
      {
        source: null,
        problems: set.problems.slice(0, 10).map(({ problem, answer, arm }) => ({ problem, answer, arm })),
      },
    ],
  });
  storeProblemSet(db, { ...set, parts: [{ source: null, problems: set.problems }] });
  db.$client.close();
  const { code, stdout } = await rlvr(["problems", "list", "--db", "runs.db", "--json"], folder);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    {
      id: 1,
      path: DEVELOPMENT,
      sha256: "a",
      problems: 10,
      hinted: 0,
      arms: { add: 2, "add-rev": 2, sub: 2, "sub-rev": 2, "mul-rev": 2 },
    },
    { id: 2, path: DEVELOPMENT, sha256: set.sha256, problems: 320, hinted: 320, arms: ARMS },
  ]);
  const told = await rlvr(["problems", "list", "--db", "runs.db"], folder);
  expect(told.stdout).toMatch(/arm +set 1 +set 2\n/);
  expect(told.stdout).toMatch(/\nadd-rev +2 +64\n/);
});

test("says what is not there", async () => {
  const file = await rlvr(["problems", "list", "nowhere.jsonl"], folder);
  expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("nowhere.jsonl")]);
  const database = await rlvr(["problems", "list"], folder);
  expect([database.code, database.stderr]).toEqual([2, expect.stringContaining("no database")]);
});
