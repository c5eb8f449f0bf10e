import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startFakeTeacher } from "../hints/fake-teacher.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr } from "../support/rlvr-process.ts";
import {
  commandFor,
  folder,
  hint,
  hintsIn,
  KEY,
  keyOf,
  makeFolder,
  output,
  start,
  storedRequests,
  writeSet,
} from "../hints/hint-command.ts";

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
    makeFolder();
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
