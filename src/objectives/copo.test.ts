import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditOf } from "../../test/objectives/credit-of.ts";
import type { CreditedGroup } from "./objective.ts";

const NONE = [0, 0, 0, 0, 0, 0];
const ALL = [1, 1, 1, 1, 1, 1];
const GROUPS = [
  { rewards: NONE, answers: ["7", "7", "7", "7", "7", "7"] },
  { rewards: [1, 1, 1, 0, 0, 0], answers: ["4", "4", "4", "5", "5", "6"] },
  { rewards: ALL, answers: ["2", "2", "2", "2", "2", "2"] },
  { rewards: NONE, answers: ["1", "2", "3", "4", "5", "6"] },
];
const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));

/** The share of the local loss in each rollout's weight. */
function localShares({ weights, weights2 = [] }: CreditedGroup): number[] {
  return weights.map((weight, index) => weight / (weight + (weights2[index] ?? NaN)));
}

describe("copo", () => {
  it("compares the mean rewards of groups", () => {
    const global = creditOf("copo", GROUPS).map((group) => group.advantages2?.[0] ?? NaN);
    expect(global).toEqual(close([-0.783348, 0.261116, 1.30558, -0.783348]));
  });

  it("shares the global advantage within a group", () => {
    for (const group of creditOf("copo", GROUPS)) expect(new Set(group.advantages2).size).toBe(1);
  });

  it("gives the local loss the larger share the less the answers agree", () => {
    const shares = creditOf("copo", GROUPS).map((group) => localShares(group)[0] ?? NaN);
    expect(shares).toEqual(close([0.006693, 0.908524, 0.006693, 0.999638]));
  });

  it("keeps GRPO's local advantages and splits its weights in two", () => {
    const options = { weights: "token-mean" };
    const groups = GROUPS.map((group) => ({ ...group, lengths: [1, 2, 3, 4, 5, 6] }));
    const plain = creditOf("grpo", groups, options);
    for (const [index, group] of creditOf("copo", groups, options).entries()) {
      expect(group.advantages).toEqual(plain[index]?.advantages);
      const sums = group.weights.map((weight, rollout) => weight + (group.weights2?.[rollout] ?? NaN));
      expect(sums).toEqual(plain[index]?.weights.map((weight) => expect.closeTo(weight, 12)));
    }
  });

  it("leaves failures to the global loss with soft-with-zero", () => {
    const [, mixed, , wrong] = creditOf("copo", GROUPS, { mode: "soft-with-zero" }).map(localShares);
    expect(mixed).toEqual(close([0.908524, 0.908524, 0.908524, 0, 0, 0]));
    expect(wrong).toEqual(NONE);
  });

  it("goes by the verdict, not by a shaped reward, where there is one", () => {
    const group = { rewards: [0.5, 0], answers: ["1", "2"], passed: [false, true] };
    const [credited] = creditOf("copo", [group], { mode: "soft-with-zero" });
    expect(credited && localShares(credited)).toEqual([0, 0.5]);
  });

  it("scales mean rewards by agreement with consistency", () => {
    // lambda = (1 - 1/6) / log2 6 = 0.322377; group B: 0.5 x (1 - 0.322377 x 1.459148) = 0.264804.
    const scores = [0, 0.264804, 1, 0];
    const mean = 0.316201;
    const std = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 3);
    const global = creditOf("copo", GROUPS, { consistency: true }).map((group) => group.advantages2?.[0] ?? NaN);
    expect(global).toEqual(scores.map((score) => expect.closeTo((score - mean) / std, 4)));
  });

  it("leaves missing rewards out of answers, means and weights", () => {
    const holes = GROUPS.map((group) => ({
      rewards: [...group.rewards, null],
      answers: [...group.answers, "9"],
    }));
    const whole = creditOf("copo", GROUPS);
    for (const [index, group] of creditOf("copo", holes).entries()) {
      expect(group.advantages2).toEqual([...(whole[index]?.advantages2 ?? []), 0]);
      expect(group.weights).toEqual([...(whole[index]?.weights ?? []), 0]);
      expect(group.weights2?.at(-1)).toBe(0);
    }
  });

  it("gives a lone rollout nothing and leaves it out of the comparison", () => {
    const lone = { rewards: [1], answers: ["4"] };
    const [first, ...others] = creditOf("copo", [lone, ...GROUPS]);
    expect(first?.advantages2).toEqual([0]);
    expect(others.map((group) => group.advantages2?.[0])).toEqual(
      creditOf("copo", GROUPS).map((group) => group.advantages2?.[0]),
    );
  });

  it("has nothing to compare where all groups do equally well", () => {
    const [first, second] = GROUPS.filter((group) => group.rewards === NONE);
    const credited = creditOf(
      "copo",
      [first, second].filter((group) => group !== undefined),
    );
    expect(credited.flatMap((group) => group.advantages2)).toEqual([...NONE, ...NONE]);
  });

  it("asks for answers", () => {
    expect(() => creditOf("copo", [{ rewards: [1, 0] }])).toThrow("answers");
  });

  it("gives both losses a share between 0 and 1, and global advantages that add up to 0 over groups", () => {
    const rollout = fc.record({
      reward: fc.constantFrom(0, 1),
      answer: fc.option(fc.constantFrom("a", "b", "c")),
    });
    const batch = fc.array(fc.array(rollout, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(batch, fc.boolean(), (groups, consistency) => {
        const credited = creditOf(
          "copo",
          groups.map((own) => ({ rewards: own.map((r) => r.reward), answers: own.map((r) => r.answer) })),
          { consistency },
        );
        for (const share of credited.flatMap(localShares)) {
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThan(1);
        }
        const sum = credited.reduce((total, group) => total + (group.advantages2?.[0] ?? NaN), 0);
        expect(sum).toBeCloseTo(0, 8);
      }),
    );
  });
});
