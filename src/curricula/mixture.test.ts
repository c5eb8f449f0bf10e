import * as fc from "fast-check";
import { expect, test } from "vitest";
import { configureCurriculum } from "./registry.ts";
import { mixedShares } from "./mixture.ts";

test("draws an arm by its source's weight, and within the source by its share", () => {
  const shares = new Map([
    ["a", 1],
    ["b", 3],
    ["c", 1],
  ]);
  const mixture = [
    { weight: 1, arms: ["a", "b"] },
    { weight: 3, arms: ["c"] },
  ];
  expect([...mixedShares(shares, mixture)]).toEqual([
    ["a", 0.0625],
    ["b", 0.1875],
    ["c", 0.75],
  ]);
});

test("a source without a share gives nothing, and the others stay in proportion", () => {
  const mixture = [
    { weight: 5, arms: ["a"] },
    { weight: 1, arms: ["b"] },
    { weight: 3, arms: ["c", "no problems"] },
  ];
  const shares = new Map([
    ["a", 0],
    ["b", 0.2],
    ["c", 0.8],
  ]);
  expect([...mixedShares(shares, mixture).values()]).toEqual([0, 0.25, 0.75]);
  expect([...mixedShares(new Map([["a", 0]]), mixture).values()]).toEqual([0]);
});

const names = ["sec", "band", "uniform", "easy-to-hard"] as const;
const number = fc.double({ min: 0.01, max: 100, noNaN: true });
/** Sources of one to three arms each, how many problems each arm has, and what a step gave on the first of them. */
const mixtures = fc.record({
  name: fc.constantFrom(...names),
  seed: fc.nat(),
  slots: fc.integer({ min: 1, max: 12 }),
  passed: fc.integer({ min: 0, max: 8 }),
  sources: fc.array(
    fc.record({ weight: number, counts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
});

test("under every curriculum the arms of a source have its weight's share, and a pick its arm's probability", () => {
  fc.assert(
    fc.property(mixtures, ({ name, seed, slots, passed, sources }) => {
      const mixture = sources.map(({ weight, counts }, place) => ({
        weight,
        arms: counts.map((_, arm) => `${place}/${arm}`),
      }));
      const arms = mixture.flatMap((source) => source.arms);
      const problemsByArm = Object.fromEntries(
        arms.map((arm, at) => [arm, sources.flatMap(({ counts }) => counts)[at] ?? 1]),
      );
      const curriculum = configureCurriculum(name, name === "easy-to-hard" ? { order: arms } : {});
      const result = { rollouts: 8, passed, meanAbsoluteAdvantage: passed / 8 };
      const state = curriculum.observe(curriculum.init(arms), { [arms[0] ?? ""]: result });
      const own = new Map(
        Object.entries(curriculum.metrics(state)).map(([arm, { probability = 0 }]) => [arm, probability]),
      );
      const mixed = mixedShares(own, mixture);
      const shareOf = (source: { readonly arms: readonly string[] }, of: ReadonlyMap<string, number>): number =>
        source.arms.reduce((sum, arm) => sum + (of.get(arm) ?? 0), 0);
      const open = mixture.filter((source) => shareOf(source, own) > 0);
      const weights = open.reduce((sum, { weight }) => sum + weight, 0);
      const within = (source: { readonly arms: readonly string[] }, of: ReadonlyMap<string, number>): number[] =>
        source.arms.map((arm) => (of.get(arm) ?? 0) / shareOf(source, of));
      for (const source of mixture)
        expect(shareOf(source, mixed)).toBeCloseTo(open.includes(source) ? source.weight / weights : 0, 9);
      for (const source of open) {
        const wanted = within(source, own);
        for (const [place, share] of within(source, mixed).entries()) expect(share).toBeCloseTo(wanted[place] ?? 0, 9);
      }
      // Problems are drawn without replacement: the first pick of an arm is one of all its problems.
      const { picks } = curriculum.select(state, { step: 1, round: 0, slots, seed, problemsByArm, mixture });
      const firsts = new Map(picks.toReversed().map(({ arm, propensity }) => [arm, propensity]));
      for (const [arm, propensity] of firsts)
        expect(propensity).toBeCloseTo((mixed.get(arm) ?? 0) / (problemsByArm[arm] ?? 1), 9);
    }),
  );
});

test("draws as often from a source as its weight says", () => {
  const curriculum = configureCurriculum("uniform");
  const arms = ["a/1", "a/2", "a/3", "b"];
  const mixture = [
    { weight: 1, arms: arms.slice(0, 3) },
    { weight: 1, arms: ["b"] },
  ];
  const problemsByArm = Object.fromEntries(arms.map((arm) => [arm, 10]));
  const { picks } = curriculum.select(curriculum.init(arms), {
    step: 1,
    round: 0,
    slots: 4000,
    seed: 3,
    problemsByArm,
    mixture,
  });
  expect(picks.filter(({ arm }) => arm === "b").length / 4000).toBeCloseTo(0.5, 1);
});
