import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditOf } from "../../test/objectives/credit-of.ts";
import { overlongPenalty, penaliseOverlong } from "./overlong.ts";

describe("overlongPenalty", () => {
  it.each([
    [0, 0],
    [16384, 0],
    [16385, -0.000244140625],
    [18432, -0.5],
    [20480, -1],
    [30000, -1],
  ])("of %d tokens, with 4096 before 20480, is %d", (length, penalty) => {
    expect(overlongPenalty(length, 20480, 4096)).toBe(penalty);
  });

  it("never rises with length and stays within -1 and 0", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 100 }), (length, buffer) => {
        const penalty = overlongPenalty(length, 100, buffer);
        expect(penalty).toBeGreaterThanOrEqual(-1);
        expect(penalty).toBeLessThanOrEqual(0);
        expect(overlongPenalty(length + 1, 100, buffer)).toBeLessThanOrEqual(penalty);
      }),
    );
  });
});

describe("penaliseOverlong", () => {
  const group = { rewards: [1, 1, null, 0.2], lengths: [10, 18, 20, 20] };

  it("adds the penalty to rewards, not to missing ones", () => {
    const [shaped] = penaliseOverlong([group], { weights: "token-mean", max_tokens: 20, overlong_buffer: 4 });
    expect(shaped?.rewards).toEqual([1, 0.5, null, -0.8]);
  });

  it("leaves who passed as it was", () => {
    const [shaped] = penaliseOverlong([group], { weights: "token-mean", max_tokens: 20, overlong_buffer: 4 });
    expect(shaped?.passed).toEqual([true, true, null, true]);
  });

  it("comes before the advantages", () => {
    const options = { overlong_buffer: 4, max_tokens: 20, scale: "none" };
    const [credited] = creditOf("dapo", [{ rewards: [1, 1], lengths: [10, 20] }], options);
    expect(credited?.advantages).toEqual([0.5, -0.5]);
  });
});
