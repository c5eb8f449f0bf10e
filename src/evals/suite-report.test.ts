import { expect, test } from "vitest";
import { reportByArm, type ScoredProblem } from "./suite-report.ts";

const problem = (
  arm: string,
  passed: readonly (boolean | null)[],
  answers?: readonly (string | null)[],
): ScoredProblem => ({
  arm,
  completions: passed.map((each, place) => ({ passed: each, extracted: answers?.[place] ?? null })),
});

test("each arm and all of them have every metric, averaged over problems", () => {
  const reports = reportByArm(
    [
      problem("easy", [true, true], ["1", "1"]),
      problem("easy", [true, false], ["1", "2"]),
      problem("hard", [false, false], ["3", "4"]),
    ],
    ["mean@2", "pass@2", "pass^2", "maj@2"],
    1,
  );
  const values = reports.map(({ arm, problems, metrics }) => [
    arm,
    problems,
    ...Object.values(metrics).map((metric) => metric?.value),
  ]);
  expect(values).toEqual([
    ["easy", 2, 0.75, 1, 0.5, 0.75],
    ["hard", 1, 0, 0, 0, 0],
    ["all", 3, 0.5, 2 / 3, 1 / 3, 0.5],
  ]);
});

test("a completion without a verdict is neither right nor wrong, and is counted", () => {
  const [report] = reportByArm([problem("a", [true, null]), problem("a", [null, null])], ["mean@2", "pass@2"], 1);
  expect(report?.unjudged).toBe(3);
  expect(report?.metrics["mean@2"]).toMatchObject({ value: 1, problems: 1 });
  expect(report?.metrics["pass@2"]).toBeNull();
});

test("without answers there is no majority, nor one over arms of which one has none", () => {
  const reports = reportByArm([problem("a", [true]), problem("b", [true], ["1"])], ["maj@1"], 1);
  expect(reports.map(({ metrics }) => metrics["maj@1"]?.value ?? null)).toEqual([null, 1, null]);
});

test("five of five is not certainty", () => {
  const [report] = reportByArm(
    Array.from({ length: 5 }, () => problem("a", [true])),
    ["pass@1"],
    1,
  );
  expect(report?.metrics["pass@1"]?.interval).toMatchObject({ high: 1, method: "wilson" });
  expect(report?.metrics["pass@1"]?.interval.low).toBeCloseTo(0.5655, 4);
});

test("an arm in which all are alike widens the interval over all arms", () => {
  const mixed = Array.from({ length: 40 }, (_, place) => problem("mixed", [place % 3 === 0]));
  const alike = Array.from({ length: 40 }, () => problem("alike", [true]));
  const [, , all] = reportByArm([...mixed, ...alike], ["pass@1"], 1);
  const [alone] = reportByArm(mixed, ["pass@1"], 1);
  const width = (report: typeof all): number => {
    const { low = 0, high = 0 } = report?.metrics["pass@1"]?.interval ?? {};
    return high - low;
  };
  expect(all?.metrics["pass@1"]?.interval.method).toBe("bca+wilson");
  expect(width(all)).toBeGreaterThan(width(alone) / 2);
});

test("the same results and seed give the same intervals, whatever other arms there are", () => {
  const a = Array.from({ length: 30 }, (_, place) => problem("a", [place % 4 === 0, place % 3 === 0]));
  const b = Array.from({ length: 30 }, (_, place) => problem("b", [place % 5 === 0, true]));
  const alone = reportByArm(a, ["mean@2"], 7)[0];
  expect(reportByArm([...a, ...b], ["mean@2"], 7)[0]).toEqual(alone);
  expect(reportByArm(a, ["mean@2"], 8)[0]).not.toEqual(alone);
});
