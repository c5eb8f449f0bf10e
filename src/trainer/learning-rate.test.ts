import fc from "fast-check";
import { expect, test } from "vitest";
import { learningRate, type LearningRateSchedule } from "./learning-rate.ts";

const base = { peak: 0.01, warmupSteps: 4, totalSteps: 12 };

function at(kind: LearningRateSchedule["kind"], step: number): number {
  return learningRate({ ...base, kind }, step);
}

test("warmup rises linearly and its last step has the peak", () => {
  const rates = [0, 1, 2, 3].map((step) => at("constant", step));
  expect(rates).toEqual([0.0025, 0.005, 0.0075, 0.01]);
});

test("constant stays, linear and cosine pass half the peak in the middle and end at 0", () => {
  expect([at("constant", 8), at("constant", 100)]).toEqual([0.01, 0.01]);
  expect([at("linear", 4), at("linear", 8), at("linear", 10)]).toEqual([0.01, 0.005, 0.0025]);
  expect(at("cosine", 8)).toBeCloseTo(0.005, 12);
  expect(at("cosine", 6)).toBeCloseTo((0.01 * (1 + Math.SQRT1_2)) / 2, 12);
  for (const kind of ["linear", "cosine"] as const) expect([at(kind, 12), at(kind, 99)]).toEqual([0, 0]);
});

test("after the warmup no schedule rises, and none leaves [0, peak]", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("constant" as const, "linear" as const, "cosine" as const),
      fc.nat(20),
      fc.nat(50),
      fc.nat(100),
      (kind, warmupSteps, rest, step) => {
        const schedule = { kind, peak: 1, warmupSteps, totalSteps: warmupSteps + rest };
        const rate = learningRate(schedule, step);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(1);
        const later = learningRate(schedule, warmupSteps + step);
        expect(learningRate(schedule, warmupSteps + step + 1)).toBeLessThanOrEqual(later);
      },
    ),
  );
});
