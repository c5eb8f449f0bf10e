import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { RunEvent } from "../../run/events.ts";
import { bar, duration, share, sparkline } from "./format.ts";
import { liveView } from "./live-view.ts";
import { plainLine } from "./plain-line.ts";
import { advance, NO_PROGRESS } from "./progress.ts";

const stepFinished = (step: number, rate: number): RunEvent => ({
  type: "step_finished",
  step,
  policyVersion: step,
  reward: rate,
  passRateByArm: { easy: rate, hard: 0 },
  rollouts: 16,
  trained: 8,
  missing: null,
  dropped: { zero_variance: 8 },
  progress: step / 10,
  scaffold: step === 1 ? { passed: 1, exempt: 1 } : { passed: 1, hinted: 1 },
  tokens: { sampled: 96, hints: 0 },
  teacherKl: null,
  train: { loss: -0.01, gradient_norm: 0.5, entropy: 0.9, clip_fraction: 0.02 },
  seconds: { collect: 0.2, train: 0.3 },
});
const EVENTS: RunEvent[] = [
  { type: "run_started", runId: 7, name: "demo", steps: 10, seed: 1, database: "x.db" },
  {
    type: "eval_finished",
    suite: "development",
    step: 0,
    policyVersion: 0,
    arms: [{ arm: "easy", accuracy: 0.25, problems: 4, completions: 8, unjudged: 0 }],
  },
  { type: "step_started", step: 1, groups: 2, policyVersion: 0 },
  stepFinished(1, 0.2),
  stepFinished(2, 0.8),
];

test("the live view tells where the run is, how long it still takes, and how each arm does", () => {
  const text = stripVTControlCharacters(liveView(EVENTS.reduce(advance, NO_PROGRESS), 3));
  expect(text).toContain("demo run 7");
  expect(text).toMatch(/step 2 of 10 +3 s, about 4 s to go/);
  expect(text).toMatch(/easy +\.25 +\.50 +▂▇/);
  expect(text).toMatch(/hard +- +\.00/);
  expect(text).toContain("trained .50 of the rollouts   loss -0.0100");
  expect(text).toContain("cliffs 1, 1 of them hinted");
});

test("a lost child is noted above the view, and only the last notes stay", () => {
  const lost = (epoch: number): RunEvent => ({ type: "trainer_state", epoch, state: "lost", detail: "killed" });
  const { notes } = [1, 2, 3, 4].map(lost).reduce(advance, NO_PROGRESS);
  expect(notes).toEqual([2, 3, 4].map((epoch) => `trainer epoch ${epoch} lost: killed`));
});

test("in a pipe there is one line a step and none for progress", () => {
  expect(EVENTS.map((event) => plainLine(event, 10)).filter((line) => line !== undefined)).toEqual([
    "run 7 (demo): 10 steps, seed 1, tracked in x.db",
    "held-out accuracy after step 0 (development):  easy .25",
    "step 1/10  reward .20  easy .20  hard .00  trained 8/16  loss -0.0100  cliffs 1 (hinted 0)  0.50 s",
    "step 2/10  reward .80  easy .80  hard .00  trained 8/16  loss -0.0100  cliffs 1 (hinted 1)  0.50 s",
  ]);
});

test("numbers are short and bars are as wide as they should be", () => {
  expect([share(null), share(0), share(0.456), share(0.9999)]).toEqual(["-", ".00", ".46", "1.0"]);
  expect([duration(41.4), duration(185), duration(7800)]).toEqual(["41 s", "3 min 05 s", "2 h 10 min"]);
  expect([bar(0, 4), bar(0.5, 4), bar(2, 4)]).toEqual(["····", "██··", "████"]);
  expect(sparkline([0, 0.5, 1], 10)).toBe("▁▅█");
  expect(
    sparkline(
      Array.from({ length: 100 }, (_, index) => index / 100),
      10,
    ),
  ).toHaveLength(10);
});
