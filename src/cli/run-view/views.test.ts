import stringWidth from "string-width";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { RunEvent, StepFinished } from "../../run/events.ts";
import { extend, NO_CURVE, recentMean, valuesOf } from "./curve.ts";
import { bar, duration, reading, sparkline } from "./format.ts";
import { plainLine } from "./plain-line.ts";
import { advance, NO_PROGRESS, withNote, type Progress } from "./progress.ts";
import { view } from "./view.ts";

const stepFinished = (step: number, rates: Readonly<Record<string, number>>): StepFinished => ({
  type: "step_finished",
  step,
  policyVersion: step,
  reward: rates["easy"] ?? 0,
  passRate: rates["easy"] ?? 0,
  passRateByArm: rates,
  draws: {},
  zeroVariance: 0.5,
  cliffs: null,
  length: { mean: 6, max: 8, cut: 0.25 },
  staleness: { mean: 0, max: 0 },
  rollouts: 16,
  trained: 8,
  missing: null,
  dropped: { zero_variance: 8 },
  droppedGroups: {},
  progress: step / 10,
  scaffold: step === 1 ? { passed: 1, exempt: 1 } : { passed: 1, hinted: 1 },
  tokens: { sampled: 96, hints: 0 },
  tokensPerSecond: 1234.5,
  teacherKl: null,
  train: { loss: -0.01, gradient_norm: 0.5, entropy: 0.9, clip_fraction: 0.02 },
  seconds: { collect: 0.2, train: 0.3 },
  wallSeconds: null,
});
const ALARM: RunEvent = {
  type: "alarm",
  step: 2,
  alarm: "cut_off",
  message: "80% of the completions were cut at the most tokens",
  metric: "length.cut",
  value: 0.8,
  limit: 0.5,
};
const EVENTS: RunEvent[] = [
  { type: "run_started", runId: 7, name: "demo", steps: 10, seed: 1, database: "x.db" },
  { type: "trainer_state", epoch: 1, state: "idle", detail: "ready" },
  {
    type: "eval_finished",
    suite: "development",
    step: 0,
    policyVersion: 0,
    arms: [{ arm: "easy", accuracy: 0.25, problems: 4, completions: 8, unjudged: 0 }],
  },
  { type: "step_started", step: 1, groups: 2, policyVersion: 0, probabilities: { easy: 0.75, hard: 0.25 } },
  stepFinished(1, { easy: 0.2, hard: 0 }),
  stepFinished(2, { easy: 0.8, hard: 0 }),
  ALARM,
];
const SCREEN = { columns: 80, rows: 23, colour: false };
const progressOf = (events: readonly RunEvent[]): Progress => events.reduce(advance, NO_PROGRESS);

test("the view tells where the run is, how long it still takes, how each arm does, and what is amiss", () => {
  const lines = view(progressOf(EVENTS), SCREEN, 3).split("\n");
  expect(lines[0]).toMatch(/^demo run 7 +3 s, about 4 s to go$/);
  expect(lines[1]).toMatch(/^██████·+ step 2 of 10$/);
  const text = lines.join("\n");
  expect(text).toContain("trainer idle   policy version 2   1,235 tokens/s");
  expect(text).toMatch(/reward +\.50 +▂▇/);
  expect(text).toMatch(/pass rate +\.50 +▂▇/);
  expect(text).toMatch(/easy +\.75 +\.25 +\.50 +▂▇/);
  expect(text).toMatch(/hard +\.25 +- +\.00/);
  expect(text).toContain("trained .50   no spread .50   length 6.0   cut .25\nloss -0.0100");
  expect(text).toContain("cliffs 1 (hinted 1) in this step, 2 (hinted 1) in the run");
  expect(text).toContain("alarm, step 2: 80% of the completions were cut");
});

test("what is going on at this moment has a bar of its own", () => {
  const sampling: RunEvent[] = [
    { type: "step_started", step: 3, groups: 8, policyVersion: 2, probabilities: {} },
    { type: "phase_started", step: 3, phase: "collect" },
    { type: "group_finished", step: 3, done: 4, total: 8 },
  ];
  const activity = (events: readonly RunEvent[]): string | undefined =>
    view(progressOf([...EVENTS, ...events]), SCREEN, 3).split("\n")[2];
  expect(activity(sampling)).toMatch(/^█{15}·{15} step 3: sampling and judging, 4 of 8 groups$/);
  expect(activity([...sampling, { type: "phase_started", step: 3, phase: "train" }])).toBe("step 3: training");
  expect(activity([{ type: "eval_progress", suite: "test", step: 0, done: 1, total: 4 }])).toMatch(
    /evaluating on test, 1 of 4 problems$/,
  );
});

