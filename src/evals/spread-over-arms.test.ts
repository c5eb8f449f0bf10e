import * as fc from "fast-check";
import { expect, test } from "vitest";
import { spreadOverArms } from "./spread-over-arms.ts";

const problemsOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([arm, count]) => Array.from({ length: count }, (_, place) => ({ arm, place })));

test("chooses as many of each arm, those that lie evenly in its order", () => {
  const chosen = spreadOverArms(problemsOf({ add: 8, sub: 4, mul: 1 }), 7);
  expect(chosen.map(({ arm, place }) => `${arm} ${place}`)).toEqual([
    "add 0",
    "add 2",
    "add 5",
    "sub 0",
    "sub 1",
    "sub 2",
    "mul 0",
  ]);
});

test("takes all where there are no more, and one of arms far apart where there are more arms than problems", () => {
  const problems = problemsOf({ a: 2, b: 2, c: 2, d: 2 });
  expect(spreadOverArms(problems)).toBe(problems);
  expect(spreadOverArms(problems, 8)).toBe(problems);
  expect(spreadOverArms(problems, 2).map(({ arm }) => arm)).toEqual(["a", "c"]);
});

test("chooses exactly so many, none twice, of any two arms as many unless one has no more", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 60 }), (all, most) => {
      const problems = problemsOf(Object.fromEntries(all.map((count, arm) => [`arm ${arm}`, count])));
      const chosen = spreadOverArms(problems, most);
      expect(chosen).toHaveLength(Math.min(most, problems.length));
      expect(new Set(chosen).size).toBe(chosen.length);
      const taken = all.map((_, arm) => chosen.filter((each) => each.arm === `arm ${arm}`).length);
      const behind = taken.filter((count, arm) => count < (all[arm] ?? 0) && Math.max(...taken) - count > 1);
      expect(behind).toEqual([]);
    }),
  );
});
