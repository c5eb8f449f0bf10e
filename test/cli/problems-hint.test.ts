import Database from "better-sqlite3";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startFakeTeacher, type FakeTeacher, type ReceivedRequest } from "../hints/fake-teacher.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr, type Ended } from "../support/rlvr-process.ts";

const KEY = "sk-secret-of-this-test";

let folder: string;
let teachers: FakeTeacher[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-hint-"));
  teachers = [];
});
afterEach(async () => {
  await Promise.all(teachers.map((teacher) => teacher.close()));
  rmSync(folder, { recursive: true });
});

async function start(...options: Parameters<typeof startFakeTeacher>): Promise<FakeTeacher> {
  const teacher = await startFakeTeacher(...options);
  teachers.push(teacher);
  return teacher;
}

/** Writes a set of problems with these texts; the answer to the first is 1001. */
function writeSet(texts: readonly string[]): string[] {
  const lines = texts.map((text, index) => JSON.stringify({ problem: text, answer: String(1001 + index) }));
  writeFileSync(join(folder, "set.jsonl"), `${lines.join("\n")}\n`);
  return lines;
}

function commandFor(teacher: { readonly url: string }, ...more: string[]): string[] {
  const required = ["--teacher", teacher.url, "--model", "wise-owl", "--out", "hinted.jsonl"];
  return ["problems", "hint", "set.jsonl", ...required, ...more];
}

const hint = (teacher: { readonly url: string }, ...more: string[]): Promise<Ended> =>
  rlvr(commandFor(teacher, "--yes", ...more), folder, { env: { OPENAI_API_KEY: KEY } });

const output = (name = "hinted.jsonl"): string => readFileSync(join(folder, name), "utf8");

const hintsIn = (text: string): (Record<string, string[]> | undefined)[] =>
  text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { hints?: Record<string, string[]> }).hints);

/** Requests as they are kept: without the switch for streaming that the client adds. */
const keyOf = ({ messages }: ReceivedRequest): string => JSON.stringify(messages);

function storedRequests(db = ".rlvr/rlvr.db"): ReceivedRequest[] {
  const sqlite = new Database(join(folder, db), { readonly: true });
  const rows = sqlite.prepare("SELECT request FROM teacher_calls ORDER BY rowid").pluck().all() as string[];
  sqlite.close();
  return rows.map((row) => JSON.parse(row) as ReceivedRequest);
}

test("every problem is hinted or refused for a reason, whatever teacher and server do", async () => {
  const teacher = await start();
  const texts = "plain|leaks-once|garbles-once|busy|broken|leaks-always|garbles-always|plain last|too-long";
  const lines = writeSet(texts.split("|"));
  const kept = '{ "problem":"hinted", "answer":"9",   "hints":{"solution":["9"]}, "level":3 }';
  writeFileSync(join(folder, "set.jsonl"), [kept, "", ...lines, lines[0]].join("\n"));
  const { code, stdout, stderr } = await hint(teacher, "--retries", "2", "--json");
  expect(stderr).toMatch(/Calls to make: 9, up to 27 .*\n.*[\d,]+ prompt tokens \(4 characters each\), 5,400 comp/);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as { refusals: { line: number; detail: string }[] };
  expect(report).toEqual({
    out: join(folder, "hinted.jsonl"),
    problems: 11,
    hinted: 7,
    kept: 1,
    refused: { leak: 1, malformed: 1, rejected: 1 },
    // 6 at once or after an HTTP error, 2 x 2 with a retry, of which 2 x 3 never came to anything.
    calls: { made: 4 + 2 * 2 + 2 * 3, cached: 0 },
    tokens: { promptTokens: 1400, completionTokens: 140 },
    refusals: [
      { line: 8, id: null, reason: "leak", detail: expect.stringContaining("part 1 of planning") },
      { line: 9, id: null, reason: "malformed", detail: expect.stringContaining("not JSON") },
      { line: 11, id: null, reason: "rejected", detail: expect.stringContaining("longer than the context") },
    ],
  });
  const written = output().trim().split("\n");
  expect(written[0]).toBe(kept);
  expect(written.filter((_, index) => [6, 7, 9].includes(index))).toEqual([lines[5], lines[6], lines[8]]);
  const hints = (answer: string) => ({
    knowledge: ["A sum counts on.", "Carry what is more than nine."],
    planning: ["Add the ones."],
    solution: ["Add them up.", `It is ${answer}.`],
  });
  expect(JSON.parse(written[1] ?? "")).toEqual({ problem: "plain", answer: "1001", hints: hints("1001") });
  // The same problem twice: asked about once, hinted twice.
  expect(written[10]).toBe(written[1]);
  expect(written[8]).toContain("It is 1008.");
  const asked = teacher.requests.filter(({ messages }) => messages[0]?.content.includes("leaks-once"));
  expect(asked.at(-1)?.messages.at(-1)?.content).toContain("holds the final answer (1002)");
  expect(teacher.keys).toEqual(teacher.requests.map(() => `Bearer ${KEY}`));
  expect(teacher.mostAtOnce).toBeGreaterThan(1);
  expect(teacher.mostAtOnce).toBeLessThanOrEqual(8);
});