describe("where sampling runs ahead", () => {
  const begun = (step: number): RunEvent[] => [
    { type: "step_started", step, groups: 8, policyVersion: step - 2, probabilities: {} },
    { type: "phase_started", step, phase: "collect" },
  ];
  const finished = (step: number, phase: "collect" | "credit"): RunEvent => ({
    type: "phase_finished",
    step,
    phase,
    seconds: 1,
  });
  const both: RunEvent[] = [
    ...begun(3),
    ...begun(4),
    { type: "group_finished", step: 3, done: 8, total: 8 },
    { type: "group_finished", step: 4, done: 2, total: 8 },
  ];
  const activities = (events: readonly RunEvent[]): string[] => {
    const lines = view(progressOf([...EVENTS, ...events]), { ...SCREEN, columns: 100 }, 3)
      .split("\n")
      .slice(2);
    return lines.slice(
      0,
      lines.findIndex((line) => line.startsWith("trainer ")),
    );
  };

  test("steps that are sampled together share a line and a bar", () => {
    expect(activities(both)).toEqual([
      expect.stringMatching(/^█+.·+ steps 3 and 4: sampling and judging, 10 of 16 groups$/),
    ]);
    expect(activities([...both, ...begun(5)])).toEqual([
      expect.stringMatching(/ steps 3 to 5: sampling and judging, 10 of 24 groups$/),
    ]);
  });

  test("what is trained, what waits for that, what is sampled and what is evaluated have a line each", () => {
    const events: RunEvent[] = [
      ...both,
      finished(3, "collect"),
      { type: "phase_started", step: 3, phase: "credit" },
      finished(3, "credit"),
      finished(4, "collect"),
      ...begun(5),
      { type: "eval_progress", suite: "development", step: 2, done: 3, total: 64 },
    ];
    expect(activities(events)).toEqual([
      "step 3: training",
      "step 4: sampled, to be trained next",
      expect.stringMatching(/^·+ step 5: sampling and judging, 0 of 8 groups$/),
      expect.stringMatching(/evaluating on development, 3 of 64 problems$/),
    ]);
    const evaluated: RunEvent = { type: "eval_finished", suite: "development", step: 2, policyVersion: 2, arms: [] };
    expect(activities([...events, evaluated, stepFinished(3, {}), stepFinished(4, {})])).toEqual([
      expect.stringMatching(/step 5: sampling and judging/),
    ]);
  });

  test("a step counts for the time since the one before was done, not for the sum of phases that overlap", () => {
    const lagged = { ...stepFinished(3, { easy: 0.9 }), seconds: { collect: 60, train: 40 }, wallSeconds: 2 };
    expect(plainLine(lagged, 10)).toMatch(/ 2\.00 s$/);
    expect(view(progressOf([...EVENTS, lagged]), SCREEN, 3).split("\n")[0]).toMatch(/about 7 s to go$/);
  });
});

describe("the view fits any screen", () => {
  const name = "名前".repeat(40);
  const rates = Object.fromEntries(Array.from({ length: 300 }, (_, arm) => [`${name}-${arm}`, arm / 300]));
  const full = withNote(progressOf([...EVENTS, stepFinished(3, { easy: 0.9, ...rates })]), "x".repeat(500));
  for (const [columns, rows] of [
    [80, 23],
    [200, 60],
    [40, 15],
    [20, 8],
    [10, 3],
    [80, 1],
  ] as const)
    test(`of ${columns} columns and ${rows} lines, with hundreds of arms and long names`, () => {
      for (const colour of [false, true]) {
        const lines = view(full, { columns, rows, colour }, 3).split("\n");
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }
    });

  test("where the arms do not fit, the rest is one line", () => {
    const text = view(full, SCREEN, 3);
    expect(text).toMatch(/and 29\d more: next -, held-out -, practice \.\d\d to (?:1\.0|>\.99)/);
    expect(text).toContain("alarm, step 2");
  });

  test("in a report every arm has its line", () => {
    expect(view(full, { ...SCREEN, rows: Infinity }, null).split("\n").length).toBeGreaterThan(302);
  });

  test("colours change nothing but colours", () => {
    expect(stripVTControlCharacters(view(full, { ...SCREEN, colour: true }, 3))).toBe(view(full, SCREEN, 3));
  });
});

