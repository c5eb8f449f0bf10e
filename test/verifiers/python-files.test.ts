import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judge, scores } from "./judge-python.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-python-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

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
