import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenWeights, weightModeSchema, type WeightMode } from "./weights.ts";

// The worked example: two sequences of 3 and 4 tokens, advantages +1 and -1.
const OLD = [
  [-1, -2, -0.5],
  [-0.3, -1.5, -2.5, -0.7],
];
const NEW = [
  [-0.7, -2.5, -0.5],
  [-0.6, -1.2, -2, -0.7],
];
const ADVANTAGES = [1, -1];

/** Sum of weight x clipped surrogate with dual clip 3, straight from its definition. */
function loss(mode: WeightMode, clipHigh: number): number {
  const groups = [{ rewards: [1, 0], lengths: [3, 4] }];
  const [weights = []] = tokenWeights(mode, groups, 4);
  let sum = 0;
  for (const [sequence, advantage] of ADVANTAGES.entries()) {
    for (const [position, logprob] of (NEW[sequence] ?? []).entries()) {
      const ratio = Math.exp(logprob - (OLD[sequence]?.[position] ?? NaN));
      const clipped = Math.min(Math.max(ratio, 0.8), 1 + clipHigh);
      const surrogate = Math.max(-ratio * advantage, -clipped * advantage);
      sum += (weights[sequence] ?? NaN) * (advantage < 0 ? Math.min(surrogate, -3 * advantage) : surrogate);
    }
  }
  return sum;
}

const batch = fc.array(
  fc
    .array(fc.record({ reward: fc.option(fc.constantFrom(0, 1)), length: fc.nat(50) }), { minLength: 1, maxLength: 6 })
    .map((rollouts) => ({ rewards: rollouts.map((r) => r.reward), lengths: rollouts.map((r) => r.length) })),
  { minLength: 1, maxLength: 5 },
);

describe("tokenWeights", () => {
  it.each<[WeightMode, number, number]>([
    ["token-mean", 0.2, 0.284578],
    ["token-mean", 0.28, 0.27315],
    ["seq-mean-token-mean", 0.2, 0.132067],
    ["seq-mean-token-sum", 0.2, 0.996025],
    ["seq-mean-token-sum-norm", 0.2, 0.249006],
  ])("%s with clip high %d adds the worked example up to %d", (mode, clipHigh, expected) => {
    expect(loss(mode, clipHigh)).toBeCloseTo(expected, 6);
  });

  it("leaves rollouts without reward or tokens out of every denominator", () => {
    const groups = [
      { rewards: [1, null, 0], lengths: [2, 100, 3] },
      { rewards: [0, 1], lengths: [0, 5] },
    ];
    expect(tokenWeights("token-mean", groups, null)).toEqual([
      [0.1, 0, 0.1],
      [0, 0.1],
    ]);
    expect(tokenWeights("seq-mean-token-sum", groups, null)).toEqual([
      [1 / 3, 0, 1 / 3],
      [0, 1 / 3],
    ]);
  });

  it("keeps groups without spread in the denominator", () => {
    const spread = { rewards: [1, 0], lengths: [5, 5] };
    const flat = { rewards: [0, 0], lengths: [5, 5] };
    expect(tokenWeights("token-mean", [spread, flat], null)[0]).toEqual([1 / 20, 1 / 20]);
  });

  it("leaves masked rollouts out of every denominator", () => {
    const group = { rewards: [1, 0, 0], lengths: [2, 4, 6], masked: [false, true, false] };
    const of = (mode: WeightMode) => tokenWeights(mode, [group], 8)[0];
    expect(of("token-mean")).toEqual([1 / 8, 0, 1 / 8]);
    expect(of("seq-mean-token-mean")).toEqual([1 / 4, 0, 1 / 12]);
    expect(of("seq-mean-token-sum")).toEqual([1 / 2, 0, 1 / 2]);
    expect(of("seq-mean-token-sum-norm")).toEqual([1 / 16, 0, 1 / 16]);
    const whole = { rewards: [1, 0], lengths: [2, 6] };
    expect(of("token-mean")?.filter(Boolean)).toEqual(tokenWeights("token-mean", [whole], null)[0]);
  });

  it("gives zeros, not NaN, when nothing is trained", () => {
    expect(tokenWeights("token-mean", [{ rewards: [1], lengths: [3], masked: [true] }], 8)).toEqual([[0]]);
    for (const mode of weightModeSchema.options) {
      expect(tokenWeights(mode, [{ rewards: [null, 1], lengths: [3, 0] }], 8)).toEqual([[0, 0]]);
    }
  });

  it("refuses the norm without its constant", () => {
    expect(() => tokenWeights("seq-mean-token-sum-norm", [{ rewards: [1], lengths: [1] }], null)).toThrow("max_tokens");
  });

  it("averages: token and sequence means over all trained tokens add up to 1", () => {
    fc.assert(
      fc.property(batch, fc.constantFrom<WeightMode>("token-mean", "seq-mean-token-mean"), (groups, mode) => {
        const weights = tokenWeights(mode, groups, null);
        let total = 0;
        for (const [g, group] of groups.entries()) {
          for (const [i, length] of group.lengths.entries()) total += length * (weights[g]?.[i] ?? NaN);
        }
        const trains = groups.some((group) => group.rewards.some((r, i) => r !== null && (group.lengths[i] ?? 0) > 0));
        expect(total).toBeCloseTo(trains ? 1 : 0, 9);
      }),
    );
  });
});