test("the key is neither stored nor shown, also where the server repeats it", async () => {
  writeSet(["plain"]);
  const strict = await start({ react: () => ({ status: 401, message: `wrong key: ${KEY}` }) });
  const refused = await hint(strict);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/refused the key.*wrong key: \*\*\*/)]);
  const good = await hint(await start());
  expect(good.code).toBe(0);
  for (const text of [refused.stderr, good.stdout, good.stderr]) expect(text).not.toContain(KEY);
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    expect(readFileSync(join(file.parentPath, file.name)).includes(KEY)).toBe(false);
});

test("a server that knows no schemas is asked by the prompt alone, and what it answered is found again", async () => {
  const teacher = await start({
    react: ({ response_format }) =>
      response_format === undefined ? undefined : { status: 400, message: "response_format is not supported" },
  });
  writeSet(["one", "two", "three"]);
  expect((await hint(teacher, "--concurrency", "1")).code).toBe(0);
  expect(teacher.requests.map(({ response_format }) => response_format?.type)).toEqual([
    "json_schema",
    undefined,
    undefined,
    undefined,
  ]);
  const before = output();
  const again = await hint(teacher, "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ hinted: 3, calls: { made: 0, cached: 3 } });
  expect(teacher.requests).toHaveLength(4);
  expect(output()).toBe(before);
});

describe("killed at any time and started again", () => {
  const texts = Array.from({ length: 12 }, (_, index) => (index % 3 === 1 ? `leaks-once ${index}` : `plain ${index}`));
  const CALLS = 16;
  let expected: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rlvr-hint-"));
    writeSet(texts);
    const undisturbed = await startFakeTeacher();
    expect((await hint(undisturbed)).code).toBe(0);
    expect(undisturbed.requests).toHaveLength(CALLS);
    expected = output();
    await undisturbed.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts the command and kills it when the teacher gets its last request, which it never answers. */
  async function killAt(request: number, concurrency: string): Promise<Set<string>> {
    writeSet(texts);
    const never = new Promise<never>(() => {});
    const teacher = await start({
      beforeAnswer: async (number) => {
        if (number < request) return;
        running.child.kill("SIGKILL");
        await never;
      },
    });
    const running = startRlvr(commandFor(teacher, "--yes", "--concurrency", concurrency), { cwd: folder });
    expect((await running.ended).signal).toBe("SIGKILL");
    expect(existsSync(join(folder, "hinted.jsonl"))).toBe(false);
    return new Set(storedRequests().map(keyOf));
  }

  async function expectToGoOn(stored: ReadonlySet<string>): Promise<void> {
    const teacher = await start();
    const { code, stdout } = await hint(teacher, "--json");
    expect(code).toBe(0);
    const calls = { made: CALLS - stored.size, cached: stored.size };
    expect(JSON.parse(stdout)).toMatchObject({ hinted: 12, calls });
    expect(teacher.requests).toHaveLength(calls.made);
    expect(teacher.requests.map(keyOf).filter((key) => stored.has(key))).toEqual([]);
    expect(output()).toBe(expected);
  }

  test.each([1, 6, CALLS - 1])(
    "with %d calls answered, it asks no call twice and writes the same bytes",
    async (calls) => {
      // One at a time: what was answered is stored before the next is sent.
      const stored = await killAt(calls + 1, "1");
      expect(stored.size).toBe(calls);
      await expectToGoOn(stored);
    },
  );

  test("with several calls under way, only those without an answer are asked again", async () => {
    const stored = await killAt(9, "4");
    expect(stored.size).toBeGreaterThanOrEqual(9 - 4);
    expect(stored.size).toBeLessThan(9);
    await expectToGoOn(stored);
  });
});

test("Ctrl-C waits for the answers under way, keeps them, and says how to go on", async () => {
  writeSet(["one", "two", "three", "four", "five"]);
  const teacher = await start({
    beforeAnswer: async (number) => {
      if (number !== 2) return;
      running.child.kill("SIGINT");
      await interrupted;
    },
  });
  const running = startRlvr(commandFor(teacher, "--yes", "--concurrency", "2"), { cwd: folder });
  const interrupted = new Promise<void>((resolve) => {
    running.child.stderr?.on("data", (text: string) => {
      if (text.includes("Ending tidily")) resolve();
    });
  });
  const { code, stderr } = await running.ended;
  expect([code, stderr]).toEqual([130, expect.stringMatching(/interrupted after.*\n.*run the same command again/)]);
  expect(existsSync(join(folder, "hinted.jsonl"))).toBe(false);
  const answered = teacher.requests.length;
  expect(answered).toBeLessThan(5);
  expect(storedRequests()).toHaveLength(answered);
  expect((await hint(teacher)).code).toBe(0);
  expect(teacher.requests).toHaveLength(5);
});

test("nothing is asked before the cost was shown and agreed to", async () => {
  const teacher = await start();
  writeSet(["one", "two"]);
  const unasked = await rlvr(commandFor(teacher), folder);
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringMatching(/Calls to make: 2,[^]*--yes/)]);
  const priced = ["--dry-run", "--price-in", "2", "--price-out", "10"];
  const dry = await rlvr(commandFor(teacher, ...priced), folder);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/1,200 completion tokens.*about 0\.01\d /)]);
  const json = await rlvr(commandFor(teacher, ...priced, "--json"), folder);
  expect(JSON.parse(json.stdout)).toMatchObject({ problems: 2, toHint: 2, cached: 0, calls: 2, mostCalls: 8 });
  expect(teacher.requests).toEqual([]);
  expect(existsSync(join(folder, "hinted.jsonl"))).toBe(false);

  expect((await hint(teacher)).code).toBe(0);
  const after = await rlvr(commandFor(teacher, ...priced), folder);
  expect([after.code, after.stdout]).toEqual([0, "Nothing to ask (2 answers are in the database already).\n"]);
});

