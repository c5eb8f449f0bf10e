import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import type { Ended } from "../support/rlvr-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-lint-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, records: readonly unknown[]): void {
  const lines = records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)));
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

const lint = (...args: string[]): Promise<Ended> => rlvr(["problems", "lint", ...args], folder);

interface Finding {
  readonly kind: string;
  readonly severity: string;
  readonly line: number | null;
  readonly message: string;
}

interface Report {
  readonly problems: number;
  readonly arms: Record<string, number>;
  readonly faults: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

/** The report of `--json`, which is the only thing on stdout. */
async function reportOf(...args: string[]): Promise<{ readonly code: number | null; readonly report: Report }> {
  const { code, stdout } = await lint(...args, "--json");
  return { code, report: JSON.parse(stdout) as Report };
}

/** Ten good problems, so that the arm is not too small. */
const GOOD = Array.from({ length: 10 }, (_, index) => ({ problem: `${index}+${index}`, answer: String(2 * index) }));

test("a set in which nothing is wrong: the shipped one, against those that are held out, by its own verifier", async () => {
  const set = (name: string): string => packagePath(`curricula/microcosm/${name}.jsonl`);
  const heldOut = ["--against", set("test"), "--against", set("development")];
  const { code, stdout } = await lint(set("practice"), ...heldOut, "--verifier", "exact");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/1,600 problems in 5 arms: nothing found\n$/)]);
});

test("everything that can be wrong is told by its line, once", async () => {
  write("held-out.jsonl", [{ problem: "3 + 4", answer: "7" }]);
  write("set.jsonl", [
    ...GOOD,
    "{oops",
    { problem: "", answer: "1" },
    { problem: "5+5 ", answer: "11" },
    { problem: "5+5", answer: "10" },
    { id: "a", problem: "6*6", answer: "36" },
    { id: "a", problem: "7*7", answer: "49" },
    { problem: "What is nothing?", answer: " " },
    { problem: "3 + 4", answer: "7" },
    { problem: "8*8", answer: "64", hints: { knowledge: ["Squares.", "8*8 is 64."], solution: ["8*8", "= 64"] } },
    { problem: "1, 2, 3?", answer: "1\n2" },
    { problem: "odd one out", answer: "1", arm: "odd" },
  ]);
  const { code, report } = await reportOf("set.jsonl", "--against", "held-out.jsonl");
  expect(code).toBe(1);
  expect(report.findings.map(({ line, kind, severity }) => [line, kind, severity])).toEqual([
    [11, "bad-line", "fault"],
    [12, "bad-line", "fault"],
    [13, "conflicting-answers", "fault"],
    [14, "duplicate-problem", "warning"],
    [16, "duplicate-id", "fault"],
    [17, "empty-answer", "fault"],
    [18, "contamination", "fault"],
    [19, "hint-leak", "fault"],
    [20, "answer-of-lines", "warning"],
    [null, "small-arm", "warning"],
  ]);
  expect(report).toMatchObject({ problems: 19, arms: { all: 18, odd: 1 }, faults: 7, warnings: 3 });
  expect(report.findings[7]?.message).toContain("part 2 of knowledge");

  const { stdout } = await lint("set.jsonl", "--against", "held-out.jsonl");
  expect(stdout).toMatch(/19 problems in 2 arms: 7 faults, 3 warnings/);
  expect(stdout).toMatch(/fault {5}conflicting-answers +13 +the problem of line 6, with another answer/);
});

test("answers that their own verifier rejects or cannot read are faults", async () => {
  const unreadable = [
    { problem: "12*12", answer: "a gross" },
    { problem: "2 or 3", answer: "2 or 3" },
  ];
  // More than fit into the packets that are under way at once.
  const many = Array.from({ length: 700 }, (_, index) => ({ problem: `What is ${index}?`, answer: String(index) }));
  write("set.jsonl", [...many, ...unreadable, ...GOOD]);
  const numeric = await reportOf("set.jsonl", "--verifier", "numeric");
  expect(numeric.code).toBe(1);
  expect(numeric.report.findings).toEqual([
    { kind: "answer-unreadable", severity: "fault", line: 701, message: expect.stringContaining("is not a number") },
    { kind: "answer-unreadable", severity: "fault", line: 702, message: expect.any(String) },
  ]);

  writeFileSync(
    join(folder, "picky.ts"),
    `import { defineVerifier } from "rlvr";
     import { z } from "zod";
     export default defineVerifier({
       name: "picky", version: "1", options: z.strictObject({ prefix: z.string() }),
       verify: ({ problem, response, answer }, { prefix }) =>
         problem.problem === "2 or 3" ? null : { passed: response === prefix + answer, extracted: response },
     });`,
  );
  write("set.jsonl", [...unreadable, ...GOOD.slice(1)]);
  const picky = await reportOf("set.jsonl", "--verifier", "./picky.ts", "--set", "prefix=x");
  expect(picky.report.findings.map(({ kind }) => kind)).toEqual([
    "answer-rejected",
    "answer-skipped",
    ...GOOD.slice(1).map(() => "answer-rejected"),
  ]);
  expect(picky.report.findings[0]?.message).toContain('it reads "a gross"');
  expect((await reportOf("set.jsonl", "--verifier", "./picky.ts", "--set", "prefix=''")).code).toBe(0);
});

test("answers are put to a verifier in the form that it reads", async () => {
  write("set.jsonl", GOOD);
  const bare = await reportOf("set.jsonl", "--verifier", "gsm8k");
  expect(bare.report.findings.map(({ kind }) => kind)).toEqual(GOOD.map(() => "answer-rejected"));
  expect(bare.report.findings[0]?.message).toContain("reads no answer in it");
  expect((await reportOf("set.jsonl", "--verifier", "gsm8k", "--response", "So:\n#### {answer}")).code).toBe(0);
});

test("of many findings a person is told the first, and a program all", async () => {
  write("set.jsonl", [...GOOD, ...Array.from({ length: 40 }, () => ({ problem: "twice", answer: "2" }))]);
  const told = await lint("set.jsonl");
  expect(told.code).toBe(0);
  expect(told.stdout).toContain("and 34 more (all with --json)");
  expect((await reportOf("set.jsonl")).report.findings).toHaveLength(39);
});

test("what cannot be meant is refused", async () => {
  write("set.jsonl", GOOD);
  write("broken.jsonl", ["{oops"]);
  const refusals: [args: string[], message: string][] = [
    [["nowhere.jsonl"], "there is no file"],
    [["set.jsonl", "--set", "absolute=1"], "--verifier"],
    [["set.jsonl", "--verifier", "gsm8k", "--response", "####"], "{answer} has to stand"],
    [["set.jsonl", "--verifier", "numerical"], '"numeric"'],
    [["set.jsonl", "--verifier", "numeric", "--set", "absolut=1"], '"absolute"'],
    [["set.jsonl", "--against", "broken.jsonl"], "broken.jsonl, line 1: not JSON"],
  ];
  for (const [args, message] of refusals) {
    const { code, stdout, stderr } = await lint(...args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  }
});
