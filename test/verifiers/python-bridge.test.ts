import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GroupResult, VerifierProblem } from "../../src/verifiers/define-verifier.ts";
import { loadVerifier } from "../../src/verifiers/load-verifier.ts";
import { openVerifier } from "../../src/verifiers/open-verifier.ts";
import { notedPids, waitForEnd } from "../support/processes.ts";

const REWARDS = fileURLToPath(new URL("fixtures/rewards.py", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-python-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Judging {
  readonly options?: object;
  readonly problem?: VerifierProblem;
  readonly answer?: string;
  readonly file?: string;
  readonly signal?: AbortSignal;
}

/** What a function says of a group, called in this process. */
async function judge(name: string, responses: readonly string[], judging: Judging = {}) {
  const { options = {}, problem = {}, answer = "", file = REWARDS, signal = new AbortController().signal } = judging;
  const verifier = await loadVerifier(`python:${file}:${name}`);
  // The last of several is cut.
  const inputs = responses.map((response, index) => ({ problem, response, answer, truncated: index > 0, signal }));
  return verifier.verifyGroup!(inputs, verifier.options.parse(options));
}

const scores = async (results: Promise<readonly GroupResult[]>) =>
  (await results).map((result) => (result instanceof Error ? result.message : result && result.score));

function fileOf(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

describe("a reward function", () => {
  it("gets every field of the problem as a list", async () => {
    const problem = { problem: "1+1", answer: "2", arm: "sums", metadata: { n: [1, null] } };
    expect(await scores(judge("columns", ["2", "3"], { problem, answer: "2" }))).toEqual([1, 1]);
  });

  it("gets None where a problem lacks a field that another one has", async () => {
    const verifier = await loadVerifier(`python:${REWARDS}:mixed_columns`);
    const { signal } = new AbortController();
    const inputs = [{ level: 3 }, {}].map((problem) => ({
      problem,
      response: "",
      answer: "",
      truncated: false,
      signal,
    }));
    expect(await verifier.verifyGroup!(inputs, verifier.options.parse({}))).toHaveLength(2);
  });

  it("without **kwargs gets only what it names", async () => {
    const options = { problem: { problem: "1+1", arm: "sums" }, answer: "2" };
    expect(await scores(judge("exact", ["2", "3"], options))).toEqual([1, 0]);
  });

  it("gets completions with their thinking, unless its entry says otherwise", async () => {
    const { signal } = new AbortController();
    const inputs = ["<think>3</think>2", "<think>2"].map((response) => ({
      problem: {},
      response,
      answer: "2",
      truncated: false,
      signal,
    }));
    const judged = async (options: object): Promise<readonly GroupResult[]> => {
      const { verifier, options: checked } = await openVerifier(`python:${REWARDS}:exact`, options);
      return verifier.verifyGroup!(inputs, checked);
    };
    expect(await scores(judged({}))).toEqual([0, 0]);
    expect(await scores(judged({ thinking: "auto" }))).toEqual([1, 0]);
  });

  it("gets messages when it asks for them", async () => {
    const judging = { problem: { problem: "1+1" }, options: { messages: true } };
    expect(await scores(judge("conversation", ["2"], judging))).toEqual([1]);
  });

  it("that names a field which problems do not have is told which they have", async () => {
    await expect(judge("wants_more", ["2"], { problem: { arm: "sums" } })).rejects.toThrow(
      "wants_more() asks for solution, and there is no such field; there are: answer, arm, completions, prompts, truncated",
    );
  });

  it("may be async, on one event loop for all calls", async () => {
    expect(await scores(judge("later", ["2", "3"], { answer: "2" }))).toEqual([1, 0]);
    expect(await scores(judge("one_loop", [""]))).toEqual([1]);
    expect(await scores(judge("one_loop", [""]))).toEqual([1]);
  });

  it("may return whatever is a number, in any sequence", async () => {
    expect(await scores(judge("scalars", ["", "", "", "", "", ""]))).toEqual([1, 2, 0.5, 0.25, 0.75, null]);
    expect(await scores(judge("an_array", ["", ""]))).toEqual([0.5, 0.5]);
  });

  it("passes a response at pass_at, 1 unless set", async () => {
    const passed = async (options: object) =>
      (await judge("scalars", ["", "", "", "", "", ""], { options })).map(
        (result) => !(result instanceof Error) && result?.passed,
      );
    expect(await passed({})).toEqual([true, true, false, false, false, undefined]);
    expect(await passed({ pass_at: 0.5 })).toEqual([true, true, true, false, true, undefined]);
  });

  it.each([
    ["too_few", "returned 1 scores for 2 responses"],
    ["endless", "returned more scores for 2 responses"],
    ["a_dict", "a value of type dict, not a list"],
    ["a_number", "1.0, not a list"],
  ])("%s says nothing of any response", async (name, message) => {
    await expect(judge(name, ["", ""])).rejects.toMatchObject({
      message: expect.stringContaining(message) as unknown,
      ofGroup: true,
    });
  });

  it.each([
    ["nan", "a score is nan, not a finite number"],
    ["text", "a score is '1.0', not a finite number"],
  ])("whose score is no number (%s) fails that response alone", async (response, message) => {
    expect(await scores(judge("misbehave", ["right", response, "none"]))).toEqual([1, message, null]);
  });

  it("gets `truncated` where it asks for it", async () => {
    expect(await scores(judge("cut", ["", ""]))).toEqual([0, 1]);
  });

  it("that takes its arguments by position is refused", async () => {
    await expect(judge("by_position", [""])).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringContaining("by_position() takes completions by its position only") as unknown,
    });
  });

  it.each([
    ["exact", []],
    ["columns", []],
    ["wants_more", ["solution"]],
    ["mixed_columns", ["level"]],
    ["compute_score", []],
  ])("tells which fields of a problem it needs: %s", async (name, needs) => {
    const verifier = await loadVerifier(`python:${REWARDS}:${name}`);
    const options = verifier.options.parse({});
    await verifier.prepare?.(options);
    expect(await verifier.needs?.(options)).toEqual(needs);
  });

  it.each([
    ["sys.exit", "SystemExit: 3"],
    ["recurse", "RecursionError"],
  ])("that goes wrong (%s) fails the group", async (response, message) => {
    await expect(judge("misbehave", ["right", response])).rejects.toThrow(message);
  });

  it("that raises shows its own traceback, and nothing of the bridge", async () => {
    await expect(judge("misbehave", ["raise"])).rejects.toThrow(
      /^Traceback[\s\S]*rewards\.py", line \d+, in misbehave[\s\S]*ValueError: raised on purpose$/,
    );
    await expect(judge("misbehave", ["raise"])).rejects.not.toThrow("rlvr_bridge");
    await expect(judge("misbehave", ["raise much"])).rejects.toThrow(/^.{1,8000}$/s);
  });

  it("gets strange text as it is", async () => {
    expect(await scores(judge("strange_text", ["\u0000\ud800\u2028\n😀", "x"]))).toEqual([1, 0]);
  });

  it("gets ten megabytes", async () => {
    expect(await scores(judge("lengths", ["x".repeat(10_000_000), "\u0000".repeat(10_000_000)]))).toEqual([1e7, 1e7]);
  });

  it("runs in its folder, imported once, beside its neighbours", async () => {
    expect(await scores(judge("surroundings", [""]))).toEqual([0.5]);
  });

  it("leaves the process in use for the next group, whatever it prints", async () => {
    expect(await scores(judge("misbehave", ["print", "flood", "print"]))).toEqual([1, 1, 1]);
    expect(await scores(judge("misbehave", ["right", "none", "wrong"]))).toEqual([1, null, 0]);
  });

  it("answers calls that overlap, one after the other", async () => {
    const groups = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? ["right"] : ["wrong", "none"]));
    const results = await Promise.all(groups.map((group) => scores(judge("misbehave", group))));
    expect(results).toEqual(groups.map((group) => (group.length === 1 ? [1] : [0, null])));
  });

  it.each([
    ["exit", "ended with exit code 3:\nlast words"],
    ["crash", "ended by SIGSEGV"],
    ["write to the channel", "sent what is no answer"],
    ["flood the channel", "beyond 1048576 characters"],
    ["close all", "ended with exit code"],
  ])("that breaks its process (%s) fails its group alone", async (response, message) => {
    await expect(judge("misbehave", [response])).rejects.toThrow(message);
    expect(await scores(judge("misbehave", ["right"]))).toEqual([1]);
  });

  it("that answers twice has neither answer taken for that of another group", async () => {
    for (let round = 0; round < 5; round++) {
      // Whichever call is under way when the second answer comes is rejected, if one is.
      const twice = await scores(judge("misbehave", ["return twice"])).catch(String);
      const next = await scores(judge("misbehave", ["wrong"])).catch(String);
      const stray = expect.stringContaining("sent what is no answer");
      expect([[1], stray]).toContainEqual(twice);
      expect([[0], stray]).toContainEqual(next);
    }
  });

  it("that runs out of memory fails, and gets a new process", async () => {
    const options = { python_memory_mb: 300 };
    await expect(judge("misbehave", ["leak"], { options })).rejects.toThrow("MemoryError");
    expect(await scores(judge("misbehave", ["leak a little"], { options }))).toEqual([1]);
    expect(await scores(judge("misbehave", ["leak a little"], { options }))).toEqual([1]);
    await expect(judge("misbehave", ["leak a little"], { options })).rejects.toThrow("MemoryError");
    expect(await scores(judge("misbehave", ["leak a little"], { options }))).toEqual([1]);
  });

  it.each(["spin", "spin in re", "start a process"])("that never ends (%s) is killed when aborted", async (action) => {
    const path = join(folder, `aborted ${action}`);
    const abort = new AbortController();
    const judged = judge("misbehave", [`${action}:${path}`], { signal: abort.signal });
    const refused = expect(judged).rejects.toThrow("too late");
    const [, ...pids] = await notedPids(path);
    abort.abort(new Error("too late"));
    await refused;
    await Promise.all(pids.map(waitForEnd));
    expect(await scores(judge("misbehave", ["right"]))).toEqual([1]);
  });
});

