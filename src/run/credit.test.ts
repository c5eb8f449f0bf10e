import fc from "fast-check";
import { expect, test } from "vitest";
import { configureObjective } from "../objectives/registry.ts";
import type { ScoredRollout } from "../tracking/scored-rollouts.ts";
import { creditsOf, splitIntoMinibatches } from "./credit.ts";

const rollout = (groupId: number, number: number, score: number | null): ScoredRollout => ({
  id: groupId * 10 + number,
  groupId,
  slot: groupId,
  arm: "easy",
  number,
  hintId: null,
  replaces: null,
  trainedUnder: null,
  promptTokens: 2,
  finishReason: "stop",
  tokens: 3,
  reward: score,
  passed: score === null ? null : score === 1,
  extracted: null,
});

const group = (id: number, rewards: (number | null)[]) => ({
  kept: rewards.map((reward, number) => rollout(id, number, reward)),
});

test("each rollout ends in the batch or with the reason why not", () => {
  const groups = [group(1, [1, 0, 0, null]), group(2, [0, 0, 0, 0])];
  const credits = creditsOf(configureObjective("grpo"), groups, [0, 0]);
  expect(credits.map((row) => row.dropReason)).toEqual([
    null,
    null,
    null,
    "no_verdict",
    "zero_variance",
    "zero_variance",
    "zero_variance",
    "zero_variance",
  ]);
  expect(credits[0]?.advantage).toBeCloseTo(1.1547, 3);
});

test("groups without spread stay in the denominator of the weights, rollouts without a verdict do not", () => {
  const groups = [group(1, [1, 0, 0, null]), group(2, [0, 0, 0, 0])];
  const credits = creditsOf(configureObjective("grpo"), groups, [0, 0]);
  // token-mean over the 7 rollouts with a verdict, 3 tokens each.
  expect(credits[0]?.weight).toBeCloseTo(1 / 21, 12);
});

test("with a KL term a group without spread is trained too", () => {
  const credits = creditsOf(configureObjective("grpo", { kl_coef: 0.01 }), [group(1, [0, 0, 0, 0])], [0]);
  expect(credits.every((row) => row.dropReason === null && row.advantage === 0)).toBe(true);
});

test("weights are normalised within each minibatch, advantages do not depend on the split", () => {
  const groups = [group(1, [1, 0, 0, 0]), group(2, [1, 1, 0, 0]), group(3, [0, 1, 1, 1])];
  const objective = configureObjective("grpo");
  const whole = creditsOf(objective, groups, [0, 0, 0]);
  const split = creditsOf(objective, groups, [0, 1, 1]);
  expect(split.map((row) => row.advantage)).toEqual(whole.map((row) => row.advantage));
  const sum = (ids: number[]) =>
    split.filter((row) => ids.includes(row.groupId)).reduce((total, row) => total + row.weight * 3, 0);
  expect(sum([1])).toBeCloseTo(1, 12);
  expect(sum([2, 3])).toBeCloseTo(1, 12);
});

test("minibatches are as equal as can be and the same for the same step", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(1000),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 8 }),
      (seed, step, groups, parts) => {
        const split = splitIntoMinibatches(seed, step, groups, parts);
        expect(split).toEqual(splitIntoMinibatches(seed, step, groups, parts));
        const sizes = Array.from({ length: parts }, (_, part) => split.filter((value) => value === part).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("with a teacher groups without spread teach too, and rows hold the rollouts' own credit", () => {
  const groups = [group(1, [1, 1]), group(2, [1, 0]), group(3, [0, null])];
  const credits = creditsOf(configureObjective("grpo", { teacher_coef: 1, scale: "none" }), groups, [0, 0, 0]);
  expect(credits.map((row) => row.dropReason)).toEqual([null, null, null, null, null, "no_verdict"]);
  expect(credits.map((row) => row.advantage)).toEqual([0, 0, 0.5, -0.5, 0, 0]);
  expect(credits.map((row) => row.weight)).toEqual([1, 1, 1, 1, 1, 0].map((share) => share / 15));
});
