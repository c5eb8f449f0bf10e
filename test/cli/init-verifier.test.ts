import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rlvr } from "../support/rlvr-in-process.ts";
import type { Ended } from "../support/rlvr-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly { readonly name: string; readonly passed: boolean; readonly error?: string }[];
}

/** Has `rlvr test --json` run the generated test. */
async function testReport(): Promise<Ended & { readonly report: TestReport }> {
  const ended = await rlvr(["test", "last-line/last-line.test.ts", "--json"], folder);
  return { ...ended, report: JSON.parse(ended.stdout) as TestReport };
}

test("in an empty folder, the verifier that is written stands its tests and judges its samples", async () => {
  const init = await rlvr(["init", "verifier", "last-line"], folder);
  expect(init.code).toBe(0);
  expect(readdirSync(join(folder, "last-line")).sort()).toEqual(["last-line.test.ts", "last-line.ts", "samples.jsonl"]);

  // As it says: every command that it names, and each does what it should.
  const commands = [...init.stdout.matchAll(/rlvr ((?:test|verify) .*)/g)].map(([, args = ""]) => args.split(" "));
  expect(commands.map(([command]) => command)).toEqual(["test", "verify"]);
  const [tested, judged] = (await Promise.all(commands.map((args) => rlvr(args, folder)))) as [Ended, Ended];
  expect([tested.code, tested.stderr]).toEqual([0, ""]);
  expect(tested.stdout).toMatch(/✔ does not pass an empty response[\s\S]*fail 0/);
  expect(judged.code).toBe(0);
  expect(judged.stdout.match(/"passed":(true|false)/g)).toEqual(['"passed":true', '"passed":false']);
  expect(init.stdout).toContain(`verifiers: [{ name: ${join(folder, "last-line/last-line.ts")} }]`);
});

test("a verifier that was changed for the worse fails its tests, which say how", async () => {
  await rlvr(["init", "verifier", "last-line"], folder);
  const path = join(folder, "last-line/last-line.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("passed: extracted === normalise(answer)", "passed: true"));
  const { code, report } = await testReport();
  expect(code).toBe(1);
  expect(report.failed).toBeGreaterThan(20);
  expect(report.tests.find(({ name }) => name === "fails what is wrong")?.error).toContain(
    '"Paris or Lyon" for the answer "Paris": passed with score 1',
  );
  expect(report.tests.find(({ name }) => name === "passes what is right")?.passed).toBe(true);
});

test("a test that does not load is a failure, not silence", async () => {
  await rlvr(["init", "verifier", "last-line"], folder);
  writeFileSync(join(folder, "last-line/last-line.test.ts"), 'import "no-such-package";');
  const { code, stderr, report } = await testReport();
  expect([code, report.passed, report.failed]).toEqual([1, 0, 1]);
  expect(stderr).toContain("no-such-package");
});

test("names that cannot be a verifier's, and folders that exist, are refused", async () => {
  const refusal = async (...args: string[]): Promise<unknown[]> => {
    const { code, stderr } = await rlvr(["init", ...args], folder);
    return [code, stderr];
  };
  expect(await refusal("verifier", "lastLine")).toEqual([2, expect.stringContaining("a letter first: last-line.")]);
  expect(await refusal("verifier", "2nd")).toEqual([2, expect.stringContaining('cannot be called "2nd"')]);
  expect(await refusal("verifier", "numeric")).toEqual([2, expect.stringContaining("my-numeric")]);
  expect(await refusal("verifiers", "x")).toEqual([2, expect.stringContaining("too many arguments")]);
  expect(await refusal("verifier", ".")).toEqual([2, expect.any(String)]);
  expect(readdirSync(folder)).toEqual([]);
  await rlvr(["init", "verifier", "last-line"], folder);
  expect(await refusal("verifier", "last-line")).toEqual([2, expect.stringContaining("exists already")]);
  const missing = await rlvr(["test", "nowhere.test.ts"], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("nowhere.test.ts")]);
});
