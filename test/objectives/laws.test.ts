import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CreditedGroup } from "../../src/objectives/objective.ts";
import { OBJECTIVES } from "../../src/objectives/registry.ts";
import { creditOf, type TestGroup } from "./credit-of.ts";

// What holds for every objective, whatever its formula.
const NAMES = OBJECTIVES.map((objective) => objective.name);
/** Those that look at one group at a time and only at how its rewards differ. */
const WITHIN_GROUPS = ["grpo", "dr-grpo", "rloo", "dapo", "gspo", "cispo", "copo"];
const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = { "dr-grpo": { max_tokens: 64 } };

const credit = (name: string, groups: readonly TestGroup[], options: Record<string, unknown> = {}): CreditedGroup[] =>
  creditOf(name, groups, { ...OPTIONS[name], ...options });

const rollout = fc.record({
  reward: fc.option(
    fc.integer({ min: 0, max: 4 }).map((n) => n / 4),
    { freq: 6 },
  ),
  length: fc.integer({ min: 1, max: 20 }),
  answer: fc.option(fc.constantFrom("a", "b", "c")),
});
type Rollout = typeof rollout extends fc.Arbitrary<infer T> ? T : never;
const rolloutsOf = (size: { minLength: number }): fc.Arbitrary<Rollout[]> =>
  fc.array(rollout, { ...size, maxLength: 8 });
const batchOf = fc.array(rolloutsOf({ minLength: 1 }), { minLength: 1, maxLength: 5 });

const groupOf = (rollouts: readonly Rollout[]): TestGroup => ({
  rewards: rollouts.map((r) => r.reward),
  lengths: rollouts.map((r) => r.length),
  answers: rollouts.map((r) => r.answer),
  logprobs: rollouts.map((r) => new Array<number>(r.length).fill(-1)),
  teacherLogprobs: rollouts.map((r) => new Array<number>(r.length).fill(-2)),
});

/** All that is said of each rollout. */
function perRollout(group: CreditedGroup): number[][] {
  const { advantages, weights, advantages2 = [], weights2 = [] } = group;
  return advantages.map((advantage, index) => [
    advantage,
    weights[index] ?? NaN,
    advantages2[index] ?? 0,
    weights2[index] ?? 0,
  ]);
}

const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 8));

