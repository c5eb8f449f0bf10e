import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerEntropy } from "./answer-entropy.ts";

const entropyOf = (answers: readonly (string | null)[]): number =>
  answerEntropy(
    answers.map(() => 0),
    answers,
  );

describe("answerEntropy", () => {
  it.each([
    [["7", "7", "7", "7", "7", "7"], 0],
    [["4", "4", "4", "5", "5", "6"], 1.459148],
    [["1", "2", "3", "4", "5", "6"], 2.584963],
    [[], 0],
  ])("of %j is %d bits", (answers, bits) => {
    expect(entropyOf(answers)).toBeCloseTo(bits, 6);
  });

  it("takes answers that could not be read for no agreement", () => {
    expect(entropyOf([null, null, null, null])).toBe(2);
    expect(entropyOf(["4", "4", null, null])).toBe(1.5);
  });

  it("leaves rollouts without a reward out", () => {
    expect(answerEntropy([1, null, 1, null], ["4", "5", "4", null])).toBe(0);
  });

  it("lies between 0 and log2 n, and the order does not matter", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.constantFrom("a", "b", "c")), { minLength: 1, maxLength: 16 }), (answers) => {
        const entropy = entropyOf(answers);
        expect(entropy).toBeGreaterThanOrEqual(0);
        expect(entropy).toBeLessThanOrEqual(Math.log2(answers.length) + 1e-12);
        expect(entropyOf(answers.toReversed())).toBeCloseTo(entropy, 12);
      }),
    );
  });
});
