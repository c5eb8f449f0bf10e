import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../core/check-options.ts";
import { grpo } from "./grpo.ts";

function advantages(
  rewards: readonly (readonly (number | null)[])[],
  options: Record<string, unknown> = {},
): number[][] {
  const groups = rewards.map((own) => ({ rewards: own, lengths: own.map(() => 1) }));
  return grpo.credit(groups, checkOptions(grpo.options, options, "grpo")).map((group) => [...group.advantages]);
}

/** Matches numbers that agree to so many digits. */
function close(expected: readonly number[], digits: number): unknown[] {
  return expected.map((value) => expect.closeTo(value, digits));
}

const TWO_GROUPS = [
  [1, 0.2, 0, 0.7],
  [1, 1, 0, 0],
];

describe("grpo check values", () => {
  it("one success of four", () => {
    expect(advantages([[1, 0, 0, 0]])[0]).toEqual(close([1.499997, -0.499999, -0.499999, -0.499999], 6));
    expect(advantages([[1, 0, 0, 0]], { eps: 1e-4 })[0]).toEqual(close([1.4997, -0.4999, -0.4999, -0.4999], 4));
    expect(advantages([[1, 0, 0, 0]], { scale: "none" })[0]).toEqual(close([0.75, -0.25, -0.25, -0.25], 12));
  });

  it("leaves a null reward out of mean and standard deviation", () => {
    expect(advantages([[1, null, 0, 0]], { eps: 1e-4 })[0]).toEqual(close([1.1545, 0, -0.57725, -0.57725], 4));
  });

  it("two groups, each by its own standard deviation", () => {
    const [first, second] = advantages(TWO_GROUPS, { eps: 1e-4 });
    expect(first).toEqual(close([1.147673, -0.601162, -1.038371, 0.49186], 6));
    expect(second).toEqual(close([0.865875, 0.865875, -0.865875, -0.865875], 6));
  });

  it("two groups by the standard deviation of the batch", () => {
    const [first, second] = advantages(TWO_GROUPS, { eps: 1e-4, scale: "batch" });
    expect(first).toEqual(close([1.088156, -0.569986, -0.984522, 0.466352], 6));
    expect(second).toEqual(close([1.036339, 1.036339, -1.036339, -1.036339], 6));
  });

  it("eight rollouts with one success, sample and population", () => {
    const rewards = [0, 0, 0, 1, 0, 0, 0, 0];
    expect(advantages([rewards])[0]?.[3]).toBeCloseTo(2.474867, 6);
    expect(advantages([rewards])[0]?.[0]).toBeCloseTo(-0.353552, 6);
    expect(advantages([rewards], { std: "population" })[0]?.[3]).toBeCloseTo(2.645743, 6);
    expect(advantages([rewards], { std: "population" })[0]?.[0]).toBeCloseTo(-0.377963, 6);
  });
});

describe("grpo with std: loo", () => {
  it("divides each advantage by the standard deviation of the others", () => {
    // mean 1.5; the others of 0 are 1,2,3 (std 1), of 1 are 0,2,3 (std sqrt(7/3)).
    expect(advantages([[0, 1, 2, 3]], { std: "loo", eps: 0 })[0]).toEqual(
      close([-1.5, -0.5 / Math.sqrt(7 / 3), 0.5 / Math.sqrt(7 / 3), 1.5], 9),
    );
  });

  it("falls back to the whole group where the others are all equal", () => {
    // The success divides by the std of 1,0,0,0 (0.5), each failure by that of 1,0,0 (sqrt(1/3)).
    expect(advantages([[1, 0, 0, 0]], { std: "loo", eps: 0 })[0]).toEqual(
      close([1.5, ...Array(3).fill(-0.25 * Math.sqrt(3))], 9),
    );
    expect(advantages([[1, 0]], { std: "loo", eps: 0 })[0]).toEqual(close([Math.SQRT1_2, -Math.SQRT1_2], 9));
  });

  it("takes the others from all groups when the batch scales", () => {
    const [first, second] = advantages(
      [
        [1, 0],
        [null, 3, 1],
      ],
      { std: "loo", scale: "batch", eps: 0 },
    );
    // The others of 1 are 0,3,1: std sqrt(7/3). The others of 3 are 1,0,1: std sqrt(1/3).
    expect(first?.[0]).toBeCloseTo(0.5 / Math.sqrt(7 / 3), 9);
    expect(second?.[1]).toBeCloseTo(1 / Math.sqrt(1 / 3), 9);
  });
});

