import stringWidth from "string-width";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";
import type { Comparison } from "../../src/evals/compare.ts";
import { parseResultDocument } from "../../src/evals/result-document.ts";
import { startOpenServer } from "../policy/policy-fixture.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { lockRun } from "../../src/tracking/run-lock.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { childrenOf, startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-eval-"));
  const { code, stderr } = await rlvr(["run", writeSmallRecipe(folder), "--json"], folder);
  expect(code, stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluate(...args: readonly string[]) {
  return rlvr(["eval", ...args], folder);
}

function writeSuite(name: string, changes: Readonly<Record<string, unknown>>): string {
  const suite = {
    name,
    prompt: packagePath("prompts/microcosm.md"),
    policy: packagePath("policies/tiny"),
    verifiers: [{ name: "exact" }],
    samples: 2,
    max_tokens: 8,
    ...changes,
  };
  writeFileSync(join(folder, `${name}.yaml`), stringify(suite));
  return `${name}.yaml`;
}

interface Report {
  readonly suite: string;
  readonly arms: readonly {
    readonly arm: string;
    readonly problems: number;
    readonly mean: number;
    readonly passAt: Readonly<Record<string, number>>;
    readonly metrics: Readonly<Record<string, { value: number; interval: { low: number; high: number } } | null>>;
  }[];
}

test("a run is evaluated on its own test set, with an interval for every figure", async () => {
  const { code, stdout, stderr } = await evaluate("--run", "1", "--json");
  expect(code, stderr).toBe(0);
  const { suite, arms } = JSON.parse(stdout) as Report;
  expect(suite).toBe("test");
  expect(arms.map(({ arm, problems }) => [arm, problems])).toEqual([
    ["add", 3],
    ["sub", 3],
    ["mul-rev", 3],
    ["all", 9],
  ]);
  for (const { mean, passAt, metrics } of arms) {
    expect(passAt["1"]).toBeCloseTo(mean, 12);
    expect(Object.keys(metrics)).toEqual(["mean@2", "pass@2", "pass^2", "maj@2", "pass@1"]);
    for (const metric of Object.values(metrics)) {
      const { low, high } = metric!.interval;
      expect(low).toBeLessThanOrEqual(metric!.value);
      expect(high).toBeGreaterThanOrEqual(metric!.value);
      expect(high).toBeGreaterThan(low);
    }
  }
});

test("a run without a test set is evaluated on its development set", async () => {
  const noTest = ["--set", "problems.test=null", "--steps", "1", "--db", "no-test.db"];
  expect((await rlvr(["run", "recipe.yaml", ...noTest], folder)).code).toBe(0);
  const { code, stdout, stderr } = await evaluate("--run", "1", "--json", "--db", "no-test.db");
  expect(code, stderr).toBe(0);
  expect((JSON.parse(stdout) as Report).suite).toBe("development");
});

test("a suite of several sets has the arms that it names, and shows the metrics that it names", async () => {
  const suite = writeSuite("several", {
    sets: [
      { problems: "test.jsonl", arm: "short" },
      { problems: "development.jsonl", max_tokens: 2 },
    ],
    metrics: ["pass@1", "maj@2"],
  });
  const { code, stdout, stderr } = await evaluate(suite);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("several on the suite's policy: 2 completions a problem, temperature 1");
  expect(stdout).toMatch(/^arm +problems +pass@1 +maj@2$/m);
  expect(stdout).toMatch(/^short +9 /m);
  // Two tokens do not hold an answer of five digits.
  expect(stdout).toMatch(/^mul-rev +3 +\.00 \(\.00 to \.56\)\* /m);
  expect(stdout).toMatch(/^all +18 /m);
});

test("what --out keeps compares as the run's own evaluations do", async () => {
  const suite = writeSuite("kept", { problems: "test.jsonl" });
  expect((await evaluate(suite, "--out", "before.json")).code).toBe(0);
  expect((await evaluate(suite, "--run", "1", "--out", "after.json")).code).toBe(0);
  const kept = parseResultDocument(readFileSync(join(folder, "after.json"), "utf8"), "after.json");
  expect(kept.policy.version).toBeGreaterThan(0);
  expect(kept.problems).toHaveLength(9);
  for (const { answer, completions } of kept.problems)
    for (const { passed, extracted, text } of completions) {
      expect(extracted).toBe(text.trim());
      expect(passed).toBe(extracted === answer);
    }

  const { code, stdout, stderr } = await evaluate("--compare", "before.json", "1:0", "--json");
  expect(code, stderr).toBe(0);
  const comparison = JSON.parse(stdout) as Comparison & { readonly sentence: string };
  expect(comparison.all).toMatchObject({ problems: 9, test: "exact sign-flip test" });
  expect(comparison.sentence).toMatch(/^(No difference is shown|[AB] is better): .*, 9 problems\.$/);

  const [first] = kept.problems[0]?.completions ?? [];
  Object.assign(first ?? {}, { status: "timeout", passed: null });
  writeFileSync(join(folder, "late.json"), JSON.stringify(kept));
  const partly = await evaluate("--compare", "before.json", "late.json");
  expect(partly.stdout).toContain("Completions without a verdict, which count in none of this: 0 of A, 1 of B.");
});

test("a run before its first step is compared with itself after its last", async () => {
  const { code, stdout, stderr } = await evaluate("--compare", "1:0", "1");
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("A: run 1 after step 0 (test)\nB: run 1 after step 3 (test)\n");
  expect(stdout).toMatch(/Holm: p corrected for 3 arms\./);
  const development = await evaluate("--compare", "1:0", "1:2", "--suite", "development");
  expect(development.stdout).toContain("B: run 1 after step 2 (development)");
  // The test set was not asked in between.
  const chosen = await evaluate("--compare", "1:0", "1:2");
  expect(chosen.stdout).toContain("B: run 1 after step 2 (development)");
  expect(chosen.stdout).toContain("Compared on the development set, the only one that both were evaluated on.");
  expect(development.stdout).not.toContain("the only one");
  for (const shown of [stdout, chosen.stdout])
    expect(Math.max(...shown.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
});

test.each([
  [["--compare", "1"], "takes two evaluations"],
  [["--compare", "1:1", "1"], "It has: --suite development after step 0, 2, 3; --suite test after step 0, 3."],
  [["--compare", "1", "recipe.yaml"], "recipe.yaml is no result of an evaluation"],
  [["--compare", "1", "1", "--run", "1"], "cannot be used with option"],
  [["--suite", "test"], "--suite goes with --compare"],
  [["--run", "1:1"], "On the disk are: 1:0, 1:2, 1:3."],
  [["--run", "one"], "names no version of a run"],
  [["--policy", "nowhere"], "is no http:// or https:// URL"],
  [["--out", "no-such-folder/a.json"], "nothing can be written"],
  [["--out", "."], "is a folder"],
  [["--compare", "1", "."], "is not a regular file"],
  [["--checkpoint", "."], "is no checkpoint or export"],
])("%j is bad usage, and says why", async (args, message) => {
  const { code, stderr, stdout } = await evaluate(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

test("evaluates the version that did best on the development set, which `rlvr checkpoints` lists", async () => {
  const listed = await rlvr(["checkpoints", "--json"], folder);
  const versions = JSON.parse(listed.stdout) as { name: string; step: number; accuracy: number; keptAs: string[] }[];
  expect(versions.map(({ name }) => name)).toEqual(["1:2", "1:3"]);
  const best = versions.find(({ keptAs }) => keptAs.includes("best"));
  expect(best?.accuracy).toBe(Math.max(...versions.map(({ accuracy }) => accuracy)));
  const { code, stdout, stderr } = await evaluate("--run", "1:best");
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`on run 1, step ${best?.step} (version `);
  const text = await rlvr(["checkpoints", "1"], folder);
  expect(text.stdout).toMatch(/^1:3 +3 +\.\d+ +[\d.]+ MB +newest/m);
});

test("evaluations of different problems are not compared", async () => {
  expect((await evaluate(writeSuite("other", { problems: "development.jsonl" }), "--out", "other.json")).code).toBe(0);
  const { code, stderr } = await evaluate("--compare", "other.json", "1");
  expect(code).toBe(2);
  expect(stderr).toContain("has 9 problems, run 1 after step 3 (test) has 9 problems");
});

test("an evaluation takes a run's own servers only while the run does not work on them", async () => {
  const server = await startOpenServer();
  const cwd = join(folder, "served");
  try {
    const recipe = writeSmallRecipe(cwd, {
      policy: { model: packagePath("policies/tiny"), url: server.url },
      steps: 1,
    });
    const ran = await rlvr(["run", recipe, "--json"], cwd);
    expect(ran.code, ran.stderr).toBe(0);
    const lock = lockRun(runDirectory(join(cwd, ".rlvr/rlvr.db"), 1), 1);
    const refused = await rlvr(["eval", "--run", "1"], cwd);
    lock.release();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("another process is working on run 1");
    const { code, stderr } = await rlvr(["eval", "--run", "1"], cwd);
    expect(code, stderr).toBe(0);
  } finally {
    await server.stop();
  }
});

test("an interrupted evaluation ends with 130 and keeps nothing", async () => {
  copyFileSync(packagePath("curricula/microcosm/test.jsonl"), join(folder, "long.jsonl"));
  const suite = writeSuite("long", { problems: "long.jsonl", samples: 400 });
  const { child, ended } = startRlvr(["eval", suite, "--out", "long.json"], { cwd: folder });
  // Once it starts its policy server it listens.
  while (!childrenOf(child.pid ?? 0).some(({ command }) => command.includes("serve-process")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain("the evaluation was interrupted after");
  expect(() => readFileSync(join(folder, "long.json"))).toThrow("ENOENT");
});
