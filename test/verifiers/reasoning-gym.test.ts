import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type { GroupResult, VerifierProblem } from "../../src/verifiers/define-verifier.ts";
import { loadVerifier } from "../../src/verifiers/load-verifier.ts";
import { lastAnswerTag } from "../../src/verifiers/python/answer-tag.ts";
import { pythonWith } from "../support/python-venv.ts";

const MINUTES = 60_000;
let interpreter: string;
let sets: ReturnType<typeof makeSets>;
beforeAll(async () => {
  interpreter = await pythonWith(fileURLToPath(new URL("fixtures/reasoning-gym.txt", import.meta.url)));
  sets = makeSets(["leg_counting", "rearc", "prime_factorization", "graph_color", "simple_integration"]);
}, 10 * MINUTES);

function runPython(args: readonly string[], input = ""): string {
  return execFileSync(interpreter, args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "ignore"] });
}

/** The shipped program, run for several datasets by one interpreter: to import the package takes seconds. */
const MAKE_SETS = `import runpy, sys
program, *datasets = sys.argv[1:]
for dataset in datasets:
    sys.argv[1:] = [dataset, "--size", "3", "--seed", "7"]
    runpy.run_path(program, run_name="__main__")`;

/** Three problems of each dataset, as the shipped program writes them. */
function makeSets(datasets: readonly string[]): Map<string | undefined, VerifierProblem[]> {
  const lines = runPython(["-c", MAKE_SETS, packagePath("python/rlvr_bridge/problem_set.py"), ...datasets]);
  const problems = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as VerifierProblem);
  return Map.groupBy(problems, ({ arm }) => arm);
}

function problemsOf(dataset: string): readonly [VerifierProblem, VerifierProblem, VerifierProblem] {
  const [first, second, third, ...others] = sets.get(dataset) ?? [];
  expect(others).toEqual([]);
  return [first!, second!, third!];
}

type Asked = readonly [problem: VerifierProblem, response: string];

async function judge(dataset: string, asked: readonly Asked[], options: object = {}) {
  const verifier = await loadVerifier(`reasoning-gym:${dataset}`);
  const { signal } = new AbortController();
  const inputs = asked.map(([problem, response]) => ({
    problem,
    response,
    answer: problem.answer ?? "",
    truncated: false,
    signal,
  }));
  return verifier.verifyGroup!(inputs, verifier.options.parse({ interpreter, ...options }));
}

const fieldOf = (results: readonly GroupResult[], field: "passed" | "score" | "extracted") =>
  results.map((result) => (result instanceof Error ? result.message : result?.[field]));
const passed = (results: readonly GroupResult[]) => fieldOf(results, "passed");

it("scores the answer in the last tag, as the dataset does", async () => {
  const problems = problemsOf("leg_counting");
  const right = problems.map((problem): Asked => [problem, `So <answer> ${problem.answer} </answer>.`]);
  const [problem] = problems;
  const wrong: Asked[] = [
    [problem, `<answer>${problem.answer}</answer> or <answer>-1</answer>`],
    [problem, `${problem.answer}`],
  ];
  const results = await judge("leg_counting", [...right, ...wrong]);
  expect(passed(results)).toEqual([true, true, true, false, false]);
  expect(fieldOf(results, "extracted")).toEqual([...problems.map(({ answer }) => answer), "-1", null]);
});

it("may take the whole response for the answer, and pass a part of the score", async () => {
  const [problem] = problemsOf("leg_counting");
  const asked: Asked[] = [
    [problem, ` ${problem.answer}\n`],
    [problem, `${problem.answer} legs or so`],
  ];
  expect(passed(await judge("leg_counting", asked, { read: "whole" }))).toEqual([true, false]);
  expect(passed(await judge("leg_counting", asked, { read: "whole", pass_at: 0.01 }))).toEqual([true, true]);
});

it("scores 1 or 0, or with score: partial as the dataset does", async () => {
  const [problem] = problemsOf("leg_counting");
  const asked: Asked[] = [
    [problem, `<answer>${problem.answer}</answer>`],
    [problem, `<answer>${problem.answer} legs or so</answer>`],
  ];
  const whole = await judge("leg_counting", asked);
  expect(fieldOf(whole, "score")).toEqual([1, 0]);
  const partly = await judge("leg_counting", asked, { score: "partial" });
  const [, wrong] = fieldOf(partly, "score");
  expect(wrong).toBeGreaterThan(0);
  expect(wrong).toBeLessThan(1);
  expect(whole).toMatchObject([{ details: { partial: 1 } }, { details: { partial: wrong } }]);
});

