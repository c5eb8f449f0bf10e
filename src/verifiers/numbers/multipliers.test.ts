import { describe, expect, it } from "vitest";
import { multiplierOf } from "./multipliers.ts";

describe("multiplierOf", () => {
  it.each([
    ["dozen", 12n],
    ["Hundred", 100n],
    ["thousands", 1000n],
    ["million", 1_000_000n],
    ["billion", 1_000_000_000n],
    ["trillion", 1_000_000_000_000n],
    ["万", 10_000n],
    ["억", 100_000_000n],
  ])("reads %s", (word, numerator) => {
    expect(multiplierOf(word)).toEqual({ numerator, denominator: 1n });
  });

  it("knows no other word", () => {
    for (const word of ["", "s", "apples", "constructor"]) expect(multiplierOf(word)).toBeUndefined();
  });
});
