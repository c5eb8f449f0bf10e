import { describe, expect, it } from "vitest";
import type { ArmResult } from "./curriculum.ts";
import { configureCurriculum } from "./registry.ts";

const ARMS = ["easy", "hard", "middle", "new"];

function passing(passed: number): ArmResult {
  return { rollouts: 10, passed, meanAbsoluteAdvantage: 0.5 };
}

describe("band", () => {
  it("weighs arms by a Gaussian of their pass rate around the target, and unseen arms as if at the target", () => {
    const curriculum = configureCurriculum("band", { floor: 0 });
    const state = curriculum.observe(curriculum.init(ARMS), {
      easy: passing(10),
      hard: passing(0),
      middle: passing(7),
    });
    const metrics = curriculum.metrics(state);
    const weights = { easy: Math.exp(-3.125), hard: Math.exp(-3.125), middle: Math.exp(-0.5), new: 1 };
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [arm, weight] of Object.entries(weights)) {
      expect(metrics[arm]?.["probability"]).toBeCloseTo(weight / total, 12);
    }
    expect(metrics["middle"]).toMatchObject({ pass_rate: 0.7 });
    expect(metrics["new"]).not.toHaveProperty("pass_rate");
  });

  it("practises most where the pass rate is near the target, wherever that is", () => {
    const rates = { easy: passing(9), hard: passing(1), middle: passing(5), new: passing(0) };
    for (const [target, favourite] of [
      [0.5, "middle"],
      [0.9, "easy"],
      [0.15, "hard"],
    ] as const) {
      const curriculum = configureCurriculum("band", { target });
      const metrics = curriculum.metrics(curriculum.observe(curriculum.init(ARMS), rates));
      const best = Object.entries(metrics).sort(([, a], [, b]) => b["probability"]! - a["probability"]!)[0];
      expect(best?.[0]).toBe(favourite);
    }
  });

  it("averages pass rates exponentially, starting from the first one seen", () => {
    const curriculum = configureCurriculum("band", { alpha: 0.25 });
    let state = curriculum.observe(curriculum.init(ARMS), { hard: passing(2) });
    expect(curriculum.metrics(state)["hard"]?.["pass_rate"]).toBeCloseTo(0.2, 12);
    state = curriculum.observe(state, {
      hard: passing(6),
      easy: { rollouts: 0, passed: 0, meanAbsoluteAdvantage: NaN },
    });
    expect(curriculum.metrics(state)["hard"]?.["pass_rate"]).toBeCloseTo(0.3, 12);
    expect(curriculum.metrics(state)["easy"]).not.toHaveProperty("pass_rate");
    state = curriculum.observe(state, {});
    expect(curriculum.metrics(state)["hard"]?.["pass_rate"]).toBeCloseTo(0.3, 12);
  });

  it("still tells arms apart that are all many widths away from the target", () => {
    const curriculum = configureCurriculum("band", { target: 1, width: 0.01, floor: 0.01 });
    const state = curriculum.observe(curriculum.init(["a", "b"]), { a: passing(0), b: passing(1) });
    expect(curriculum.metrics(state)["b"]?.["probability"]).toBeCloseTo(0.99, 12);
    expect(curriculum.metrics(state)["a"]?.["probability"]).toBeCloseTo(0.01, 12);
  });

  it("refuses a floor that the arms cannot all have", () => {
    expect(() => configureCurriculum("band", { floor: 0.3 }).init(ARMS)).toThrow(
      expect.objectContaining({ code: "bad_recipe", advice: "Set curriculum.floor to 1/4 or less." }),
    );
  });
});
