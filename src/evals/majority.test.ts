import fc from "fast-check";
import { expect, test } from "vitest";
import { ballotOf, majorityAtK } from "./majority.ts";

const completion = (extracted: string | null, passed: boolean) => ({ extracted, passed });

/** maj@k by its definition: every subset of size k is looked at. */
function bySubsets(completions: readonly ReturnType<typeof completion>[], k: number): number {
  let sum = 0;
  let subsets = 0;
  for (let mask = 0; mask < 2 ** completions.length; mask++) {
    const drawn = completions.filter((_, index) => ((mask >> index) & 1) === 1);
    if (drawn.length !== k) continue;
    subsets++;
    const counts = new Map<string, number>();
    for (const { extracted } of drawn) if (extracted !== null) counts.set(extracted, (counts.get(extracted) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    const winners = [...counts].filter(([, count]) => count === most).map(([answer]) => answer);
    for (const winner of winners) {
      const all = completions.filter(({ extracted }) => extracted === winner);
      sum += all.filter(({ passed }) => passed).length / all.length / winners.length;
    }
  }
  return sum / subsets;
}

test("the most frequent answer decides, however many others are wrong", () => {
  const given = [
    completion("42", true),
    completion("42", true),
    completion("7", false),
    completion("8", false),
    completion(null, false),
  ];
  expect(majorityAtK(ballotOf(given), 5)).toBe(1);
  expect(majorityAtK(ballotOf(given.slice(1)), 4)).toBeCloseTo(1 / 3, 12);
});

test("completions without an answer vote for nothing", () => {
  const silent = [completion(null, false), completion(null, false), completion("1", true)];
  expect(majorityAtK(ballotOf(silent), 3)).toBe(1);
  expect(majorityAtK(ballotOf(silent), 1)).toBeCloseTo(1 / 3, 12);
  expect(majorityAtK(ballotOf([completion(null, false)]), 1)).toBe(0);
});

test("it is the mean over all subsets", () => {
  const answers = fc.constantFrom("a", "b", "c", "d", null);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(answers, fc.boolean()), { minLength: 1, maxLength: 10 }),
      fc.nat(9),
      (drawn, number) => {
        const given = drawn.map(([extracted, passed]) => completion(extracted, passed));
        const k = (number % given.length) + 1;
        expect(majorityAtK(ballotOf(given), k)).toBeCloseTo(bySubsets(given, k), 10);
      },
    ),
  );
});

test("hundreds of completions stay a share", () => {
  const given = Array.from({ length: 400 }, (_, index) => completion(String(index % 37), index % 37 === 0));
  const share = majorityAtK(ballotOf(given), 200);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(1);
});

test("a k that there are not enough completions for is refused", () => {
  expect(() => majorityAtK(ballotOf([completion("1", true)]), 2)).toThrow(RangeError);
});
