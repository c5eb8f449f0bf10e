import { expect, test } from "vitest";
import { stabilityOf } from "./stability.ts";

const EVALUATIONS = [
  { step: 0, accuracy: { early: 0.2, late: 0, never: 0 } },
  { step: 10, accuracy: { early: 0.8, late: 0.1, never: 0 } },
  { step: 20, accuracy: { early: 0.5, late: 0.6, never: 0 } },
  { step: 30, accuracy: { early: 0.6, late: 0.6, never: 0 } },
];

test("an arm is followed from when it was learned", () => {
  const [early, late, never] = stabilityOf(EVALUATIONS, { early: 1, late: 15 }).arms;
  expect(early).toMatchObject({ arm: "early", first: 0.2, best: 0.8, now: 0.6, learnedAt: 10, lowestSince: 0.5 });
  expect(early?.maintenance).toBeCloseTo((0.5 + 0.6) / 2 - 0.8, 12);
  expect(early?.backward).toBeCloseTo((0.6 - 0.8) / (0.6 + 0.8), 12);
  expect(late).toMatchObject({ learnedAt: 20, lowestSince: 0.6, maintenance: 0, backward: 0 });
  expect(never).toMatchObject({ best: 0, learnedAt: null, lowestSince: null, maintenance: null, backward: null });
});

test("what other arms taught an arm before its first practice is its forward contrast", () => {
  const [early, late] = stabilityOf(EVALUATIONS, { early: 1, late: 15 }).arms;
  expect(early?.forward).toBe(null);
  expect(late?.forward).toBe(1);
});

test("min-ACC leaves the last learned arm out, WC-ACC weighs it in", () => {
  const { minAcc, worstCaseAcc } = stabilityOf(EVALUATIONS, {});
  expect(minAcc).toBe(0.5);
  expect(worstCaseAcc).toBeCloseTo(0.5 * 0.6 + 0.5 * 0.5, 12);
});

test("without evaluations there is nothing to tell", () => {
  expect(stabilityOf([], {})).toEqual({ arms: [], minAcc: null, worstCaseAcc: null });
});
