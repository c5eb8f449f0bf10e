import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArmResult, SelectionContext } from "./curriculum.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "./registry.ts";

interface Case {
  readonly title: string;
  readonly floor: number;
  readonly make: (arms: readonly string[]) => ConfiguredCurriculum;
}

const CASES: readonly Case[] = [
  { title: "uniform", floor: 0, make: () => configureCurriculum("uniform") },
  { title: "sec", floor: 0.02, make: () => configureCurriculum("sec") },
  {
    title: "sec, greedy and decaying",
    floor: 0.15,
    make: () => configureCurriculum("sec", { temperature: 0.01, alpha: 1, floor: 0.15, decay_unsampled: true }),
  },
  { title: "band", floor: 0.02, make: () => configureCurriculum("band") },
  {
    title: "band, narrow",
    floor: 0.2,
    make: () => configureCurriculum("band", { width: 0.01, target: 0.9, floor: 0.2 }),
  },
  {
    title: "easy-to-hard",
    floor: 0,
    make: (arms) => configureCurriculum("easy-to-hard", { order: arms, patience: 2, rehearsal: 0.3 }),
  },
];

const armNames = fc.oneof(
  fc.string({ minLength: 1, maxLength: 5 }),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "mul/rev", "mul/fwd", "10", "9"),
);
const result = fc
  .record({ rollouts: fc.integer({ min: 0, max: 16 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .chain(({ rollouts, share }) =>
    fc.record({
      rollouts: fc.constant(rollouts),
      passed: fc.constant(Math.floor(share * rollouts)),
      meanAbsoluteAdvantage: rollouts === 0 ? fc.constant(NaN) : fc.double({ min: 0, max: 3, noNaN: true }),
    }),
  );
/** Arms with their problems, and the results of some steps: not of every arm, and also of an arm nobody knows. */
const stories = fc
  .uniqueArray(armNames, { minLength: 1, maxLength: 5 })
  .chain((arms) =>
    fc.record({
      seed: fc.nat(),
      arms: fc.constant(arms),
      counts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: arms.length, maxLength: arms.length }),
      steps: fc.array(fc.array(fc.tuple(fc.constantFrom(...arms, "nobody's"), result), { maxLength: 5 }), {
        minLength: 1,
        maxLength: 5,
      }),
      slots: fc.nat(9),
    }),
  )
  .map(({ arms, counts, steps, ...rest }) => ({
    ...rest,
    arms,
    problemsByArm: Object.fromEntries(arms.map((arm, index): [string, number] => [arm, counts[index] ?? 1])),
    steps: steps.map((entries): Record<string, ArmResult> => Object.fromEntries(entries)),
  }));

function stored(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state));
}

function probabilitiesOf(curriculum: ConfiguredCurriculum, state: unknown): Map<string, number> {
  return new Map(Object.entries(curriculum.metrics(state)).map(([arm, { probability }]) => [arm, probability ?? NaN]));
}