test("a set may be hinted in place, once more where asked to, and with another seed anew", async () => {
  const teacher = await start();
  writeSet(["one", "two leaks-always"]);
  const inPlace = ["--out", "set.jsonl", "--retries", "0", "--json"];
  await hint(teacher, ...inPlace);
  expect(hintsIn(output("set.jsonl"))).toEqual([expect.anything(), undefined]);
  const again = await hint(teacher, ...inPlace);
  expect(JSON.parse(again.stdout)).toMatchObject({ hinted: 0, kept: 1, refused: { leak: 1 }, calls: { made: 0 } });
  const rewritten = await hint(teacher, ...inPlace, "--rewrite");
  expect(JSON.parse(rewritten.stdout)).toMatchObject({ hinted: 1, kept: 0, calls: { made: 0, cached: 2 } });
  const seeded = await hint(teacher, ...inPlace, "--rewrite", "--seed", "1");
  expect(JSON.parse(seeded.stdout)).toMatchObject({ hinted: 1, kept: 0, calls: { made: 2, cached: 0 } });
});

describe("what is wrong is told with what to do", () => {
  test("a teacher that is not there", async () => {
    writeSet(["one"]);
    const teacher = await start();
    await teacher.close();
    teachers = [];
    const { code, stderr } = await hint(teacher);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/no answer from the teacher at .*ECONNREFUSED[^]*--teacher/),
    ]);
  });

  test("a model that the server does not have, with those that it has", async () => {
    writeSet(["one"]);
    const teacher = await start({ react: () => ({ status: 404, message: "no such model" }) });
    const { code, stderr } = await hint(teacher, "--model", "wise-awl");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no model .*"wise-awl"[^]*Did you mean "wise-owl"/)]);
  });

  test("a request that the server refuses before it answered any", async () => {
    writeSet(Array.from({ length: 30 }, (_, index) => `problem ${index}`));
    const teacher = await start({ react: () => ({ status: 400, message: "temperature must be 1" }) });
    const { code, stderr } = await hint(teacher);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/temperature must be 1[^]*--temperature/)]);
    expect(teacher.requests.length).toBeLessThan(60);
    expect(existsSync(join(folder, "hinted.jsonl"))).toBe(false);
  });

  test("a server that fails for good, without losing what it answered", async () => {
    writeSet(["one", "down"]);
    const fails = ({ messages }: ReceivedRequest) =>
      messages[0]?.content.includes("# Problem\n\ndown\n") ? { status: 503, message: "overloaded" } : undefined;
    const { code, stderr } = await hint(await start({ react: fails }), "--concurrency", "1");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/overloaded[^]*run the same command again/)]);
    expect(storedRequests()).toHaveLength(1);
  });

  test("something that is no teacher", async () => {
    writeSet(["one"]);
    const teacher = await start();
    const { code, stderr } = await hint({ url: `${teacher.url}/v1/models` });
    expect([code, stderr]).toEqual([2, expect.stringContaining("--teacher is the base URL")]);
  });

  test.each([
    ["{}", /no chat completion: choices/],
    ['{"choices": [', /could not be read: .*JSON/],
  ])("an answer such as %s", async (body, message) => {
    writeSet(["one"]);
    const { code, stderr } = await hint(await start({ react: () => ({ body }) }));
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  test.each([
    [["--out", "nowhere/hinted.jsonl"], "no folder"],
    [["--key-env", "NO_SUCH_KEY"], "NO_SUCH_KEY, which --key-env names, is not set"],
    [["--teacher", "localhost:8000"], "did you mean http://localhost:8000"],
  ])("%j", async (options, message) => {
    const teacher = await start();
    writeSet(["one"]);
    const { code, stderr } = await hint(teacher, ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(teacher.requests).toEqual([]);
  });

  test("a set that is not there", async () => {
    const { code, stderr } = await hint({ url: "http://127.0.0.1:9" });
    expect([code, stderr]).toEqual([2, expect.stringContaining("there is no file at")]);
  });
});
