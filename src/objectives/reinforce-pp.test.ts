import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advantagesOf, creditOf } from "../../test/objectives/credit-of.ts";

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));

describe("reinforce-pp", () => {
  it("whitens rewards over tokens: a long completion counts for more", () => {
    // Over 4 tokens with rewards 1, 0, 0, 0: mean 1/4, variance 1/4.
    const [group] = creditOf("reinforce-pp", [{ rewards: [1, 0], lengths: [1, 3] }]);
    expect(group?.advantages).toEqual(close([1.5, -0.5]));
  });

  it("compares groups with each other, so one without spread teaches", () => {
    // All four tokens: mean 3/4, variance 1/4.
    expect(
      advantagesOf("reinforce-pp", [
        [1, 1],
        [1, 0],
      ]),
    ).toEqual([close([0.5, 0.5]), close([0.5, -1.5])]);
  });

  it("takes each group's mean off first with baseline", () => {
    // 0, 0, 1/2, -1/2: mean 0, variance 1/6.
    const [first, second] = advantagesOf(
      "reinforce-pp",
      [
        [1, 1],
        [1, 0],
      ],
      { baseline: true },
    );
    expect(first).toEqual(close([0, 0]));
    expect(second).toEqual(close([Math.sqrt(1.5), -Math.sqrt(1.5)]));
  });

  it("leaves a lone reward out of the statistics", () => {
    const [lone, pair] = advantagesOf("reinforce-pp", [
      [9, null],
      [1, 0],
    ]);
    expect(lone).toEqual([0, 0]);
    expect(pair).toEqual(advantagesOf("reinforce-pp", [[1, 0]])[0]);
  });

  it("gives zeros where the whole batch agrees", () => {
    expect(
      advantagesOf("reinforce-pp", [
        [0.7, 0.7],
        [0.7, 0.7, 0.7],
      ]).flat(),
    ).toEqual([0, 0, 0, 0, 0]);
  });

  it("has mean 0 and variance 1 over the tokens", () => {
    const rollout = fc.record({ reward: fc.integer({ min: 0, max: 4 }), length: fc.integer({ min: 1, max: 30 }) });
    const batch = fc.array(fc.array(rollout, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(batch, fc.boolean(), (rollouts, baseline) => {
        const groups = rollouts.map((own) => ({
          rewards: own.map((r) => r.reward),
          lengths: own.map((r) => r.length),
        }));
        const tokens = creditOf("reinforce-pp", groups, { baseline }).flatMap((group, g) =>
          group.advantages.flatMap((advantage, i) => new Array<number>(groups[g]?.lengths[i] ?? 0).fill(advantage)),
        );
        const mean = tokens.reduce((a, b) => a + b, 0) / tokens.length;
        const squares = tokens.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        expect(mean).toBeCloseTo(0, 8);
        fc.pre(squares > 0);
        expect(squares / (tokens.length - 1)).toBeCloseTo(1, 5);
      }),
    );
  });
});
