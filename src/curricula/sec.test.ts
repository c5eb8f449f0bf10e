import { describe, expect, it } from "vitest";
import type { ArmResult } from "./curriculum.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "./registry.ts";
import { sec, type SecState } from "./sec.ts";

const ARMS = ["a", "b", "c"];

/** A result whose reward is what matters: every arm has rollouts, some pass. */
function rewarding(meanAbsoluteAdvantage: number): ArmResult {
  return { rollouts: 8, passed: 4, meanAbsoluteAdvantage };
}

function withValues(...values: readonly number[]): SecState {
  return {
    ...sec.init(ARMS, sec.options.parse({})),
    values: Object.fromEntries(ARMS.map((arm, i) => [arm, values[i]!])),
  };
}

function numbers(curriculum: ConfiguredCurriculum, state: unknown, name: "value" | "probability"): number[] {
  const metrics = curriculum.metrics(state);
  return ARMS.map((arm) => metrics[arm]?.[name] ?? NaN);
}

/** Numbers that agree with these to 1e-6, the digits that are known. */
function near(expected: readonly number[]): unknown[] {
  return expected.map((value) => expect.closeTo(value, 6));
}

describe("sec", () => {
  it("moves the values of practised arms towards their rewards, and keeps the others or lets them decay", () => {
    const results = { a: rewarding(0.8), b: rewarding(0.4) };
    const keeping = configureCurriculum("sec", { temperature: 1, floor: 0 });
    const kept = keeping.observe(withValues(0.2, 0.6, 0.3), results);
    expect(numbers(keeping, kept, "value")).toEqual(near([0.5, 0.5, 0.3]));
    expect(numbers(keeping, kept, "probability")).toEqual(near([0.35477, 0.35477, 0.290461]));
    const decaying = configureCurriculum("sec", { temperature: 1, floor: 0, decay_unsampled: true });
    const decayed = decaying.observe(withValues(0.2, 0.6, 0.3), results);
    expect(numbers(decaying, decayed, "value")).toEqual(near([0.5, 0.5, 0.15]));
    expect(numbers(decaying, decayed, "probability")).toEqual(near([0.369728, 0.369728, 0.260543]));
  });

  it("mixes the softmax with the uniform distribution: floor + (1 - n floor) softmax", () => {
    const floored = configureCurriculum("sec", { temperature: 1, floor: 0.1 });
    const softmax = [0.35477, 0.35477, 0.290461];
    expect(numbers(floored, withValues(0.5, 0.5, 0.3), "probability")).toEqual(
      near(softmax.map((probability) => 0.1 + 0.7 * probability)),
    );
  });

  it("draws all arms alike before the first results", () => {
    const curriculum = configureCurriculum("sec");
    expect(numbers(curriculum, curriculum.init(ARMS), "probability")).toEqual(near([1 / 3, 1 / 3, 1 / 3]));
    expect(numbers(curriculum, curriculum.init(ARMS), "value")).toEqual([0, 0, 0]);
  });

  it("prefers the arm that teaches more, the more so the lower the temperature", () => {
    const [low, high] = [0.2, 1].map((temperature) =>
      numbers(configureCurriculum("sec", { temperature }), withValues(0.9, 0.1, 0), "probability"),
    );
    expect(low![0]).toBeGreaterThan(high![0]!);
    expect(high![0]).toBeGreaterThan(1 / 3);
  });

  it("counts an arm whose rollouts have no verdict as not practised", () => {
    const curriculum = configureCurriculum("sec");
    const state = curriculum.observe(withValues(0.2, 0.6, 0.3), {
      a: { rollouts: 0, passed: 0, meanAbsoluteAdvantage: NaN },
    });
    expect(numbers(curriculum, state, "value")).toEqual([0.2, 0.6, 0.3]);
  });

  it("keeps drawing an arm that has given nothing for a long time", () => {
    const problemsByArm = { a: 9, b: 9, c: 9 };
    const curriculum = configureCurriculum("sec", { temperature: 0.2 });
    let state: unknown = curriculum.init(ARMS);
    let drawn = 0;
    for (let step = 0; step < 400; step++) {
      const { picks, state: selected } = curriculum.select(state, {
        step,
        round: 0,
        slots: 16,
        seed: 5,
        problemsByArm,
      });
      drawn += picks.filter(({ arm }) => arm === "c").length;
      const practised = new Set(picks.map(({ arm }) => arm));
      const rewards: readonly [string, ArmResult][] = [
        ["a", rewarding(0.9)],
        ["b", rewarding(0.9)],
        ["c", rewarding(0)],
      ];
      state = curriculum.observe(selected, Object.fromEntries(rewards.filter(([arm]) => practised.has(arm))));
      expect(curriculum.metrics(state)["c"]?.["probability"]).toBeGreaterThanOrEqual(0.02);
    }
    expect(curriculum.metrics(state)["c"]?.["probability"]).toBeCloseTo(0.0252, 3);
    // 6400 draws at 0.0252 are 161 give or take 12.5; five standard errors below that.
    expect(drawn).toBeGreaterThan(98);
    expect(drawn).toBeLessThan(230);
  });

  it("refuses a floor that the arms cannot all have, when it meets them", () => {
    const curriculum = configureCurriculum("sec", { floor: 0.34 });
    const refusal = expect.objectContaining({ code: "bad_recipe", advice: "Set curriculum.floor to 1/3 or less." });
    expect(() => curriculum.init(ARMS)).toThrow(refusal);
    expect(() => curriculum.metrics(withValues(0, 0, 0))).toThrow(refusal);
    const problemsByArm = { a: 1, b: 1, c: 1 };
    const context = { step: 0, round: 0, slots: 1, seed: 1, problemsByArm };
    expect(() => curriculum.select(withValues(0, 0, 0), context)).toThrow(refusal);
    expect(() => curriculum.init(["a", "b"])).not.toThrow();
  });

  it("gives all arms the same where the floors leave nothing to share", () => {
    const curriculum = configureCurriculum("sec", { floor: 0.25 });
    const state = curriculum.observe(curriculum.init(["a", "b", "c", "d"]), { a: rewarding(0.9) });
    expect(Object.values(curriculum.metrics(state)).map(({ probability }) => probability)).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
  });
});
