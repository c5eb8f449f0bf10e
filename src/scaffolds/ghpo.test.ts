import { expect, test } from "vitest";
import { configureScaffold } from "./registry.ts";
import type { HintAttempt, ScaffoldGroup } from "./scaffold.ts";

const PARTS = ["1", "2", "3", "4"];

const group = (rest: Partial<ScaffoldGroup> = {}): ScaffoldGroup => ({
  step: 50,
  progress: 0.5,
  passed: [false, false, false],
  hints: { solution: PARTS },
  attempts: [],
  earlierPassRates: [],
  ...rest,
});

const attempt = (level: number, passed: (boolean | null)[]): HintAttempt => ({
  tier: "solution",
  level,
  parts: PARTS.slice(0, level),
  passed,
});

const FAILED = [false, false, false];

test("a quarter, a half, then three quarters of the solution are shown to the whole group", () => {
  const scaffold = configureScaffold("ghpo");
  const shown = [1, 2, 3].map((level) => ({
    kind: "try",
    hint: { tier: "solution", level, parts: PARTS.slice(0, level) },
    samples: 3,
  }));
  const attempts: HintAttempt[] = [];
  for (const expected of shown) {
    expect(scaffold.decide(group({ attempts }))).toEqual(expected);
    attempts.push(attempt(expected.hint.level, FAILED));
  }
  expect(scaffold.decide(group({ attempts }))).toEqual({ kind: "done", outcome: "unrescued", replacements: [] });
});

test("the first ratio that leads to a pass replaces every rollout, each under the prompt it was sampled under", () => {
  const attempts = [attempt(1, FAILED), attempt(2, [false, true, null])];
  expect(configureScaffold("ghpo").decide(group({ attempts }))).toEqual({
    kind: "done",
    outcome: "hinted",
    replacements: [0, 1, 2].map((sample) => ({ rollout: sample, attempt: 1, sample, trainedUnder: "hinted" })),
  });
});

test("a share of a short solution shows at least one part, and the same share is not tried twice", () => {
  const decision = configureScaffold("ghpo").decide(group({ hints: { solution: ["only"] } }));
  expect(decision).toMatchObject({ hint: { level: 1 } });
  const after = group({ hints: { solution: ["only"] }, attempts: [attempt(1, FAILED)] });
  expect(configureScaffold("ghpo").decide(after)).toMatchObject({ outcome: "unrescued" });
});

test("groups with a pass and problems without a solution are left alone", () => {
  const scaffold = configureScaffold("ghpo");
  expect(scaffold.decide(group({ passed: [false, true, false] }))).toMatchObject({ outcome: "passed" });
  expect(scaffold.decide(group({ hints: { knowledge: ["k"] } }))).toMatchObject({ outcome: "no_hints" });
});

test("in a cold start every group is sampled anew under the fixed ratio, solved or not", () => {
  const scaffold = configureScaffold("ghpo", { cold_start_steps: 5 });
  const solved = { passed: [true, true, true], step: 5 };
  expect(scaffold.decide(group(solved))).toMatchObject({ kind: "try", hint: { level: 2 } });
  const after = scaffold.decide(group({ ...solved, attempts: [attempt(2, FAILED)] }));
  expect(after).toMatchObject({
    outcome: "cold_start",
    replacements: [{ rollout: 0 }, { rollout: 1 }, { rollout: 2 }],
  });
  expect(scaffold.decide(group({ ...solved, step: 6 }))).toMatchObject({ outcome: "passed" });
});

test("in a cold start a hint that does not fit changes nothing", () => {
  const scaffold = configureScaffold("ghpo", { cold_start_steps: 5 });
  expect(scaffold.decide(group({ step: 1, attempts: [attempt(2, [])] }))).toMatchObject({ outcome: "unrescued" });
});
