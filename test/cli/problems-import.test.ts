import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parquetWriteFile } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/files/files.ts";
import { loadProblemSet } from "../../src/problems/load-problem-set.ts";
import { startFakeHub } from "../hub/fake-hub.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr, type Ended } from "../support/rlvr-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-import-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const GSM8K = [
  {
    question: "Natalia sold 48 clips, then half as many. How many in all?",
    answer: "48/2 = 24\n48+24 = 72\n#### 72",
    level: 1,
  },
  { question: "Weng earns $12 an hour. What for 50 minutes?", answer: "12/60 = 0.2\n0.2*50 = 10\n#### 10", level: 2 },
];

function write(name: string, records: readonly unknown[]): void {
  const lines = records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)));
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

const importSet = (...args: string[]): Promise<Ended> =>
  rlvr(["problems", "import", ...args, "--out", "out.jsonl"], folder);

const output = (): unknown[] =>
  readFileSync(join(folder, "out.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

test("JSON Lines become a problem set that recipes read, its fields taken as asked", async () => {
  write("gsm8k.jsonl", GSM8K);
  const args = ["gsm8k.jsonl", "--problem", "question", "--answer-after", "#### ", "--arm-name", "gsm8k"];
  const { code, stdout, stderr } = await importSet(...args, "--keep", "solution=answer,level");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^2 problems written to .*out\.jsonl \(\d+ B\)\n$/);
  expect(output()).toEqual([
    { problem: GSM8K[0]!.question, answer: "72", arm: "gsm8k", solution: GSM8K[0]!.answer, level: 1 },
    { problem: GSM8K[1]!.question, answer: "10", arm: "gsm8k", solution: GSM8K[1]!.answer, level: 2 },
  ]);
  expect((await loadProblemSet(join(folder, "out.jsonl"))).problems.map(({ answer }) => answer)).toEqual(["72", "10"]);
});

test("Parquet becomes a problem set, with a report of it as one document", async () => {
  parquetWriteFile({
    filename: join(folder, "set.parquet"),
    rowGroupSize: 2,
    columnData: [
      {
        name: "prompt",
        data: ["1+1", "2+2", "1 + 1", "1+1"].map((content) => [{ role: "user", content }]),
        type: "JSON",
      },
      { name: "gold", data: [2n, 4n, 2n, 9007199254740993n], type: "INT64" },
      { name: "level", data: ["easy", "hard", "easy", "easy"], type: "STRING" },
    ],
  });
  const fields = ["--problem", "prompt.0.content", "--answer", "gold", "--arm", "level", "--no-keep"];
  const { code, stdout } = await importSet("set.parquet", ...fields, "--json");
  expect(code).toBe(0);
  expect(output()).toEqual([
    { problem: "1+1", answer: "2", arm: "easy" },
    { problem: "2+2", answer: "4", arm: "hard" },
    { problem: "1 + 1", answer: "2", arm: "easy" },
    { problem: "1+1", answer: "9007199254740993", arm: "easy" },
  ]);
  const bytes = readFileSync(join(folder, "out.jsonl"));
  expect(JSON.parse(stdout)).toEqual({
    source: join(folder, "set.parquet"),
    format: "parquet",
    rows: 4,
    problems: 4,
    bad: [],
    duplicates: [{ row: 4, of: 1 }],
    arms: { easy: 3, hard: 1 },
    out: { path: join(folder, "out.jsonl"), bytes: bytes.length, sha256: sha256(bytes) },
  });
});

test("reads a file of another tool by its format, except for columns that are named", async () => {
  parquetWriteFile({
    filename: join(folder, "train.parquet"),
    columnData: [
      { name: "data_source", data: ["openai/gsm8k", "math"], type: "STRING" },
      { name: "prompt", data: ["1+1", "2+2"].map((content) => [{ role: "user", content }]), type: "JSON" },
      { name: "reward_model", data: ["2", "4"].map((gold) => ({ style: "rule", ground_truth: gold })), type: "JSON" },
    ],
  });
  expect((await importSet("train.parquet", "--from", "verl", "--arm-name", "mixed")).code).toBe(0);
  expect(output()).toEqual([
    {
      problem: "1+1",
      answer: "2",
      arm: "mixed",
      data_source: "openai/gsm8k",
      reward_model: { style: "rule", ground_truth: "2" },
    },
    {
      problem: "2+2",
      answer: "4",
      arm: "mixed",
      data_source: "math",
      reward_model: { style: "rule", ground_truth: "4" },
    },
  ]);
  const wrong = await importSet("train.parquet", "--from", "trl", "--force");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('there is no column "answer"')]);
  const unknown = await importSet("train.parquet", "--from", "vrl");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("open-instruct")]);
});

