import { expect, test } from "vitest";
import { levelledOff } from "./agreeing-asymptotes.ts";
import { accuracyAt, fitLearningCurve, stepReaching, type CurvePoint } from "./learning-curve.ts";
import { predictCurve } from "./prediction.ts";

/** Evaluations on a curve c - a x^-b, with repeatable noise of a size. */
function course(count: number, [c, a, b]: readonly [number, number, number], size = 0): CurvePoint[] {
  return Array.from({ length: count }, (_, index) => ({
    step: index * 50,
    accuracy: c - a * (index + 1) ** -b + (((index * 7919) % 13) / 6 - 1) * size,
  }));
}

test("a fit finds the parameters that evaluations were made from", () => {
  for (const [c, a, b] of [
    [0.8, 0.6, 0.7],
    [0.95, 0.9, 0.3],
    [0.5, 0.4, 2],
    [0.4, -0.3, 1],
  ] as const) {
    const curve = fitLearningCurve(course(20, [c, a, b]));
    expect(curve?.asymptote).toBeCloseTo(c, 4);
    expect(curve?.deficit).toBeCloseTo(a, 4);
    expect(curve?.exponent).toBeCloseTo(b, 3);
  }
});

test("fewer evaluations than five are no curve", () => {
  expect(fitLearningCurve(course(4, [0.8, 0.6, 0.7]))).toBeUndefined();
  expect(predictCurve(course(4, [0.8, 0.6, 0.7]), 1000)).toBeUndefined();
});

test("the step that reaches an accuracy is where the curve has it, and none above the asymptote", () => {
  const curve = fitLearningCurve(course(12, [0.8, 0.6, 0.7]));
  if (curve === undefined) throw new Error("no curve");
  expect(accuracyAt(curve, stepReaching(curve, 0.7) ?? Number.NaN)).toBeCloseTo(0.7, 9);
  expect(stepReaching(curve, 0.81)).toBeUndefined();
});

test("a prediction from the first half of a noisy course holds the second in its interval", () => {
  const all = course(40, [0.8, 0.6, 0.7], 0.01);
  const prediction = predictCurve(all.slice(0, 20), 1950);
  const truth = 0.8 - 0.6 * 40 ** -0.7;
  expect(prediction?.final.low).toBeLessThan(truth);
  expect(prediction?.final.high ?? 0).toBeGreaterThan(truth);
  expect((prediction?.final.high ?? 1) - (prediction?.final.low ?? 0)).toBeLessThan(0.1);
  expect(predictCurve(all.slice(0, 20), 1950)).toEqual(prediction);
});

test("of thousands of evaluations the interval holds the truth and is narrow", () => {
  const many = course(2000, [0.8, 0.6, 0.7], 0.02);
  const { low, high } = predictCurve(many, 4000 * 50)?.asymptote ?? { low: 1, high: 0 };
  expect(low).toBeLessThan(0.8);
  expect(high).toBeGreaterThan(0.8);
  expect((high ?? 1) - low).toBeLessThan(0.01);
});

test("a step that the curve may never come to has an interval without an upper end", () => {
  const accuracies = [0.337, 0.76, 0.97, 0.988, 0.979, 0.99, 0.99];
  const points = accuracies.map((accuracy, index) => ({ step: index * 20, accuracy }));
  const { next } = predictCurve(points, 120) ?? {};
  expect(next?.step.high).toBe(null);
  expect(next?.step.low).toBeGreaterThan(0);
});

test("a jump shows as a miss", () => {
  const jump = [0, 0, 0, 0.9, 0.9, 0.9, 0.9].map((accuracy, index) => ({ step: index * 20, accuracy }));
  expect(predictCurve(jump, 200)?.worstMiss).toBeGreaterThan(0.2);
});

test("a run stops when three fits agree and the curve has come near its end, not before", () => {
  const risen = course(40, [0.8, 0.6, 1.5]);
  const rising = course(8, [0.9, 0.8, 0.3]);
  expect(levelledOff(risen, 0.01)).toMatch(/levelled off.*tends to 0\.8/);
  expect(levelledOff(rising, 0.01)).toBeUndefined();
  expect(levelledOff(risen.slice(0, 6), 1)).toBeUndefined();
  expect(levelledOff(risen.slice(0, 7), 1)).toBeDefined();
});
