import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { StepNumbers } from "./monitor.ts";
import { ALARMS, startWatch, watch, type Alarm, type WatchState } from "./watch.ts";

/** Replays rows; `through` is what the state goes through between two of them. */
function replay(course: readonly StepNumbers[], through = (state: WatchState): WatchState => state): Alarm[] {
  let state = startWatch();
  return course.flatMap((row) => {
    const { state: next, alarms } = watch(through(state), row);
    state = next;
    return alarms;
  });
}

/** Rows whose numbers are functions of the step. */
function rows(steps: number, numbers: (step: number) => Record<string, number>): StepNumbers[] {
  return Array.from({ length: steps }, (_, index) => ({ step: index + 1, numbers: numbers(index + 1) }));
}

/** Repeatable noise around 0 of a size. */
const noise = (step: number, size: number): number => (((step * 7919) % 13) / 6 - 1) * size;

/** A constructed case of each alarm, and the same case with the one thing that excuses it. */
const CASES: Readonly<
  Record<string, { readonly bad: StepNumbers[]; readonly excused: StepNumbers[]; readonly at: number }>
> = {
  entropy_collapse: {
    bad: rows(30, (step) => ({ "train.entropy": step < 10 ? 1 : 0.01, pass_rate: 0.4 })),
    excused: rows(30, (step) => ({ "train.entropy": step < 10 ? 1 : 0.01, pass_rate: step < 10 ? 0.4 : 0.97 })),
    at: 14,
  },
  reward_without_passes: {
    bad: rows(60, (step) => ({ "reward.mean": step / 60 + noise(step, 0.1), pass_rate: 0.3 + noise(step, 0.01) })),
    excused: rows(60, (step) => ({ "reward.mean": step / 60 + noise(step, 0.1), pass_rate: 0.3 + step / 200 })),
    at: 40,
  },
  length_blow_up: {
    bad: rows(40, (step) => ({ "length.mean": step < 22 ? 100 : 250, pass_rate: 0.5 })),
    excused: rows(40, (step) => ({ "length.mean": step < 22 ? 100 : 250, pass_rate: step < 22 ? 0.5 : 0.7 })),
    at: 25,
  },
  cut_off: {
    bad: rows(20, (step) => ({ "length.cut": step < 10 ? 0.2 : 0.8, pass_rate: 0.3 })),
    excused: rows(20, () => ({ "length.cut": 0.4, pass_rate: 0.3 })),
    at: 12,
  },
  missing_verdicts: {
    bad: rows(20, (step) => ({ "verdicts.missing": step < 10 ? 0.02 : 0.05 })),
    excused: rows(20, () => ({ "verdicts.missing": 0.049 })),
    at: 10,
  },
  sampler_mismatch: {
    bad: rows(20, (step) => ({ "train.mismatch_kl": step < 10 ? 0.001 : 0.2 })),
    excused: rows(20, (step) => ({ "train.mismatch_kl": step % 3 === 0 ? 0.2 : 0.001 })),
    at: 10,
  },
  repeated_completions: {
    bad: rows(20, (step) => ({ "repeats.log10_chance": step < 10 ? -1 : -40 })),
    excused: rows(20, () => ({ "repeats.log10_chance": -5 })),
    at: 10,
  },
  stale_rollouts: {
    bad: rows(20, (step) => ({ "staleness.mean": step < 10 ? 1 : 9 })),
    excused: rows(20, () => ({ "staleness.mean": 3 })),
    at: 11,
  },
  zero_variance: {
    bad: rows(20, () => ({ "groups.zero_variance": 0.95, pass_rate: 0.75 })),
    excused: rows(20, () => ({ "groups.zero_variance": 0.95, pass_rate: 0.98 })),
    at: 10,
  },
  gradient_growth: {
    bad: rows(40, (step) => ({ "train.gradient_norm": step < 30 ? 0.2 : 3 })),
    excused: rows(40, (step) => ({ "train.gradient_norm": step % 10 === 0 ? 20 : 0.2 })),
    at: 32,
  },
  plateau: {
    bad: rows(120, (step) => ({ "reward.mean": Math.min(step, 40) / 80, pass_rate: Math.min(step, 40) / 80 })),
    excused: rows(120, (step) => ({ "reward.mean": step / 150, pass_rate: step / 150 })),
    at: 89,
  },
  suffix_failure: {
    bad: rows(60, (step) => ({
      "draws.easy": 32,
      "pass_rate.easy": 0.9,
      ...(step < 5 && { "draws.hard": 8, "pass_rate.hard": 0.1 }),
    })),
    excused: rows(60, (step) => ({
      "draws.easy": 32,
      "pass_rate.easy": 0.9,
      ...(step < 5 && { "draws.hard": 8, "pass_rate.hard": 0.95 }),
    })),
    at: 11,
  },
  forgetting: {
    bad: rows(6, (step) => ({ "accuracy.add": step < 4 ? 0.9 : 0.5, "problems.add": 64 })),
    // So few problems that the drop may be chance.
    excused: rows(6, (step) => ({ "accuracy.add": step < 4 ? 0.9 : 0.5, "problems.add": 4 })),
    at: 4,
  },
};

