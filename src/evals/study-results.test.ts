import { expect, test } from "vitest";
import { resultOf, type StoredRun } from "./study-results.ts";

const at = (suite: string, step: number, easy: number, hard: number) => [
  { suite, step, arm: "easy", accuracy: easy },
  { suite, step, arm: "hard", accuracy: hard },
];

const run: StoredRun = {
  name: "s/x/a/1",
  state: "succeeded",
  recipe: {},
  accuracies: [
    ...at("development", 0, 0.5, 0),
    ...at("development", 2, 0.9, 0.6),
    ...at("development", 3, 0.8, 0.6),
    ...at("test", 0, 0.4, 0),
    ...at("test", 3, 0.9, 0.7),
  ],
  tokens: [
    { step: 1, sampled: 100, hints: 0 },
    { step: 2, sampled: 120, hints: 30 },
    { step: 3, sampled: 90, hints: 10 },
  ],
};
const target = (accuracy: number, suite = "development") => ({ accuracy, suite });

test("final accuracy is that of the test set after the last step", () => {
  expect([...resultOf(run, undefined).final]).toEqual([
    ["easy", 0.9],
    ["hard", 0.7],
  ]);
  const untested = { ...run, accuracies: run.accuracies.filter(({ step }) => step < 3) };
  expect(resultOf(untested, undefined).final.size).toBe(0);
});

test("tokens are summed over the steps, those under hints apart", () => {
  expect(resultOf(run, undefined)).toMatchObject({ steps: 3, tokens: 310, hintTokens: 40, tokensToTarget: null });
});

test("the curve has the tokens that were sampled before each evaluation", () => {
  expect(resultOf(run, undefined).curve.map(({ tokens }) => tokens)).toEqual([0, 220, 310]);
});

test("tokens to the target are read off the line between the evaluations before and after it", () => {
  expect(resultOf(run, target(0.75)).tokensToTarget).toBe(220);
  expect(resultOf(run, target(0.5)).tokensToTarget).toBe(110);
  expect(resultOf(run, target(0.76)).tokensToTarget).toBeNull();
  expect(resultOf(run, target(0.25)).tokensToTarget).toBe(0);
  expect(resultOf(run, target(0.8, "test")).tokensToTarget).toBeCloseTo(310, 9);
});