describe("grpo on degenerate groups", () => {
  it.each([
    ["equal rewards", [1, 1, 1]],
    ["rewards equal but for rounding", [0.1 + 0.2, 0.3, 0.3]],
    ["zeros of both signs", [0, -0, 0]],
    ["one rollout", [1]],
    ["one reward among nulls", [null, 5, null]],
    ["nulls only", [null, null]],
    ["no rollouts", []],
  ])("%s: zeros", (_, rewards) => {
    for (const std of ["sample", "population", "loo"]) {
      for (const scale of ["group", "batch", "none"]) {
        const [first] = advantages([rewards, [1, 0]], { std, scale, eps: 0 });
        expect(first).toEqual(rewards.map(() => 0));
      }
    }
  });
});

const rewardLists = fc.array(
  fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
  { minLength: 2, maxLength: 12 },
);
const withNulls = fc.array(fc.option(fc.integer({ min: 0, max: 4 }).map((n) => n / 4)), {
  minLength: 1,
  maxLength: 12,
});
const moments = fc.record({
  std: fc.constantFrom("sample", "population"),
  scale: fc.constantFrom("group", "batch", "none"),
});

describe("grpo properties", () => {
  it("advantages of a group add up to 0", () => {
    fc.assert(
      fc.property(fc.array(withNulls, { minLength: 1, maxLength: 4 }), moments, (groups, options) => {
        for (const own of advantages(groups, options)) expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 8);
      }),
    );
  });

  it("a constant added to all rewards of a group changes nothing", () => {
    fc.assert(
      fc.property(
        rewardLists,
        fc.integer({ min: -100, max: 100 }),
        fc.constantFrom("sample", "population", "loo"),
        (rewards, by, std) => {
          expect(advantages([rewards.map((r) => r + by)], { std })[0]).toEqual(
            close(advantages([rewards], { std })[0] ?? [], 6),
          );
        },
      ),
    );
  });

  it("a positive factor on all rewards changes nothing but through eps", () => {
    fc.assert(
      fc.property(rewardLists, fc.integer({ min: 1, max: 1000 }), (rewards, factor) => {
        const scaled = rewards.map((r) => r * factor);
        expect(advantages([scaled], { eps: 0 })[0]).toEqual(close(advantages([rewards], { eps: 0 })[0] ?? [], 9));
        expect(advantages([scaled])[0]).toEqual(close(advantages([rewards])[0] ?? [], 4));
      }),
    );
  });

  it("the order of rollouts does not matter", () => {
    fc.assert(
      fc.property(withNulls, fc.constantFrom("sample", "population", "loo"), (rewards, std) => {
        const backward = advantages([rewards.toReversed()], { std })[0] ?? [];
        expect(advantages([rewards], { std })[0]).toEqual(close(backward.toReversed(), 9));
      }),
    );
  });

  it("a null reward gets 0 and changes no other advantage", () => {
    fc.assert(
      fc.property(rewardLists, fc.nat(12), (rewards, at) => {
        const with_ = rewards
          .toSpliced(Math.min(at, rewards.length), 0, Number.NaN)
          .map((r) => (Number.isNaN(r) ? null : r));
        const got = advantages([with_])[0] ?? [];
        const place = with_.indexOf(null);
        expect(got[place]).toBe(0);
        expect(got.toSpliced(place, 1)).toEqual(advantages([rewards])[0]);
      }),
    );
  });
});