it("does not listen any further to what a process left behind that writes to the channel without end", async () => {
  const path = join(folder, "left behind");
  await expect(judge("misbehave", [`leave a writer to the channel:${path}`, `spin:${path} spinning`])).rejects.toThrow(
    /beyond 1048576 characters/,
  );
  const [, writer = 0] = await notedPids(path);
  await waitForEnd(writer);
  expect(await scores(judge("misbehave", ["right"]))).toEqual([1]);
});

describe("verl's compute_score", () => {
  const problem = { data_source: "openai/gsm8k", extra_info: { index: 7, split: "train" }, arm: "sums", level: 3 };

  it("is called once a response, by its own names, and may return a number", async () => {
    expect(await scores(judge("compute_score", ["2", "3"], { problem, answer: "2" }))).toEqual([1, 0]);
  });

  it("may take a part of them, and return a dict, whose other entries are details", async () => {
    const [right] = await judge("score_dict", ["2"], { problem, answer: "2" });
    expect(right).toEqual({
      passed: true,
      score: 1,
      details: { acc: true, extra: problem.extra_info, nan: "NaN" },
    });
  });

  it("gets the arm for a data source, the further fields for extra_info, and the ground truth of reward_model", async () => {
    const plain = { problem: "1+1", arm: "sums", level: 3, reward_model: { style: "rule", ground_truth: "2" } };
    const [right] = await judge("score_dict", ["2"], { problem: plain, answer: "two" });
    expect(right).toMatchObject({ score: 1, details: { extra: { level: 3 } } });
    expect(await scores(judge("score_later", ["x", "y"], { problem: plain }))).toEqual([4, 5]);
    expect(await scores(judge("score_later", ["x"], { problem: {} }))).toEqual([0]);
  });

  it("that is async is asked for all responses at the same time", async () => {
    expect(await scores(judge("score_together", ["2", "3", "2"], { answer: "2" }))).toEqual([1, 0, 1]);
  });

  it("that fails at one response fails that one alone, without being asked again", async () => {
    const [right, raised, nan] = await scores(judge("compute_score", ["2", "raise", "nan"], { problem, answer: "2" }));
    expect(right).toBe(1);
    expect(raised).toMatch(/^Traceback[\s\S]*in compute_score[\s\S]*ValueError: raised on purpose$/);
    expect(raised).not.toContain("rlvr_bridge");
    expect(nan).toBe("a score is nan, not a finite number");
    expect(await scores(judge("score_later", ["", "x"], { problem }))).toEqual([
      "the function returned a value of type dict without a score",
      13,
    ]);
  });
});