describe.each(NAMES)("%s", (name) => {
  it("gives a missing reward nothing, and nobody else anything for it", () => {
    fc.assert(
      fc.property(batchOf, (batch) => {
        const whole = credit(name, batch.map(groupOf)).map(perRollout);
        const known = batch.map((rollouts) => rollouts.filter((r) => r.reward !== null));
        const alone = credit(name, known.map(groupOf)).map(perRollout);
        for (const [g, rollouts] of batch.entries()) {
          const missing = whole[g]?.filter((_, index) => rollouts[index]?.reward === null) ?? [];
          for (const numbers of missing) expect(numbers).toEqual([0, 0, 0, 0]);
          const present = whole[g]?.filter((_, index) => rollouts[index]?.reward !== null) ?? [];
          expect(present).toEqual(alone[g]?.map(near));
        }
      }),
    );
  });

  it("credits rewards of 1e308 as it credits small ones, but for the size of what it does not normalise", () => {
    const options = name === "reinforce-pp" || name === "maxrl" || name === "distillation" ? {} : { eps: 0 };
    const takesEps = name === "dr-grpo" || name === "rloo" ? {} : options;
    fc.assert(
      fc.property(batchOf, (batch) => {
        // 1e308 is no power of two, but rewards of quarters times 2^1021 are exact.
        const factor = 2 ** 1021;
        const scaledBy = (by: number): TestGroup[] =>
          batch.map(groupOf).map((group) => ({
            ...group,
            rewards: group.rewards.map((reward) => (reward === null ? null : reward * by)),
          }));
        // The 1e-8 below reinforce-pp's root weighs beside the variance of quarters, not beside that of these.
        const plain = credit(name, scaledBy(name === "reinforce-pp" ? 2 ** 20 : 1), takesEps).map(
          (group) => group.advantages,
        );
        const huge = credit(name, scaledBy(factor), takesEps).map((group) => group.advantages);
        const isScaled = name === "dr-grpo" || name === "rloo";
        for (const [g, advantages] of huge.entries())
          for (const [place, advantage] of advantages.entries()) {
            const expected = plain[g]?.[place] ?? NaN;
            expect(advantage / (isScaled ? factor : 1)).toBeCloseTo(expected, 9);
          }
      }),
    );
  });

  it("gives a group of one advantage 0", () => {
    fc.assert(
      fc.property(rollout, rolloutsOf({ minLength: 2 }), (one, others) => {
        const [lone] = credit(name, [groupOf([one]), groupOf(others)]);
        expect(lone?.advantages).toEqual([0]);
        expect(lone?.advantages2 ?? [0]).toEqual([0]);
      }),
    );
  });

  it("does not mind the order of rollouts or groups", () => {
    fc.assert(
      fc.property(batchOf, (batch) => {
        const turned = batch.toReversed().map((rollouts) => groupOf(rollouts.toReversed()));
        const back = credit(name, turned)
          .map((group) => perRollout(group).toReversed())
          .toReversed();
        expect(credit(name, batch.map(groupOf)).map(perRollout)).toEqual(back.map((group) => group.map(near)));
      }),
    );
  });

  it("never likes a lower reward of a group better", () => {
    fc.assert(
      fc.property(batchOf, (batch) => {
        for (const [g, { advantages }] of credit(name, batch.map(groupOf)).entries()) {
          const known = (batch[g] ?? []).flatMap((r, index) =>
            r.reward === null ? [] : [{ reward: r.reward, advantage: advantages[index] ?? NaN }],
          );
          const rising = known.toSorted((a, b) => a.reward - b.reward || a.advantage - b.advantage);
          const sorted = known.toSorted((a, b) => a.advantage - b.advantage);
          expect(rising.map((r) => r.advantage)).toEqual(near(sorted.map((r) => r.advantage)));
        }
      }),
    );
  });

  it("gives finite numbers, and weights that are not negative", () => {
    fc.assert(
      fc.property(batchOf, (batch) => {
        for (const [advantage, weight, advantage2, weight2] of credit(name, batch.map(groupOf)).flatMap(perRollout)) {
          expect([advantage, weight, advantage2, weight2].every(Number.isFinite)).toBe(true);
          expect(Math.min(weight ?? NaN, weight2 ?? NaN)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe.each([...WITHIN_GROUPS, "maxrl"])("%s within a group", (name) => {
  it("adds up to 0", () => {
    fc.assert(
      fc.property(batchOf, (batch) => {
        for (const { advantages } of credit(name, batch.map(groupOf))) {
          expect(advantages.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 8);
        }
      }),
    );
  });

  it("gives zeros where the rewards agree, be it only up to rounding", () => {
    for (const rewards of [
      [0, 0, 0],
      [1, 1],
      [0.1 + 0.2, 0.3, 0.3],
    ]) {
      const [group] = credit(name, [
        { rewards, answers: rewards.map(String) },
        { rewards: [1, 0], answers: ["a", "b"] },
      ]);
      expect(group?.advantages).toEqual(rewards.map(() => 0));
    }
  });
});

describe.each(WITHIN_GROUPS)("%s", (name) => {
  it("does not mind a constant on all rewards of a group", () => {
    fc.assert(
      fc.property(rolloutsOf({ minLength: 2 }), fc.integer({ min: -50, max: 50 }), (rollouts, by) => {
        const shifted = rollouts.map((r) => ({ ...r, reward: r.reward === null ? null : r.reward + by }));
        const [before] = credit(name, [groupOf(rollouts)]);
        const [after] = credit(name, [groupOf(shifted)]);
        expect(after?.advantages).toEqual(near([...(before?.advantages ?? [])]));
      }),
    );
  });
});

describe.each(["grpo", "dapo", "gspo", "cispo", "copo", "maxrl", "reinforce-pp"])("%s", (name) => {
  it("does not mind a factor on all rewards", () => {
    const options = name === "maxrl" || name === "reinforce-pp" ? {} : { eps: 0 };
    fc.assert(
      fc.property(batchOf, fc.integer({ min: 1, max: 100 }), (batch, factor) => {
        const scaled = batch.map((rollouts) =>
          rollouts.map((r) => ({ ...r, reward: r.reward === null ? null : r.reward * factor })),
        );
        const before = credit(name, batch.map(groupOf), options).flatMap((group) => [...group.advantages]);
        const after = credit(name, scaled.map(groupOf), options).flatMap((group) => [...group.advantages]);
        // The 1e-8 of reinforce-pp's variance shows in the sixth digit.
        expect(after).toEqual(before.map((value) => expect.closeTo(value, 4)));
      }),
    );
  });
});
