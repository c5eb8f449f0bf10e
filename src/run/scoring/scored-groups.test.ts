import { expect, test } from "vitest";
import { configureObjective } from "../../objectives/registry.ts";
import type { ScoredRollout } from "../../tracking/scored-rollouts.ts";
import { resultsByArm } from "../learner/observe.ts";
import { groupHasSpread, isCliff, scoredGroup } from "./scored-groups.ts";

const rollout = (number: number, passed: boolean | null, rest: Partial<ScoredRollout> = {}): ScoredRollout => ({
  id: 100 + number,
  groupId: 1,
  slot: 0,
  arm: "hard",
  number,
  hintId: null,
  replaces: null,
  trainedUnder: null,
  promptTokens: 5,
  finishReason: "stop",
  tokens: 4,
  reward: passed === null ? null : Number(passed),
  passed,
  extracted: null,
  ...rest,
});

const CLIFF = [0, 1, 2].map((number) => rollout(number, false));
const SEARCH = rollout(3, false, { hintId: 7 });
const RESCUE = rollout(4, true, { hintId: 8, replaces: 1, trainedUnder: "hinted" });

test("a hinted rollout stands where the failed one stood; that one and the rest of the search are left out, with why", () => {
  const group = scoredGroup(1, [...CLIFF, SEARCH, RESCUE]);
  expect(group.own).toEqual(CLIFF);
  expect(group.kept).toEqual([CLIFF[0], RESCUE, CLIFF[2]]);
  expect(group.left).toEqual([
    { rollout: CLIFF[1], reason: "replaced_by_hint" },
    { rollout: SEARCH, reason: "hint_search" },
  ]);
});

test("a group without a pass of its own is a cliff, though a hint got over it, unless too few were judged", () => {
  expect(isCliff(scoredGroup(1, [...CLIFF, SEARCH, RESCUE]))).toBe(true);
  expect(isCliff(scoredGroup(1, [...CLIFF, rollout(5, true)]))).toBe(false);
  expect(isCliff(scoredGroup(1, [rollout(0, false), rollout(1, null)]))).toBe(false);
});

test("spread is that of what is trained: a rescue gives a cliff group some", () => {
  expect(groupHasSpread(scoredGroup(1, CLIFF))).toBe(false);
  expect(groupHasSpread(scoredGroup(1, [...CLIFF, SEARCH, RESCUE]))).toBe(true);
  expect(groupHasSpread(scoredGroup(1, [rollout(0, true), rollout(1, null)]))).toBe(false);
});

test("the curriculum sees groups as before any hint", () => {
  const rescued = { ...scoredGroup(1, [...CLIFF, SEARCH, RESCUE]), arm: "hard" };
  const half = { ...scoredGroup(2, [rollout(0, true), rollout(1, false)]), arm: "easy" };
  expect(resultsByArm(configureObjective("grpo", { scale: "none" }), [rescued, half])).toEqual({
    easy: { rollouts: 2, passed: 1, meanAbsoluteAdvantage: 0.5 },
    hard: { rollouts: 3, passed: 0, meanAbsoluteAdvantage: 0 },
  });
});

test("rollouts without a verdict count for no arm, and an arm without any has no result", () => {
  const groups = [
    { ...scoredGroup(1, [rollout(0, null), rollout(1, null)]), arm: "silent" },
    { ...scoredGroup(2, [rollout(0, true), rollout(1, null)]), arm: "__proto__" },
  ];
  const results = resultsByArm(configureObjective("grpo"), groups);
  expect(Object.entries(results)).toEqual([["__proto__", { rollouts: 1, passed: 1, meanAbsoluteAdvantage: 0 }]]);
});
