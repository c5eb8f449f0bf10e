import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniform, type UniformState } from "./uniform.ts";

const setups = fc.record({
  seed: fc.nat(),
  problemsByArm: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 9 }), {
    minKeys: 1,
    maxKeys: 4,
  }),
  slots: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
});

function start(problemsByArm: Readonly<Record<string, number>>): UniformState {
  return uniform.init(Object.keys(problemsByArm), {});
}

describe("uniform", () => {
  it("repeats no problem of an arm before all of them had their turn", () => {
    fc.assert(
      fc.property(setups, ({ seed, problemsByArm, slots }) => {
        let state = start(problemsByArm);
        const drawn = new Map<string, number[]>();
        for (const [step, count] of slots.entries()) {
          const selection = uniform.select(state, { step, round: 0, slots: count, seed, problemsByArm }, {});
          state = selection.state;
          for (const { arm, index } of selection.picks) drawn.set(arm, [...(drawn.get(arm) ?? []), index]);
        }
        for (const [arm, indexes] of drawn) {
          const problems = problemsByArm[arm] ?? NaN;
          for (let from = 0; from < indexes.length; from += problems) {
            const pass = indexes.slice(from, from + problems);
            expect(new Set(pass).size).toBe(pass.length);
            expect(pass.every((index) => index >= 0 && index < problems)).toBe(true);
          }
        }
      }),
    );
  });

  it("gives each pick its probability: one arm of those there are, one problem of those left", () => {
    fc.assert(
      fc.property(setups, ({ seed, problemsByArm, slots }) => {
        const arms = Object.keys(problemsByArm);
        let state = start(problemsByArm);
        const left = new Map(Object.entries(problemsByArm));
        for (const [step, count] of slots.entries()) {
          const selection = uniform.select(state, { step, round: 0, slots: count, seed, problemsByArm }, {});
          state = selection.state;
          for (const { arm, propensity } of selection.picks) {
            const remaining = left.get(arm) || (problemsByArm[arm] ?? NaN);
            expect(propensity).toBeCloseTo(1 / arms.length / remaining, 12);
            left.set(arm, remaining - 1);
          }
        }
      }),
    );
  });

  it("orders each arm and pass on its own", () => {
    const problemsByArm = { a: 30, b: 30 };
    const { picks } = uniform.select(
      start(problemsByArm),
      { step: 0, round: 0, slots: 200, seed: 7, problemsByArm },
      {},
    );
    const a = picks.filter((pick) => pick.arm === "a").map((pick) => pick.index);
    const b = picks.filter((pick) => pick.arm === "b").map((pick) => pick.index);
    expect(a.slice(0, 30)).not.toEqual(b.slice(0, 30));
    expect(a.slice(0, 30)).not.toEqual(a.slice(30, 60));
  });

  it("reports the probability and position of every arm", () => {
    const problemsByArm = { a: 2, b: 2 };
    const { state } = uniform.select(start(problemsByArm), { step: 0, round: 0, slots: 5, seed: 3, problemsByArm }, {});
    const metrics = uniform.metrics(state, {});
    expect(metrics["a"]?.["probability"]).toBe(0.5);
    const drawn = Object.values(metrics).map((arm) => (arm["pass"] ?? 0) * 2 + (arm["drawn"] ?? 0));
    expect(drawn.reduce((sum, own) => sum + own, 0)).toBe(5);
  });
});
