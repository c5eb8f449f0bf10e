import fc from "fast-check";
import { expect, test } from "vitest";
import { compareSides, isShown } from "./compare.ts";
import type { ComparedSide, ProblemOutcome } from "./pair-problems.ts";
import { holm } from "./paired-test.ts";

const outcome = (problem: string, passed: number, judged: number, arm = "a"): ProblemOutcome => ({
  arm,
  problem,
  answer: "1",
  judged,
  passed,
});
const side = (name: string, problems: readonly ProblemOutcome[]): ComparedSide => ({ name, problems });
const many = (count: number, passed: (place: number) => number, judged: number, arm = "a"): ProblemOutcome[] =>
  Array.from({ length: count }, (_, place) => outcome(`${arm}${place}`, passed(place), judged, arm));

test("what is hard for both sides does not hide a difference", () => {
  // Half of the problems are hopeless for both; of the others b passes one more of four.
  const a = side(
    "a",
    many(60, (place) => (place % 2) * 2, 4),
  );
  const b = side(
    "b",
    many(60, (place) => (place % 2) * 3, 4),
  );
  const { all, arms } = compareSides(a, b);
  expect(arms).toEqual([]);
  expect(all).toMatchObject({
    arm: "a",
    problems: 60,
    a: 0.25,
    b: 0.375,
    difference: 0.125,
    better: 30,
    worse: 0,
    same: 30,
  });
  expect(all.interval.low).toBeGreaterThan(0.08);
  expect(all.p).toBeLessThan(1e-4);
});

test("one completion a problem on both sides is McNemar's test, more are a sign-flip test", () => {
  const one = (passed: (place: number) => number) => many(12, passed, 1);
  const single = compareSides(
    side(
      "a",
      one(() => 0),
    ),
    side(
      "b",
      one((place) => Number(place < 6)),
    ),
  );
  expect(single.all.test).toBe("exact McNemar test");
  expect(single.all.p).toBeCloseTo(2 / 2 ** 6, 12);
  const several = compareSides(
    side(
      "a",
      many(6, () => 1, 4),
    ),
    side(
      "b",
      many(6, () => 3, 4),
    ),
  );
  expect(several.all.test).toBe("exact sign-flip test");
  expect(several.all.p).toBeCloseTo(2 / 2 ** 6, 12);
});

test("arms are corrected for being several, all together are not", () => {
  const a = [...many(30, () => 0, 2, "x"), ...many(30, (place) => place % 3, 2, "y")];
  const b = [...many(30, (place) => place % 3, 2, "x"), ...many(30, (place) => (place + 1) % 3, 2, "y")];
  const { arms, all } = compareSides(side("a", a), side("b", b));
  expect(arms.map(({ arm }) => arm)).toEqual(["x", "y"]);
  expect(arms.map(({ adjusted }) => adjusted)).toEqual(holm(arms.map(({ p }) => p)));
  expect(all.adjusted).toBeNull();
  expect(all.problems).toBe(60);
});

test("Holm's correction gives its known values", () => {
  // The worked example of many textbooks: 4, 3, 2 and 1 times, and never falling.
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});

test("a side compared with itself shows nothing, and does not claim to know that there is nothing", () => {
  const a = side(
    "a",
    many(50, (place) => place % 2, 1),
  );
  const comparison = compareSides(a, a);
  expect(comparison.all).toMatchObject({ difference: 0, p: 1, same: 50 });
  expect(comparison.all.interval.method).toBe("wilson");
  expect(comparison.all.interval.high).toBeGreaterThan(0.05);
  expect(isShown(comparison)).toBe(false);
});

test("swapping the sides turns the sign of everything and leaves p", () => {
  const results = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
    minLength: 2,
    maxLength: 14,
  });
  fc.assert(
    fc.property(results, (pairs) => {
      const a = side(
        "a",
        pairs.map(([passed], place) => outcome(String(place), passed, 4)),
      );
      const b = side(
        "b",
        pairs.map(([, passed], place) => outcome(String(place), passed, 4)),
      );
      const [there, back] = [compareSides(a, b).all, compareSides(b, a).all];
      expect(back.difference).toBeCloseTo(-there.difference, 12);
      expect(back.p).toBeCloseTo(there.p, 12);
      expect([back.better, back.worse]).toEqual([there.worse, there.better]);
    }),
    { numRuns: 20 },
  );
});

test("a problem without a verdict on one side is left out on both", () => {
  const a = side("a", [outcome("1", 1, 1), outcome("2", 0, 0)]);
  const b = side("b", [outcome("1", 1, 1), outcome("2", 1, 1)]);
  expect(compareSides(a, b)).toMatchObject({ leftOut: 1, all: { problems: 1 } });
  expect(() => compareSides(side("a", [outcome("2", 0, 0)]), side("b", [outcome("2", 1, 1)]))).toThrow(
    "no problem has",
  );
});

test("problems are paired by what they say, in any order, also when one comes twice", () => {
  const a = side("a", [outcome("p", 0, 2), outcome("q", 1, 2), outcome("p", 1, 2)]);
  const b = side("b", [outcome("q", 2, 2, "other"), outcome("p", 2, 2), outcome("p", 1, 2)]);
  expect(compareSides(a, b).all).toMatchObject({ arm: "a", problems: 3, better: 2, same: 1 });
});

test("one problem of several arms is paired within its arm", () => {
  const a = side("a", [outcome("p", 0, 1, "facts"), outcome("p", 1, 1, "maths")]);
  const b = side("b", [outcome("p", 1, 1, "maths"), outcome("p", 0, 1, "facts")]);
  expect(compareSides(a, b).all).toMatchObject({ problems: 2, same: 2 });
});

test("evaluations are compared on the problems that they share, and not at all where there is none", () => {
  const a = side(
    "run 1",
    many(3, () => 0, 1),
  );
  const b = side("run 2", [outcome("a1", 1, 1), outcome("else", 1, 1)]);
  expect(compareSides(a, b)).toMatchObject({ all: { problems: 1, better: 1 }, onlyA: 2, onlyB: 1 });
  const changed = side(
    "run 3",
    many(3, () => 0, 1).map((each) => ({ ...each, answer: "2" })),
  );
  expect(() => compareSides(a, changed)).toThrow(
    "these evaluations share no problem: run 1 has 3 problems, run 3 has 3 problems",
  );
});
