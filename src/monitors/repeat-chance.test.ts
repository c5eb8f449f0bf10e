import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../core/random.ts";
import { repeatLog10Chance, type GroupRepeats } from "./repeat-chance.ts";

const identical = (drawn: number, logprob: number): GroupRepeats => ({ drawn, repeats: [{ copies: drawn, logprob }] });
const distinct: GroupRepeats = { drawn: 8, repeats: [] };

test("is the product of the probabilities of the repeated draws of one group", () => {
  expect(repeatLog10Chance([identical(4, Math.log(0.1))])).toBeCloseTo(-3, 9);
  expect(repeatLog10Chance([distinct])).toBe(0);
  expect(repeatLog10Chance([])).toBe(0);
});

test("counts the ways in which repeats can fall, within groups and among them", () => {
  // Fisher's method over two chances of 1e-3: 1e-6 (1 + ln 1e6).
  const two = [identical(4, Math.log(0.1)), identical(4, Math.log(0.1))];
  expect(repeatLog10Chance(two)).toBeCloseTo(-6 + Math.log10(1 + Math.log(1e6)), 9);
  const pair: GroupRepeats = { drawn: 4, repeats: [{ copies: 2, logprob: Math.log(1e-6) }] };
  expect(repeatLog10Chance([pair])).toBeCloseTo(-6 + Math.log10(12), 9);
  expect(repeatLog10Chance([identical(2, Math.log(1e-6)), distinct, distinct])).toBeCloseTo(-6 + Math.log10(3), 9);
});

test("is far below any limit where a server gives one completion for every seed", () => {
  const groups = Array.from({ length: 16 }, () => identical(8, -30));
  expect(repeatLog10Chance(groups)).toBeLessThan(-1000);
  // One of four replicas ignores seeds.
  expect(repeatLog10Chance([...groups.slice(0, 4), ...Array.from({ length: 12 }, () => distinct)])).toBeLessThan(-300);
  // One group of many, as one problem is drawn from a cache.
  const many = Array.from({ length: 1000 }, () => distinct);
  expect(repeatLog10Chance([identical(8, -30), ...many])).toBeLessThan(-80);
});

test("stays above -9 for honest draws, however sure the policy is", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 2, max: 30 }),
      fc.double({ min: 0.2, max: 8, noNaN: true }),
      (seed, size, sharpness) => {
        const weights = Array.from({ length: size }, (_, place) => Math.exp(-sharpness * place));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const random = stream(seed);
        const draw = (): number => {
          let left = random.uniform() * total;
          return weights.findIndex((weight) => (left -= weight) <= 0);
        };
        const groups = Array.from({ length: 20 }, (): GroupRepeats => {
          const drawn = Array.from({ length: 8 }, draw);
          const counts = Map.groupBy(drawn, (each) => each);
          return {
            drawn: 8,
            repeats: [...counts]
              .filter(([, copies]) => copies.length > 1)
              .map(([each, copies]) => ({ copies: copies.length, logprob: Math.log((weights[each] ?? 1) / total) })),
          };
        });
        expect(repeatLog10Chance(groups)).toBeGreaterThan(-9);
      },
    ),
  );
});