describe("a file", () => {
  const failure = (file: string, name = "reward", options = {}) => judge(name, [""], { file, options });

  it.each([
    ["does not parse", "def reward(:\n    pass\n", /does not load: [\s\S]*SyntaxError/],
    ["raises", "def reward(): ...\nraise ValueError('at load')", /does not load: Traceback[\s\S]*ValueError: at load/],
    ["exits", "import sys\nsys.exit('no reward')", /does not load: [\s\S]*SystemExit: no reward/],
    ["dies", "import os\nreward = 1\nos.write(2, b'last words')\nos._exit(4)", /exit code 4:\nlast words/],
  ])("that %s when it loads is refused with the reason", async (name, source, message) => {
    await expect(failure(fileOf(`${name}.py`, `${source}  # reward`))).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringMatching(message),
    });
  });

  it("that lacks a module is told which interpreter it lacks it in", async () => {
    await expect(failure(fileOf("lacks.py", "import no_such_module\nreward = 1"))).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringMatching(/needs the module no_such_module, which Python 3\.\d+\.\d+ at \/.*python/),
      advice: expect.stringContaining("`interpreter`"),
    });
  });

  it("that has the name, but no function of it, is told which functions it has", async () => {
    const file = fileOf("shadowed.py", "def rewards(completions): ...\nreward = 1\n");
    await expect(failure(file)).rejects.toMatchObject({
      code: "unknown_name",
      advice: expect.stringContaining('Did you mean "rewards"?'),
    });
  });

  it("may have the name of a module of Python's, or one that no module can have", async () => {
    const source = "import json\ndef loads(text): return 7\ndef reward(completions): return [json.loads('0.5')]\n";
    expect(await scores(failure(fileOf("json.py", source)))).toEqual([0.5]);
    expect(await scores(failure(fileOf("my rewards-1.py", "def reward(completions): return [0.25]\n")))).toEqual([
      0.25,
    ]);
  });

  it("may name its interpreter, from its own folder", async () => {
    mkdirSync(join(folder, ".venv/bin"), { recursive: true });
    const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
    symlinkSync(python, join(folder, ".venv/bin/python"));
    const file = fileOf("which.py", "import sys\ndef reward(completions): return ['.venv/bin' in sys.executable]\n");
    expect(await scores(failure(file, "reward", { interpreter: ".venv/bin/python" }))).toEqual([1]);
    expect(await scores(failure(file, "reward", { interpreter: python }))).toEqual([0]);
    await expect(failure(file, "reward", { interpreter: ".venv/bin/python9" })).rejects.toMatchObject({
      code: "missing_file",
      message: expect.stringContaining(join(folder, ".venv/bin/python9")),
    });
  });
});
