import { describe, expect, it } from "vitest";
import type { StepLine } from "./blocks.ts";
import { median, phaseTable, ratios, roundTable, stepTable, type Rounds } from "./table.ts";

const LABELS = { trl: "TRL", deterministic: "ours", fast: "ours, fast" };

function lines(times: readonly number[], seconds: Record<string, number> = {}): StepLine[] {
  return times.map((ms, index) => ({ step: index + 1, ms, seconds, sequences: 128, tokens: 3072, parameters: 1 }));
}

const ROUNDS: Rounds = [
  { trl: lines([600, 700, 2000]), deterministic: lines([350, 350]), fast: lines([700]) },
  { trl: lines([800]), deterministic: lines([200, 600]), fast: lines([400]) },
];

describe("the tables of the comparison", () => {
  it("takes the middle value, or the mean of the two middle ones", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("pairs TRL and a side within each round", () => {
    expect(ratios(ROUNDS, "deterministic")).toEqual([2, 2]);
    expect(ratios(ROUNDS, "fast")).toEqual([1, 2]);
  });

  it("shows times over all rounds, and the median of the paired ratios", () => {
    const rows = stepTable(ROUNDS, LABELS).split("\n");
    expect(rows[2]).toBe("| TRL | 750 | 600 | 2000 | 4 | 1 |");
    expect(rows[4]).toBe("| ours, fast | 550 | 400 | 700 | 2 | 1.50 |");
  });

  it("shows each round's medians and ratios", () => {
    expect(roundTable(ROUNDS, LABELS).split("\n")[3]).toBe("| 2 | 800 | 400 | 2.00 | 400 | 2.00 |");
  });

  it("shows phases and what they leave of the step", () => {
    const rounds = [{ trl: lines([100]), deterministic: lines([100], { collect: 0.06, train: 0.0305 }), fast: [] }];
    expect(phaseTable(rounds, ["deterministic"], LABELS).split("\n")).toEqual([
      "| median ms | collect | train | rest |",
      "| --- | ---: | ---: | ---: |",
      "| ours | 60 | 31 | 9.5 |",
    ]);
  });
});
