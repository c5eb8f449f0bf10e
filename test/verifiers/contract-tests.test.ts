import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { BUILT_IN } from "../../src/verifiers/library/built-in.ts";
import { contractTests, type Contract } from "../../src/testing.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-contract-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ZOD = pathToFileURL(createRequire(import.meta.url).resolve("zod")).href;

const CONTRACT: Contract = {
  passing: [
    { problem: "Capital of France?", answer: "Paris", response: "Paris" },
    { problem: { problem: "Capital of Peru?", choices: ["Lima", "Cusco"] }, answer: "Lima", response: "Lima" },
  ],
  failing: [{ problem: "Capital of France?", answer: "Paris", response: "Lyon" }],
  answersPass: true,
};

/** Names of the tests that fail, with what they say. */
async function failuresOf(verifier: string | URL, contract: Contract): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for (const { name, run } of contractTests(verifier, contract)) {
    await run().catch((error: Error) => failures.set(name, error.message));
  }
  return failures;
}

/** A verifier that is right but for what is written over it; each of the arguments is the source of one of its parts. */
function moduleWith({
  before = "",
  name = '"capitals"',
  version = '"1"',
  options = "z.strictObject({})",
  thinking = '"auto"',
  verify = "({ passed: response === answer })",
}: Partial<Record<"before" | "name" | "version" | "options" | "thinking" | "verify", string>>): URL {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(
    path,
    `import { z } from "${ZOD}";
     ${before}
     export default {
       name: ${name}, version: ${version}, options: ${options}, thinking: ${thinking},
       verify({ problem, response, answer }) { return ${verify}; },
     };`,
  );
  return pathToFileURL(path);
}

/** A problem that asks for two things that a program can check. */
const VIOLIN = {
  problem: "Write about a violin without commas.",
  answer: "A violin sings.",
  instruction_id_list: ["keywords:existence", "punctuation:no_comma"],
  kwargs: [{ keywords: ["violin"] }, {}],
};

/** A contract for each verifier of the library. */
const LIBRARY: Readonly<Record<string, Contract>> = {
  exact: { ...CONTRACT, options: { fold_case: true } },
  f1: {
    passing: [{ answer: "the cat in the hat", response: "Cat in a hat." }],
    failing: [{ answer: "the cat in the hat", response: "the cat" }],
    answersPass: true,
  },
  format: {
    options: { tags: ["think", "answer"] },
    passing: [{ answer: "4", response: "<think>2+2</think> <answer>4</answer>" }],
    failing: [
      { answer: "4", response: "<think>2+2</think> <answer>4" },
      { answer: "4", response: "4" },
    ],
  },
  gsm8k: {
    passing: [
      { answer: "1200", response: "So it is 1,200.\n#### 1,200" },
      { answer: "2 + 2 = 4\n#### 4", response: "#### 4" },
    ],
    // A bare number, as an answer may be, marks no final answer.
    failing: [
      { answer: "1200", response: "#### 1201" },
      { answer: "1200", response: "1200" },
    ],
  },
  "json-schema": {
    options: { schema: { type: "object", required: ["total"], properties: { total: { type: "number" } } } },
    passing: [{ answer: "", response: '```json\n{"total": 4}\n```' }],
    failing: [
      { answer: "", response: '{"total": "4"}' },
      { answer: "", response: "4" },
    ],
  },
  instructions: {
    passing: [{ problem: VIOLIN, answer: VIOLIN.answer, response: "My violin is old." }],
    failing: [
      { problem: VIOLIN, answer: VIOLIN.answer, response: "My violin, which is old." },
      { problem: VIOLIN, answer: VIOLIN.answer, response: "My cello is old." },
    ],
    answersPass: true,
  },
  math: {
    passing: [
      { answer: "\\frac{1}{2}", response: "Hence $x = 0.5$, so \\boxed{0.5}." },
      { answer: "2\\sqrt{3}", response: "The answer is $\\sqrt{12}$." },
    ],
    failing: [{ answer: "\\frac{1}{2}", response: "\\boxed{\\frac{1}{3}}" }],
    answersPass: true,
    deadlineMs: 5000,
  },
  "multiple-choice": {
    passing: [{ answer: "B", response: "A is out, so the answer is (B)." }],
    failing: [{ answer: "B", response: "The answer is C." }],
    answersPass: true,
  },
  numeric: {
    passing: [
      { answer: "4", response: "2 + 2 = 4" },
      { answer: "1/2", response: "It is 0.5." },
    ],
    failing: [{ answer: "4", response: "It is 5." }],
    answersPass: true,
  },
  regex: {
    options: { pattern: "answer: (\\w+)", group: 1 },
    passing: [{ answer: "Paris", response: "answer: Lyon? no, answer: Paris" }],
    failing: [{ answer: "Paris", response: "Paris" }],
  },
};

test.each([...BUILT_IN.keys()])("the library's %s stands every test", async (name) => {
  expect(await failuresOf(name, LIBRARY[name]!)).toEqual(new Map());
});

test("a module that is right stands every test", async () => {
  expect(await failuresOf(moduleWith({}), CONTRACT)).toEqual(new Map());
});

const HOSTILE = contractTests("exact", CONTRACT)
  .map(({ name }) => name)
  .filter((name) => name.startsWith("does not pass "));