it("gives a scorer back the tuples of which JSON makes lists", async () => {
  const problems = problemsOf("rearc");
  const asked = problems.map((problem): Asked => [problem, `<answer>${problem.answer}</answer>`]);
  expect(passed(await judge("rearc", asked))).toEqual([true, true, true]);
});

it("fails an answer that the scorer cannot read, and says why", async () => {
  const [problem] = problemsOf("prime_factorization");
  expect(await judge("prime_factorization", [[problem, "<answer>two times three</answer>"]])).toMatchObject([
    { passed: false, score: 0, details: { unreadable: expect.stringContaining("ValueError") } },
  ]);
});

it("does not blame an answer for a problem that cannot be scored", async () => {
  const [problem] = problemsOf("prime_factorization");
  const broken = { ...problem, answer: "two times three" };
  await expect(judge("prime_factorization", [[broken, `<answer>${problem.answer}</answer>`]])).rejects.toThrow(
    /^Traceback[\s\S]*ValueError/,
  );
});

it("does not let an answer that SymPy evaluates write files, start processes or use the network", async () => {
  const [problem] = problemsOf("simple_integration");
  const folder = mkdtempSync(join(tmpdir(), "rlvr-gym-"));
  const marker = join(folder, "marker");
  const attempts = [
    `__import__('os').system('touch ${marker}')`,
    `open('${marker}', 'w').write('x')`,
    `__import__('subprocess').run(['touch', '${marker}'])`,
    `exec("import ctypes; ctypes.CDLL(None).system(b'touch ${marker}')")`,
    `__import__('socket').create_connection(('127.0.0.1', 9))`,
  ];
  const asked = attempts.map((attempt): Asked => [problem, `<answer>${attempt}</answer>`]);
  const results = await judge("simple_integration", [...asked, [problem, `<answer>${problem.answer}</answer>`]]);
  expect(passed(results)).toEqual([...attempts.map(() => false), true]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it("scores datasets without a reference answer", async () => {
  const [problem] = problemsOf("graph_color");
  expect(problem.answer).toBe("");
  const { possible_answer: possible } = problem["metadata"] as { possible_answer: object };
  const asked: Asked[] = [
    [problem, `<answer>${JSON.stringify(possible)}</answer>`],
    [problem, "<answer>{}</answer>"],
  ];
  expect(passed(await judge("graph_color", asked))).toEqual([true, false]);
});

it("names the nearest of an unknown dataset", async () => {
  const problem = { problem: "?", answer: "4", metadata: {} };
  await expect(judge("leg_couting", [[problem, "4"]])).rejects.toMatchObject({
    code: "unknown_name",
    advice: expect.stringContaining('Did you mean "leg_counting"?'),
  });
});

it("refuses problems of another dataset, or of none", async () => {
  const problem = { problem: "?", answer: "4", metadata: { source_dataset: "arc_agi" } };
  await expect(judge("leg_counting", [[problem, "4"]])).rejects.toThrow("is of the dataset arc_agi, not leg_counting");
  await expect(judge("leg_counting", [[{ answer: "4" }, "4"]])).rejects.toThrow("problem_set.py");
});

it("says how to come by a missing package", async () => {
  const problem = { problem: "?", answer: "4", metadata: {} };
  await expect(judge("leg_counting", [[problem, "4"]], { interpreter: "python3" })).rejects.toMatchObject({
    message: expect.stringContaining("needs the module reasoning_gym"),
    advice: expect.stringContaining("pip install"),
  });
});

it("reads the same answer as reasoning_gym.utils.extract_answer", () => {
  const piece = fc.constantFrom("<answer>", "</answer>", "</answer", "4", " ", "\n", "<", ">");
  const texts = fc.sample(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
    { numRuns: 2000, seed: 1 },
  );
  const program = `import json, sys
from reasoning_gym.utils import extract_answer
print(json.dumps([extract_answer(text) for text in json.load(sys.stdin)]))`;
  const theirs = JSON.parse(runPython(["-c", program], JSON.stringify(texts))) as (string | null)[];
  expect(theirs.filter((answer) => answer !== null).length).toBeGreaterThan(200);
  expect(texts.map((text) => lastAnswerTag(text)?.trim() ?? null)).toEqual(theirs);
});