describe.each(CASES)("$title", ({ floor, make }) => {
  it("has probabilities that add up to one and none below the floor, whatever the steps gave", () => {
    fc.assert(
      fc.property(stories, ({ seed, arms, problemsByArm, steps, slots }) => {
        const curriculum = make(arms);
        let state: unknown = curriculum.init(arms);
        for (const [step, results] of steps.entries()) {
          state = curriculum.observe(
            curriculum.select(state, { step, round: 0, slots, seed, problemsByArm }).state,
            results,
          );
          const probabilities = probabilitiesOf(curriculum, state);
          expect([...probabilities.keys()].sort()).toEqual([...arms].sort());
          let total = 0;
          for (const probability of probabilities.values()) {
            expect(probability).toBeGreaterThanOrEqual(floor);
            total += probability;
          }
          expect(total).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it("reports the probabilities that it draws by, and no pick of probability 0", () => {
    fc.assert(
      fc.property(stories, ({ seed, arms, problemsByArm, steps }) => {
        const curriculum = make(arms);
        let state: unknown = curriculum.init(arms);
        const counts = new Map(Object.entries(problemsByArm));
        for (const [step, results] of steps.entries()) {
          const probabilities = probabilitiesOf(curriculum, state);
          const drawn = new Map(
            Object.entries(curriculum.metrics(state)).map(([arm, own]) => [arm, own["drawn"] ?? NaN]),
          );
          const selection = curriculum.select(state, { step, round: 0, slots: 6, seed, problemsByArm });
          for (const { arm, index, propensity } of selection.picks) {
            const problems = counts.get(arm) ?? NaN;
            const before = (drawn.get(arm) ?? NaN) % problems;
            expect(propensity).toBeCloseTo((probabilities.get(arm) ?? NaN) / (problems - before), 12);
            expect(propensity).toBeGreaterThan(0);
            expect(index).toBeLessThan(problems);
            drawn.set(arm, before + 1);
          }
          state = curriculum.observe(selection.state, results);
        }
      }),
    );
  });

  it("goes on from a stored state as if it had never stopped, and changes no state it is given", () => {
    fc.assert(
      fc.property(stories, ({ seed, arms, problemsByArm, steps, slots }) => {
        const curriculum = make(arms);
        let kept: unknown = curriculum.init(arms);
        let resumed: unknown = stored(kept);
        for (const [step, results] of steps.entries()) {
          for (const round of [0, 1]) {
            const context: SelectionContext = { step, round, slots, seed, problemsByArm };
            const before = JSON.stringify(kept);
            const one = curriculum.select(kept, context);
            expect(JSON.stringify(kept)).toBe(before);
            const other = curriculum.select(stored(resumed), context);
            expect(other.picks).toEqual(one.picks);
            kept = one.state;
            resumed = other.state;
          }
          const before = JSON.stringify(kept);
          const observed = curriculum.observe(kept, results);
          expect(JSON.stringify(kept)).toBe(before);
          kept = observed;
          resumed = curriculum.observe(stored(resumed), results);
          expect(JSON.stringify(resumed)).toBe(JSON.stringify(kept));
          expect(JSON.stringify(curriculum.metrics(stored(resumed)))).toBe(JSON.stringify(curriculum.metrics(kept)));
        }
      }),
    );
  });

  it("treats arms alike whatever they are called", () => {
    const course = (first: string, second: string): unknown[] => {
      const curriculum = make([first, second]);
      let state = curriculum.init([first, second]);
      return [4, 8, 7].map((passed) => {
        const one = { rollouts: 8, passed, meanAbsoluteAdvantage: passed / 10 };
        const other = { rollouts: 8, passed: 1, meanAbsoluteAdvantage: 0.3 };
        state = curriculum.observe(
          stored(state),
          Object.fromEntries([
            [first, one],
            [second, other],
          ]),
        );
        return Object.values(curriculum.metrics(stored(state)));
      });
    };
    expect(course("__proto__", "constructor")).toEqual(course("a", "b"));
  });

  it("does not depend on the order in which arms are given, nor on arms that it does not know", () => {
    fc.assert(
      fc.property(stories, ({ seed, arms, problemsByArm, steps, slots }) => {
        const curriculum = make(arms);
        let one = curriculum.init(arms);
        let other = curriculum.init(arms.toReversed());
        for (const [step, results] of steps.entries()) {
          one = curriculum.observe(one, results);
          const known = Object.entries(results).filter(([arm]) => arms.includes(arm));
          other = curriculum.observe(other, Object.fromEntries(known));
          const context: SelectionContext = { step, round: 0, slots, seed, problemsByArm };
          expect(curriculum.select(other, context).picks).toEqual(curriculum.select(one, context).picks);
          expect(probabilitiesOf(curriculum, other)).toEqual(probabilitiesOf(curriculum, one));
        }
        expect(JSON.stringify(one)).not.toContain("nobody's");
      }),
    );
  });

  it("draws each problem as often as its propensity says", () => {
    const problemsByArm = { easy: 2, middle: 1, hard: 3 };
    const curriculum = make(Object.keys(problemsByArm));
    const state = curriculum.observe(curriculum.init(Object.keys(problemsByArm)), {
      easy: { rollouts: 8, passed: 7, meanAbsoluteAdvantage: 0.6 },
      middle: { rollouts: 8, passed: 4, meanAbsoluteAdvantage: 0.9 },
    });
    const counts = new Map<string, { times: number; propensity: number }>();
    const draws = 3000;
    for (let seed = 0; seed < draws; seed++) {
      for (const { arm, index, propensity } of curriculum.select(state, {
        step: 1,
        round: 0,
        slots: 1,
        seed,
        problemsByArm,
      }).picks) {
        const key = `${arm} ${index}`;
        const known = counts.get(key) ?? { times: 0, propensity };
        expect(propensity).toBe(known.propensity);
        counts.set(key, { times: known.times + 1, propensity });
      }
    }
    let total = 0;
    for (const { times, propensity } of counts.values()) {
      total += propensity;
      // Five standard errors; the seeds are fixed, so this either always passes or never.
      const error = 5 * Math.sqrt((propensity * (1 - propensity)) / draws);
      expect(Math.abs(times / draws - propensity)).toBeLessThan(error);
    }
    expect(total).toBeCloseTo(1, 12);
  });

  it("chooses anew in every step and round", () => {
    const problemsByArm = { a: 50, b: 50 };
    const curriculum = make(["a", "b"]);
    const state = curriculum.observe(curriculum.observe(curriculum.init(["a", "b"]), {}), {});
    const armsAt = (step: number, round: number): string =>
      curriculum
        .select(state, { step, round, slots: 64, seed: 11, problemsByArm })
        .picks.map(({ arm }) => arm)
        .join("");
    expect(armsAt(2, 0)).toBe(armsAt(2, 0));
    expect(new Set([armsAt(2, 0), armsAt(2, 1), armsAt(2, 2), armsAt(3, 0), armsAt(3, 1)]).size).toBe(5);
  });

  it("leaves out arms that have no problems, and says so when none has any", () => {
    const curriculum = make(["a", "b"]);
    const state = curriculum.init(["a", "b"]);
    for (const empty of [{ a: 0, b: 5 }, { b: 5 }]) {
      const { picks } = curriculum.select(state, { step: 0, round: 0, slots: 5, seed: 1, problemsByArm: empty });
      expect(picks.map(({ arm }) => arm)).toEqual(["b", "b", "b", "b", "b"]);
      expect(picks.map(({ propensity }) => propensity)).toEqual([1 / 5, 1 / 4, 1 / 3, 1 / 2, 1]);
    }
    expect(() => curriculum.select(state, { step: 0, round: 0, slots: 1, seed: 1, problemsByArm: {} })).toThrow(
      "no arm of the curriculum has a problem",
    );
  });

  it("refuses a state that is not its own", () => {
    const curriculum = make(["a"]);
    expect(() => curriculum.metrics({ q: [1] })).toThrow("arms");
    const state = JSON.parse(JSON.stringify(curriculum.init(["a"])));
    expect(() => curriculum.metrics({ ...state, arms: { a: { pass: -1, drawn: 0 } } })).toThrow("arms");
    expect(() => curriculum.metrics({ ...state, arms: [] })).toThrow("arms");
  });
});

describe("configureCurriculum", () => {
  it("names the nearest of an unknown name", () => {
    for (const [word, nearest] of [
      ["unifrom", "uniform"],
      ["esc", "sec"],
      ["easy_to_hard", "easy-to-hard"],
      ["bands", "band"],
    ] as const) {
      expect(() => configureCurriculum(word)).toThrow(
        expect.objectContaining({
          code: "unknown_name",
          advice: expect.stringContaining(`Did you mean "${nearest}"?`),
        }),
      );
    }
  });

  it("refuses options it does not have", () => {
    expect(() => configureCurriculum("uniform", { floor: 0.1 })).toThrow(`unknown key "floor"`);
    expect(() => configureCurriculum("sec", { temprature: 1 })).toThrow(`did you mean "temperature"?`);
    expect(() => configureCurriculum("band", { width: 0 })).toThrow("width");
    expect(() => configureCurriculum("easy-to-hard")).toThrow("order");
  });
});

describe.each(CASES)("an arm without end under $title", ({ make }) => {
  it("gives its problems one after the other, each once, beside arms that have an end", () => {
    const curriculum = make(["endless", "few"]);
    let state = curriculum.init(["endless", "few"]);
    const drawn = [];
    for (let step = 1; step <= 6; step++) {
      const context = { step, round: 0, slots: 8, seed: 3, problemsByArm: { endless: Infinity, few: 2 } };
      const selection = curriculum.select(state, context);
      drawn.push(...selection.picks.filter(({ arm }) => arm === "endless"));
      state = curriculum.observe(selection.state, {});
    }
    expect(drawn.map(({ index }) => index)).toEqual(drawn.map((_, place) => place));
    expect(drawn.length).toBeGreaterThan(8);
    for (const { propensity } of drawn) expect(propensity).toBeGreaterThan(0);
  });
});
