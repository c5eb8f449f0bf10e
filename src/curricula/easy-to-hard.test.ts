import { describe, expect, it } from "vitest";
import type { ArmResult } from "./curriculum.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "./registry.ts";

const ORDER = ["add", "sub", "mul"];

function passing(passed: number): ArmResult {
  return { rollouts: 10, passed, meanAbsoluteAdvantage: 0.5 };
}

function probabilities(curriculum: ConfiguredCurriculum, state: unknown): (number | undefined)[] {
  const metrics = curriculum.metrics(state);
  return ORDER.map((arm) => metrics[arm]?.["probability"]);
}

describe("easy-to-hard", () => {
  it("goes on to the next arm when the averaged pass rate is high enough, and rehearses those before it", () => {
    const curriculum = configureCurriculum("easy-to-hard", { order: ORDER });
    let state = curriculum.init(["mul", "add", "sub"]);
    expect(probabilities(curriculum, state)).toEqual([1, 0, 0]);
    state = curriculum.observe(state, { add: passing(4) });
    // (0.4 + 1) / 2 = 0.7 is not enough, (0.7 + 0.9) / 2 = 0.8 is.
    state = curriculum.observe(state, { add: passing(10) });
    expect(probabilities(curriculum, state)).toEqual([1, 0, 0]);
    expect(curriculum.metrics(state)["add"]).toMatchObject({ pass_rate: 0.7 });
    state = curriculum.observe(state, { add: passing(9) });
    expect(probabilities(curriculum, state)).toEqual([0.1, 0.9, 0]);
    state = curriculum.observe(state, { add: passing(0), sub: passing(9) });
    expect(probabilities(curriculum, state)).toEqual([0.05, 0.05, 0.9]);
    // The last arm stays, whatever it and the others give.
    for (const passed of [10, 10, 0]) state = curriculum.observe(state, { add: passing(passed), mul: passing(passed) });
    expect(probabilities(curriculum, state)).toEqual([0.05, 0.05, 0.9]);
  });

  it("is not moved by arms other than the current one", () => {
    const curriculum = configureCurriculum("easy-to-hard", { order: ORDER });
    const state = curriculum.observe(curriculum.init(ORDER), { sub: passing(10), mul: passing(10), add: passing(1) });
    expect(probabilities(curriculum, state)).toEqual([1, 0, 0]);
  });

  it("goes on after as many steps as its patience, counted anew on every arm", () => {
    const curriculum = configureCurriculum("easy-to-hard", { order: ORDER, patience: 2, rehearsal: 0.5 });
    let state = curriculum.init(ORDER);
    const course: (number | undefined)[][] = [];
    for (let step = 0; step < 6; step++) {
      course.push(probabilities(curriculum, state));
      state = curriculum.observe(state, { add: passing(0) });
    }
    expect(course).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0.5, 0.5, 0],
      [0.25, 0.25, 0.5],
      [0.25, 0.25, 0.5],
    ]);
  });

  it("waits for ever without patience", () => {
    const curriculum = configureCurriculum("easy-to-hard", { order: ORDER });
    let state = curriculum.init(ORDER);
    for (let step = 0; step < 50; step++) state = curriculum.observe(state, { add: passing(7) });
    expect(probabilities(curriculum, state)).toEqual([1, 0, 0]);
  });

  it("draws rehearsed arms, and none whose turn has not come", () => {
    const curriculum = configureCurriculum("easy-to-hard", { order: ORDER, rehearsal: 0.25 });
    const state = curriculum.observe(curriculum.init(ORDER), { add: passing(10) });
    const problemsByArm = { add: 5, sub: 5, mul: 5 };
    const { picks } = curriculum.select(state, { step: 1, round: 0, slots: 400, seed: 3, problemsByArm });
    const share = picks.filter(({ arm }) => arm === "add").length / picks.length;
    // Five standard errors; the seed is fixed.
    expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 400));
    expect(picks.some(({ arm }) => arm === "mul")).toBe(false);
  });

  it("refuses an order that is not one of the arms with problems", () => {
    const start = (order: readonly string[]): unknown => configureCurriculum("easy-to-hard", { order }).init(ORDER);
    expect(() => start(["add", "sub", "mull"])).toThrow(
      expect.objectContaining({
        code: "unknown_name",
        message: `there is no arm with problems "mull"`,
        advice: expect.stringContaining(`Did you mean "mul"?`),
      }),
    );
    expect(() => start(["add"])).toThrow(
      expect.objectContaining({ code: "bad_recipe", message: `curriculum.order leaves out "sub", "mul"` }),
    );
    expect(() => start(["add", "sub", "add", "mul"])).toThrow("an arm stands in it twice");
  });
});