test("every alarm has a case here", () => {
  expect(Object.keys(CASES).sort()).toEqual([...ALARMS].sort());
});

for (const [alarm, { bad, excused, at }] of Object.entries(CASES))
  describe(alarm, () => {
    test("is raised once, when it begins, with what was measured and its limit", () => {
      const alarms = replay(bad);
      expect(alarms.map((raised) => [raised.alarm, raised.step])).toEqual([[alarm, at]]);
      expect(alarms[0]?.message).toMatch(/\d/);
      const metric = alarms[0]?.metric ?? "";
      expect(bad[0]?.numbers).toHaveProperty([metric]);
      expect([alarms[0]?.value, alarms[0]?.limit].every((number) => Number.isFinite(number))).toBe(true);
    });

    test("is not raised where there is a good reason", () => {
      expect(replay(excused)).toEqual([]);
    });

    test("comes out the same from a state that went through JSON", () => {
      expect(replay(bad, (state) => JSON.parse(JSON.stringify(state)) as WatchState)).toEqual(replay(bad));
    });
  });

test("an alarm comes again only after ten steps without it", () => {
  const raised = (isBad: (step: number) => boolean): number[] =>
    replay(rows(60, (step) => ({ "train.mismatch_kl": isBad(step) ? 0.2 : 0.001 }))).map(({ step }) => step);
  expect(raised((step) => step < 10 || (step >= 16 && step < 30))).toEqual([5]);
  expect(raised((step) => step < 10 || step >= 30)).toEqual([5, 30]);
});

describe("a mismatch of sampler and trainer", () => {
  const raised = (course: (step: number) => Record<string, number>): [number, string][] =>
    replay(rows(40, course)).map(({ step, message }) => [step, message]);

  test("raises an alarm at the step at which it jumps by two orders of magnitude, though it is still small", () => {
    const jump = raised((step) => ({ "train.mismatch_kl": step < 20 ? 0.0002 + noise(step, 0.0001) : 0.03 }));
    expect(jump).toEqual([[20, expect.stringMatching(/suddenly differ by 0\.03 nats a token.*times as much/)]]);
    expect(raised((step) => ({ "train.mismatch_kl": step < 20 ? -1e-8 : 0.001 }))).toHaveLength(1);
  });

  test("raises none when it grows tenfold, for rounding, or for rollouts sampled under another prompt", () => {
    expect(raised((step) => ({ "train.mismatch_kl": step < 20 ? 0.0005 : 0.005 }))).toEqual([]);
    expect(raised((step) => ({ "train.mismatch_kl": step < 20 ? 1e-12 : 5e-5 }))).toEqual([]);
    const rescued = (step: number) => step === 20 || step === 27;
    expect(
      raised((step) => ({
        "train.mismatch_kl": rescued(step) ? 0.04 : 1e-8,
        ...(rescued(step) && { "rollouts.trained_unhinted": 4 }),
      })),
    ).toEqual([]);
  });
});

