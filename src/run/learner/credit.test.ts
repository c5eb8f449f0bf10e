import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configureObjective } from "../../objectives/registry.ts";
import type { ScoredRollout } from "../../tracking/scored-rollouts.ts";
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

describe("a rollout that is masked because it was cut", () => {
  const cut = (rewards: readonly (number | null)[], ...places: readonly number[]) => ({
    kept: rewards.map((reward, number) => ({
      ...rollout(1, number, reward),
      tokens: 3 + number,
      finishReason: places.includes(number) ? "length" : "stop",
    })),
  });
  const masks = ({ finishReason }: ScoredRollout): boolean => finishReason === "length";
  const grpo = configureObjective("grpo");

  test("has no credit, but its reward stays in the mean and spread of the others", () => {
    const credits = creditsOf(grpo, [cut([1, 0, 0, 0], 0)], [0], masks);
    expect(credits.map((row) => row.dropReason)).toEqual(["truncated", null, null, null]);
    expect(credits[0]).toMatchObject({ reward: 1, advantage: 0, weight: 0, minibatch: null });
    // Of [1, 0, 0, 0], with eps 1e-6: (0 - 1/4) / (1/2 + 1e-6).
    for (const row of credits.slice(1)) expect(row.advantage).toBeCloseTo(-0.499999, 9);
  });

  test.each([
    ["token-mean", [1 / 15, 1 / 15, 1 / 15]],
    ["seq-mean-token-mean", [1 / 12, 1 / 15, 1 / 18]],
    ["seq-mean-token-sum", [1 / 3, 1 / 3, 1 / 3]],
    ["seq-mean-token-sum-norm", [1 / 24, 1 / 24, 1 / 24]],
  ])("is in no denominator of %s", (weights, expected) => {
    const objective = configureObjective("grpo", { weights, max_tokens: 8 });
    const credits = creditsOf(objective, [cut([1, 0, 0, 0], 0)], [0], masks);
    // Lengths 3, 4, 5 and 6; the first is cut.
    for (const [place, weight] of expected.entries()) expect(credits[place + 1]?.weight).toBeCloseTo(weight, 12);
  });

  test("is trained like the others where nothing is masked", () => {
    const credits = creditsOf(grpo, [cut([1, 0, 0, 0], 0)], [0]);
    expect(credits.map((row) => row.dropReason)).toEqual([null, null, null, null]);
    expect(credits[0]?.advantage).toBeCloseTo(1.499997, 6);
    expect(credits[0]?.weight).toBeCloseTo(1 / 18, 12);
  });

  test("is kept apart from one without a verdict, and from the rest of a group without spread", () => {
    const reasons = (rewards: readonly (number | null)[]) =>
      creditsOf(grpo, [cut(rewards, 0, 1)], [0], masks).map((row) => row.dropReason);
    expect(reasons([null, 0, 1, 0])).toEqual(["no_verdict", "truncated", null, null]);
    expect(reasons([0, 0, 0, 0])).toEqual(["truncated", "truncated", "zero_variance", "zero_variance"]);
  });

  test("has no part in a second surrogate either", () => {
    const groups = [cut([1, 0, 0, 0], 0), group(2, [1, 1, 1, 1])];
    const answered = groups.map(({ kept }) => ({ kept: kept.map((each) => ({ ...each, extracted: "4" })) }));
    const [masked, other] = creditsOf(configureObjective("copo"), answered, [0, 0], masks);
    expect(masked).toMatchObject({ weight: 0, weight2: null, dropReason: "truncated" });
    expect(other?.weight2).toBeGreaterThan(0);
  });
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

test("trains rewards of 1e308 where they are normalised, and refuses advantages that no batch holds", () => {
  const groups = [group(1, [1e308, -1e308, 0, 0]), group(2, [1e308, 1e308, 1e308, 1e308])];
  const credits = creditsOf(configureObjective("grpo"), groups, [0, 0]);
  expect(credits.map((row) => row.dropReason)).toEqual([...Array(4).fill(null), ...Array(4).fill("zero_variance")]);
  expect(credits.slice(0, 4).map(({ advantage }) => advantage)).toEqual([
    expect.closeTo(1.2247, 3),
    expect.closeTo(-1.2247, 3),
    0,
    0,
  ]);
  expect(() => creditsOf(configureObjective("rloo"), groups, [0, 0])).toThrow(/is more than a batch holds/);
});
