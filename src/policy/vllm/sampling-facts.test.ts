import { expect, test } from "vitest";
import { areProcessed, areSeedsHonoured, type Drawn } from "./sampling-facts.ts";

const drawn = (...firsts: readonly (readonly [id: number, logprob: number])[]): Drawn[] =>
  firsts.map(([id, logprob]) => ({ tokenIds: [id, 9], logprobs: [logprob, -1] }));

test("log-probabilities that follow the temperature are processed", () => {
  // Two tokens with 0.8 and 0.2 at temperature 1 have 16/17 and 1/17 at 0.5.
  const atOne = drawn([3, Math.log(0.8)], [4, Math.log(0.2)]);
  expect(areProcessed(atOne, drawn([3, Math.log(16 / 17)]))).toBe(true);
});

test("log-probabilities that stay as they are, but for rounding, are raw", () => {
  expect(areProcessed(drawn([3, -0.22], [4, -1.6]), drawn([3, -0.21], [3, -0.22]))).toBe(false);
});

test("a policy that is certain, other tokens, or a difference between both tell nothing", () => {
  expect(areProcessed(drawn([3, -0.001]), drawn([3, 0]))).toBeUndefined();
  expect(areProcessed(drawn([3, -1]), drawn([4, -1]))).toBeUndefined();
  expect(areProcessed(drawn([3, -1]), drawn([3, -1.03]))).toBeUndefined();
  expect(areProcessed([], [])).toBeUndefined();
});

test("seeds are honoured when the same come again, but for one at the edge", () => {
  const once = drawn([1, -1], [2, -1], [3, -1]);
  expect(areSeedsHonoured(once, once)).toBe(true);
  expect(areSeedsHonoured(once, drawn([1, -1], [2, -1], [7, -1]))).toBe(true);
  expect(areSeedsHonoured(once, drawn([1, -1], [6, -1], [7, -1]))).toBe(false);
});

test("equal first tokens tell nothing of seeds", () => {
  expect(areSeedsHonoured(drawn([1, -1], [1, -1]), drawn([1, -1], [1, -1]))).toBeUndefined();
});