test("steps that lack a metric neither raise an alarm nor end one", () => {
  const gaps = rows(60, (step) =>
    step % 2 === 0 ? { "train.entropy": step < 20 ? 1 : 0.01, pass_rate: 0.4 } : { pass_rate: 0.4 },
  );
  expect(replay(gaps).map(({ alarm, step }) => [alarm, step])).toEqual([["entropy_collapse", 28]]);
});

test("a run that learns slowly is on no plateau, and its reward is not hacked", () => {
  const slow = (size: number): StepNumbers[] =>
    rows(1000, (step) => {
      const passRate = 0.1 + (0.7 * step) / 1000 + noise(step, size);
      return { "reward.mean": passRate, pass_rate: passRate };
    });
  expect(replay(slow(0))).toEqual([]);
  expect(replay(slow(0.05))).toEqual([]);
});

test("a reward of any scale counts alike", () => {
  const scaled = (scale: number, offset: number): [string, number][] =>
    replay(
      rows(200, (step) => {
        const passRate = Math.min(0.6, step / 60) + noise(step, 0.03);
        return { "reward.mean": scale * passRate + offset, pass_rate: passRate };
      }),
    ).map(({ alarm, step }) => [alarm, step]);
  expect(scaled(1, 0)).toEqual([["plateau", expect.any(Number)]]);
  expect(scaled(10_000, -3000)).toEqual(scaled(1, 0));
});

test("a step whose reward is no number tells nothing of a plateau", () => {
  const reward = (step: number): number => (step === 50 ? Number.NaN : step / 150);
  expect(replay(rows(120, (step) => ({ "reward.mean": reward(step), pass_rate: step / 150 })))).toEqual([]);
});

test("each arm that is forgotten or given up raises its own alarm, though another already has", () => {
  const forgotten = rows(12, (step) => ({
    "accuracy.a": step < 3 ? 0.9 : 0.3,
    "problems.a": 64,
    "accuracy.b": step < 7 ? 0.9 : 0.2,
    "problems.b": 64,
  }));
  expect(replay(forgotten).map(({ step, metric }) => [step, metric])).toEqual([
    [3, "accuracy.a"],
    [7, "accuracy.b"],
  ]);
  const givenUp = rows(60, (step) => ({
    "draws.easy": 32,
    "pass_rate.easy": 0.95,
    ...(step < 5 && { "draws.a": 8, "pass_rate.a": 0.1 }),
    ...(step < 20 && { "draws.b": 8, "pass_rate.b": 0.2 }),
  }));
  expect(replay(givenUp).map(({ metric }) => metric)).toEqual(["draws.a", "draws.b"]);
});

test("arms that are forgotten at once raise one alarm, of the worst", () => {
  const arms = { "problems.a": 64, "problems.b": 64, "problems.c": 64 };
  const lost = rows(3, (step) => ({
    ...arms,
    "accuracy.a": step < 3 ? 0.9 : 0.4,
    "accuracy.b": step < 3 ? 0.9 : 0.1,
    "accuracy.c": step < 3 ? 0.9 : 0.5,
  }));
  const [alarm, ...others] = replay(lost);
  expect(others).toEqual([]);
  expect(alarm?.message).toBe("held-out accuracy of b fell from 0.9 to 0.1 (and 2 more)");
});

test("one problem that is right once and wrong then is not forgotten", () => {
  expect(replay(rows(12, (step) => ({ "accuracy.a": step % 2, "problems.a": 1 })))).toEqual([]);
});

test("growth from nothing raises no alarm of an infinite value", () => {
  const values = [
    rows(60, (step) => ({ "train.gradient_norm": step < 25 ? 0 : 0.3 })),
    rows(60, (step) => ({ "length.mean": step < 26 ? 0 : 3, pass_rate: 0.1 })),
  ].flatMap((course) => replay(course).map(({ value }) => value));
  expect(values.every((value) => Number.isFinite(value))).toBe(true);
});

describe("runs that went well raise no alarm", () => {
  for (const name of ["default-run", "instructions-run"])
    test(name, () => {
      const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8");
      const good = JSON.parse(text) as StepNumbers[];
      expect(good.length).toBeGreaterThan(20);
      expect(replay(good)).toEqual([]);
    });
});
