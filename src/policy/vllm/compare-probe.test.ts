import { expect, test } from "vitest";
import { uniformAt } from "../../core/random.ts";
import { compareProbe, probeTolerance } from "./compare-probe.ts";

const TOKENS = 200;
/** Numbers with mean 0 and a mean magnitude. */
const noise = (seed: number, magnitude: number): number[] =>
  Array.from({ length: TOKENS }, (_, index) => (uniformAt(seed, index) - 0.5) * 4 * magnitude);
const plus = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, index) => value + (b[index] as number));

const PARENT = noise(1, 1).map((value) => value - 3);
const BFLOAT16 = 0.04;

test("gives mean and largest difference", () => {
  expect(compareProbe([-1, -2, -3.5], [-1, -2.25, -3], [-1.5, -2.5, -3.5])).toMatchObject({
    meanAbs: 0.25,
    maxAbs: 0.5,
    parentMeanAbs: 1 / 3,
  });
});

test.each([0, 0.001, 0.02, 0.1, 0.5])("a server in bfloat16 with the new weights fits after a step of %d", (step) => {
  const fresh = plus(PARENT, noise(2, step));
  expect(compareProbe(plus(fresh, noise(3, BFLOAT16)), fresh, PARENT).verdict).toBe("fits");
});

test.each([
  [0.001, "fits"],
  [0.01, "fits"],
  [0.07, "stale"],
  [0.2, "stale"],
  [2, "stale"],
])("a server in bfloat16 that kept the old weights at a step of %d: %s", (step, verdict) => {
  const fresh = plus(PARENT, noise(2, step));
  expect(compareProbe(plus(PARENT, noise(3, BFLOAT16)), fresh, PARENT).verdict).toBe(verdict);
});

test("an exact server that kept the old weights is found out at the smallest step", () => {
  const fresh = plus(PARENT, noise(2, 1e-4));
  expect(compareProbe(plus(PARENT, noise(3, 1e-6)), fresh, PARENT).verdict).toBe("stale");
});

test("no step at all fits", () => {
  expect(compareProbe(PARENT, PARENT, PARENT)).toEqual({ meanAbs: 0, maxAbs: 0, parentMeanAbs: 0, verdict: "fits" });
});

test("a server with other weights than both differs, also where some places are not numbers", () => {
  const fresh = plus(PARENT, noise(2, 0.01));
  expect(compareProbe(plus(fresh, noise(3, 2 * probeTolerance(TOKENS))), fresh, PARENT).verdict).toBe("differs");
  expect(compareProbe([Number.NaN, -1], [-1, -1], [-2, -1]).verdict).toBe("differs");
});

test("a probe of few tokens may be off further, and never tells the old weights by a small step", () => {
  expect(compareProbe([-1], [-1.4], [-1.3]).verdict).toBe("fits");
  expect(compareProbe([-1], [-1.6], [-1.7]).verdict).toBe("differs");
  expect(compareProbe([-1], [-1.6], [-1]).verdict).toBe("stale");
  // The server happens to be near the old weights at the one place there is.
  expect(compareProbe([-1], [-1.02], [-1.0001]).verdict).toBe("fits");
});
