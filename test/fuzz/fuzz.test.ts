import { describe, expect, test } from "vitest";
import { fuzz, fuzzTargets } from "./fuzz-process.ts";

/** Cases of a target; `node tools/fuzz.ts` tries more, and other seeds. */
const CASES = 500;
const SEED = 20_261_130;

describe("hostile input", () => {
  test.each(fuzzTargets())("%s: ends in typed refusals, within its time and memory", async (target) => {
    const { cases, ends, failure } = await fuzz(target, CASES, SEED);
    expect(failure).toBeUndefined();
    expect(cases).toBe(CASES);
    // A generator of which everything is refused, or nothing, shows little.
    expect(Object.keys(ends)).toContain("accepted");
    expect(Object.keys(ends).length).toBeGreaterThan(1);
  });
});
