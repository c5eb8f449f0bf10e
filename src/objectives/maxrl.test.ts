import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advantagesOf } from "../../test/objectives/credit-of.ts";
import { configureObjective } from "./registry.ts";

describe("maxrl", () => {
  it("divides by the pass rate: a rare success counts for more", () => {
    expect(advantagesOf("maxrl", [[1, 0, 0, 0]])[0]).toEqual([3, -1, -1, -1]);
    expect(advantagesOf("maxrl", [[1, 1, 1, 0]])[0]).toEqual(
      [1 / 3, 1 / 3, 1 / 3, -1].map((a) => expect.closeTo(a, 12)),
    );
  });

  it("gives zeros where nobody or everybody passed", () => {
    expect(
      advantagesOf("maxrl", [
        [0, 0, 0],
        [1, 1, 1],
      ]),
    ).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("gives all successes of a group together (1 - p) G", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 16 }), (rewards) => {
        const [advantages = []] = advantagesOf("maxrl", [rewards]);
        const passed = rewards.filter((reward) => reward === 1).length;
        const gain = advantages.reduce((sum, advantage, index) => sum + (rewards[index] === 1 ? advantage : 0), 0);
        expect(gain).toBeCloseTo(passed === 0 ? 0 : rewards.length - passed, 9);
      }),
    );
  });

  it("refuses negative rewards, and an overlong penalty that would make some", () => {
    expect(() => advantagesOf("maxrl", [[1, -1]])).toThrow("one of -1");
    expect(() => configureObjective("maxrl", { overlong_buffer: 4, max_tokens: 8 })).toThrow("overlong_buffer");
  });
});
