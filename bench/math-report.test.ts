import { describe, expect, it } from "vitest";
import type { DifferentialPair } from "../test/support/differential-set.ts";
import { agreementReport, speedOf, type PairLine } from "./math-report.ts";

const SET: readonly DifferentialPair[] = [
  { id: "a", stratum: "sets", kind: "correct", answer: "1", response: "1", math_verify: true },
  { id: "b", stratum: "sets", kind: "equivalent", answer: "2", response: "x|\n2.0", math_verify: false },
  { id: "c", stratum: "sets", kind: "corrupted", answer: "3", response: "4", math_verify: false },
  { id: "d", stratum: "sets", kind: "corrupted", answer: "3", response: "5", math_verify: true },
];

function lines(verdicts: readonly (boolean | null)[]): PairLine[] {
  return verdicts.map((passed, index) => ({ id: SET[index]!.id, ms: 1, passed }));
}

describe("the report of agreement", () => {
  const report = agreementReport(SET, lines([true, false, false, false]), lines([true, true, true, null]));

  it("counts what both say alike and what rlvr wrongly accepts", () => {
    expect(report).toContain("They agree on 1 of 4 pairs (25.00%)");
    expect(report).toContain("Of the corrupted pairs that math-verify rejects, rlvr accepts 1.");
  });

  it("says which of math-verify's verdicts are not the recorded ones", () => {
    expect(report).toContain("differ from the recorded ones on d.");
  });

  it("lists each difference with who is right, on one line", () => {
    expect(report).toContain("| b | `2` | `x\\| 2.0` | rejects | accepts | rlvr |");
    expect(report).toContain("| c | `3` | `4` | rejects | accepts | math-verify |");
    expect(report).toContain("| d | `3` | `5` | rejects | no verdict | math-verify |");
    expect(report).toContain("rlvr is right on 1 and math-verify on 2:");
  });

  it("leaves out pairs that were not judged", () => {
    expect(agreementReport(SET, lines([true]), lines([true]))).toContain("1 of 1 pairs (100.00%)");
  });
});

it("takes the 99th percentile as the time that 99 in 100 pairs keep to", () => {
  const times = Array.from({ length: 200 }, (_, index) => ({ id: "", ms: 200 - index, passed: true }));
  expect(speedOf(times)).toEqual({ mean: 100.5, median: 100.5, p99: 198, most: 200 });
});