describe("lines that are not problems", () => {
  const records = [
    { problem: "1+1", answer: "2" },
    "{oops",
    { problem: "2+2" },
    { problem: "", answer: "3" },
    { problem: "3+3", answer: ["6"] },
    { problem: "4+4", answer: "8", hints: ["eight"] },
    "[1]",
    { problem: "1+1", answer: "2" },
    { problem: 5, answer: 5.5 },
  ];
  const faults = [
    [2, "not JSON"],
    [3, 'no field "answer"'],
    [4, "problem: must not be empty"],
    [5, "answer is a list, not text"],
    [6, "hints: "],
    [7, "not an object"],
  ] as const;

  test("are reported by their numbers, and nothing is written", async () => {
    write("set.jsonl", records);
    const { code, stdout, stderr } = await importSet("set.jsonl");
    expect([code, stdout]).toEqual([2, ""]);
    for (const [line, fault] of faults.slice(0, 5)) expect(stderr).toContain(`line ${line}: ${fault}`);
    expect(stderr).not.toContain("line 7");
    expect(stderr).toContain("6 lines are not problems");
    expect(stderr).toContain("and 1 more (all with --json)");
    expect(readdirSync(folder)).toEqual(["set.jsonl"]);
  });

  test("are all in the document, also when nothing is written", async () => {
    write("set.jsonl", records);
    const { code, stdout } = await importSet("set.jsonl", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 9,
      problems: 3,
      bad: faults.map(([row, fault]) => ({ row, fault: expect.stringContaining(fault) })),
      out: null,
    });
  });

  test("are left out with --keep-good, and still reported", async () => {
    write("set.jsonl", records);
    const { code, stdout } = await importSet("set.jsonl", "--keep-good");
    expect(code).toBe(0);
    expect(output()).toEqual([
      { problem: "1+1", answer: "2" },
      { problem: "1+1", answer: "2" },
      { problem: "5", answer: "5.5" },
    ]);
    expect(stdout).toContain("6 lines left out");
    expect(stdout).toContain("line 8 repeats line 1");
  });

  test("of control characters do not reach the terminal", async () => {
    write("set.jsonl", ['{"problem": "\u001b[2J']);
    expect((await importSet("set.jsonl")).stderr).not.toContain("\u001b[2J");
  });
});

test("what cannot be meant is refused before anything is read or written", async () => {
  write("set.jsonl", GSM8K);
  const refusals: [args: string[], message: string][] = [
    [["set.jsonl"], 'no field "problem"; there are: question, answer, level'],
    [["set.jsonl", "--problem", "qestion"], 'did you mean "question"?'],
    [["set.jsonl", "--arm", "level", "--arm-name", "x"], "--arm"],
    [["set.jsonl", "--keep", "answer"], "option of its own: --answer"],
    [["nowhere.jsonl"], "there is no file"],
    [["set.jsonl", "--limit", "0"], "a whole number from 1"],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await importSet(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
  parquetWriteFile({
    filename: join(folder, "set.parquet"),
    columnData: [{ name: "question", data: ["?"], type: "STRING" }],
  });
  const { code, stderr } = await importSet("set.parquet", "--problem", "question");
  expect([code, stderr]).toEqual([2, expect.stringContaining('there is no column "answer"')]);
  expect(existsSync(join(folder, "out.jsonl"))).toBe(false);
});

test("a file is replaced only when asked", async () => {
  write("set.jsonl", [{ problem: "1+1", answer: "2" }]);
  writeFileSync(join(folder, "out.jsonl"), "mine");
  const refused = await importSet("set.jsonl");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--force")]);
  expect(readFileSync(join(folder, "out.jsonl"), "utf8")).toBe("mine");
  expect((await importSet("set.jsonl", "--force")).code).toBe(0);
  expect(output()).toHaveLength(1);
});

test("as many problems as asked are taken, from the first", async () => {
  write("set.jsonl", [{ problem: "1+1", answer: "2" }, "oops", { problem: "2+2", answer: "4" }, "not read any more"]);
  expect((await importSet("set.jsonl", "--limit", "2", "--keep-good")).code).toBe(0);
  expect(output()).toHaveLength(2);
});

test("Ctrl-C leaves nothing behind", async () => {
  const line = `${JSON.stringify({ problem: "?".repeat(500), answer: "2" })}\n`;
  writeFileSync(join(folder, "set.jsonl"), line.repeat(300_000));
  const { child, ended } = startRlvr(["problems", "import", "set.jsonl", "--out", "out.jsonl"], { cwd: folder });
  while (readdirSync(folder).length < 2) await sleep(5);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining("nothing was written")]);
  expect(readdirSync(folder)).toEqual(["set.jsonl"]);
});

test("a file of the Hugging Face hub is imported as one of this disk is, and is told of where there is no hub", async () => {
  write("train.jsonl", GSM8K);
  const hub = await startFakeHub();
  hub.files.set("openai/gsm8k@main/train.jsonl", readFileSync(join(folder, "train.jsonl")));
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: "", XDG_CACHE_HOME: folder };
  const command = ["problems", "import", "hf://datasets/openai/gsm8k/train.jsonl", "--problem", "question", "--out"];
  try {
    const fetched = await rlvr([...command, "out.jsonl", "--answer-after", "#### "], folder, { env });
    expect([fetched.code, fetched.stderr]).toEqual([0, ""]);
    expect(output()).toMatchObject([{ answer: "72" }, { answer: "10" }]);
  } finally {
    await hub.close();
  }
  const kept = await rlvr([...command, "again.jsonl"], folder, { env });
  expect(kept).toMatchObject({ code: 0, stderr: expect.stringContaining("Used instead: what it was on") as unknown });
  const offline = await rlvr([...command, "never.jsonl"], folder, {
    env: { ...env, XDG_CACHE_HOME: join(folder, "other") },
  });
  expect(offline.code).toBe(1);
  expect(offline.stderr).toMatch(/did not give us train\.jsonl.*ECONNREFUSED[^]*Is this machine online\?/);
  expect(existsSync(join(folder, "never.jsonl"))).toBe(false);
});