test.each<[what: string, parts: Parameters<typeof moduleWith>[0], caught: string, message: RegExp]>([
  ["no name", { name: '" "' }, "has a name and a version", /its name is empty/],
  ["no version", { version: '""' }, "has a name and a version", /its version is empty/],
  ["options of any kind", { options: "z.looseObject({})" }, "refuses options that it does not know", /strictObject/],
  ["options that swallow", { options: "z.object({})" }, "refuses options that it does not know", /strictObject/],
  [
    "fails what is right",
    { verify: '({ passed: response === answer && answer !== "Lima" })' },
    "passes what is right",
    /"Lima" for the answer "Lima": failed with score 0/,
  ],
  [
    "passes what is wrong",
    { verify: '({ passed: response === answer || response === "Lyon" })' },
    "fails what is wrong",
    /"Lyon" for the answer "Paris": passed/,
  ],
  [
    "passed is a word",
    { verify: '({ passed: response === answer ? "yes" : "no" })' },
    "gives results that are well formed",
    /passed/,
  ],
  [
    "a score that is no number",
    { verify: "({ passed: response === answer, score: NaN })" },
    "gives results that are well formed",
    /score/,
  ],
  [
    "details that are no JSON",
    { verify: "({ passed: response === answer, details: 1n })" },
    "gives results that are well formed",
    /details/,
  ],
  [
    "a misspelt key",
    { verify: "({ passed: response === answer, extract: response })" },
    "gives results that are well formed",
    /mean nothing: extract/,
  ],
  [
    "a score at random",
    { verify: "({ passed: response === answer, score: Math.random() })" },
    "judges the same whenever it is asked",
    /first .* then /,
  ],
  [
    "a pattern that remembers where it stood",
    {
      before: "const WORD = /\\w+/g;",
      verify: "({ passed: response === answer, extracted: String(WORD.test(response)) })",
    },
    "judges the same whenever it is asked",
    /first .* then /,
  ],
  [
    "a count of its calls",
    { before: "let calls = 0;", verify: "({ passed: response === answer, details: ++calls })" },
    "judges the same whenever it is asked",
    /details 1, then .* details/,
  ],
  [
    "a change to the problem",
    { verify: "(problem.choices?.sort(), { passed: response === answer })" },
    "leaves the problem as it is",
    /"Lima".*not what it was/,
  ],
  [
    "an answer that fails itself",
    { verify: "({ passed: response === answer && answer.length !== 5 })" },
    "passes a reference answer as a response",
    /"Paris" for the answer "Paris": failed/,
  ],
  [
    "empty is right",
    { verify: "({ passed: answer.includes(response) })" },
    "does not pass an empty response",
    /"" for the answer "Paris": passed/,
  ],
  [
    "a throw on what it does not expect",
    { verify: "({ passed: response.match(/./)[0] !== answer && response === answer })" },
    "does not pass an empty response",
    /error: TypeError/,
  ],
  [
    "a pattern that backtracks",
    {
      verify: '({ passed: response === answer || /^(a|aa)+$/.test(response.slice(0, 100) + "!") })',
    },
    "does not pass a megabyte of one letter",
    /timeout/,
  ],
  [
    "a recursion without a bound",
    {
      before: "const depth = (t, at = 0) => (t[at] === '(' ? 1 + depth(t, at + 1) : 0);",
      verify: "({ passed: response === answer, details: depth(response) })",
    },
    "does not pass parentheses a hundred thousand deep",
    /error: RangeError/,
  ],
  [
    "a process that ends",
    { verify: '({ passed: response === answer || response.includes("\\0") && process.exit(1) })' },
    "does not pass NUL bytes",
    /error: .*exit code 1/,
  ],
])("%s is caught", async (_what, parts, caught, message) => {
  const failures = await failuresOf(moduleWith(parts), CONTRACT);
  expect(failures.get(caught)).toMatch(message);
});

test("hostile responses may pass where a contract says so, but neither throw nor run late", async () => {
  const anything = moduleWith({ thinking: '"none"', verify: '({ passed: response !== "Lyon" })' });
  expect([...(await failuresOf(anything, CONTRACT)).keys()]).toEqual(HOSTILE);
  expect(await failuresOf(anything, { ...CONTRACT, hostileMayPass: true })).toEqual(new Map());
  const throws = moduleWith({
    thinking: '"none"',
    verify: '({ passed: response !== "Lyon" && (response[0].length, true) })',
  });
  expect([...(await failuresOf(throws, { ...CONTRACT, hostileMayPass: true })).keys()]).toEqual([
    "judges an empty response",
  ]);
});

test("a module that does not load, and options that are wrong, fail every test with the reason", async () => {
  const nowhere = await failuresOf(join(folder, "nowhere.ts"), CONTRACT);
  expect(nowhere.size).toBeGreaterThan(30);
  for (const message of nowhere.values()) expect(message).toContain("nowhere.ts");
  const [wrong] = (await failuresOf("exact", { ...CONTRACT, options: { fold_cas: true } })).values();
  expect(wrong).toContain('did you mean "fold_case"?');
});

test("a contract without a sample that fails, or that passes, is refused", () => {
  expect(() => contractTests("exact", { ...CONTRACT, failing: [] })).toThrow(/one that fails/);
  expect(() => contractTests("exact", { ...CONTRACT, passing: [] })).toThrow(/needs a response that passes/);
});
