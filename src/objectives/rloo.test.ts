import * as fc from "fast-check";
import { expect, it } from "vitest";
import { advantagesOf, creditOf } from "../../test/objectives/credit-of.ts";

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));

it("compares a reward with the mean of the others", () => {
  expect(advantagesOf("rloo", [[1, 0, 0, 0]])[0]).toEqual(close([1, -1 / 3, -1 / 3, -1 / 3]));
  expect(advantagesOf("rloo", [[1, null, 0, 0]])[0]).toEqual(close([1, 0, -0.5, -0.5]));
});

it("is r - (sum - r) / (G - 1) for any rewards", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 12 }), (rewards) => {
      const sum = rewards.reduce((a, b) => a + b, 0);
      const expected = rewards.map((reward) => reward - (sum - reward) / (rewards.length - 1));
      expect(advantagesOf("rloo", [rewards])[0]).toEqual(close(expected));
    }),
  );
});

it("takes a completion for one action: its tokens' losses are summed", () => {
  const [group] = creditOf("rloo", [{ rewards: [1, 0], lengths: [3, 7] }]);
  expect(group?.weights).toEqual([0.5, 0.5]);
});
