import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GroupResult } from "../../src/verifiers/define-verifier.ts";
import { openVerifier } from "../../src/verifiers/open-verifier.ts";
import { loadVerifier } from "../../src/verifiers/load-verifier.ts";
import { notedPids, waitForEnd } from "../support/processes.ts";
import { judge, REWARDS, scores } from "./judge-python.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-python-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

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