test("names and messages cannot move the cursor", () => {
  const evil = "\u001B[2J\r\n";
  const events: RunEvent[] = [
    { type: "run_started", runId: 1, name: evil, steps: 3, seed: 1, database: "x.db" },
    stepFinished(1, { [evil]: 0.5 }),
    { ...ALARM, message: evil },
    { type: "policy_restarted", reason: evil, policyVersion: 1 },
  ];
  const text = view(progressOf(events), { ...SCREEN, columns: 200 }, 3);
  expect(["\u001B", "\r"].filter((control) => text.includes(control))).toEqual([]);
});

test("a resumed run goes on from its history, and its activity begins anew", () => {
  const resumed: RunEvent = {
    type: "run_resumed",
    runId: 7,
    name: "demo",
    steps: 10,
    step: 2,
    progress: 0.2,
    database: "",
  };
  const before = progressOf([...EVENTS, { type: "run_ended", state: "interrupted", step: 3, reason: null }]);
  const after = advance(before, resumed);
  expect(after.activity).toBe("starting the policy server and the trainer");
  expect(after.trainer).toBe(null);
  expect(after.arms).toEqual(before.arms);
  expect(view(after, SCREEN, 0)).toContain("about 4 s to go");
});

test("a lost child is noted, and only the last notes stay", () => {
  const lost = (epoch: number): RunEvent => ({ type: "trainer_state", epoch, state: "lost", detail: "killed" });
  const { notes } = progressOf([1, 2, 3].map(lost));
  expect(notes).toEqual([2, 3].map((epoch) => `trainer epoch ${epoch} lost: killed`));
});

test("in a pipe there is one line a step and one an alarm, and none for progress", () => {
  expect(EVENTS.map((event) => plainLine(event, 10)).filter((line) => line !== undefined)).toEqual([
    "run 7 (demo): 10 steps, seed 1, tracked in x.db",
    "held-out accuracy after step 0 (development):  easy .25",
    "step 1/10  reward .20  easy .20  hard .00  trained 8/16  loss -0.0100  cliffs 1 (hinted 0)  1235 tokens/s  0.50 s",
    "step 2/10  reward .80  easy .80  hard .00  trained 8/16  loss -0.0100  cliffs 1 (hinted 1)  1235 tokens/s  0.50 s",
    "alarm cut_off after step 2: 80% of the completions were cut at the most tokens",
  ]);
});

test("a line in a pipe holds nothing that a terminal acts on, and a reward of any scale", () => {
  const missing = { verdicts: 1, verifier: "math", error: "Error: \u001B[2J\rgone" };
  const line = plainLine({ ...stepFinished(1, {}), reward: 12_345, missing }, 10) ?? "";
  expect(line).not.toMatch(/\p{Cc}/u);
  expect(line).toContain("reward 12.3K");
});

test("a cliff is told of in a run without hints, too", () => {
  const plain = { ...stepFinished(1, {}), cliffs: 5, scaffold: { none: 16 } };
  expect(plainLine(plain, 10)).toContain("cliffs 5 (hinted 0)");
  expect(view(progressOf([plain]), SCREEN, 3)).toContain("cliffs 5 (hinted 0) in this step, 5 (hinted 0) in the run");
});

test("a curve of any length keeps its shape in bounded memory", () => {
  const values = Array.from({ length: 10_000 }, (_, index) => index / 10_000);
  const curve = values.reduce(extend, NO_CURVE);
  expect(curve.buckets.length).toBeLessThanOrEqual(256);
  expect(valuesOf(curve)).toEqual([...valuesOf(curve)].sort((a, b) => a - b));
  expect([...curve.buckets, curve.open].reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  expect(recentMean(curve)).toBeCloseTo(0.9997, 9);
});

test("numbers are short and bars are as wide as they should be", () => {
  expect([null, 0.456, 1, 5.25, 12_345].map(reading)).toEqual(["-", ".46", "1.0", "5.25", "12.3K"]);
  expect([-0.3, -1e-7, -1234].map(reading)).toEqual(["-.30", ".00", "-1.23K"]);
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
