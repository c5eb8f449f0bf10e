import { expect, test } from "vitest";
import { plainLabel } from "./plain-label.ts";
import { chartSeries, otherMetrics, RUN_CHARTS, runCharts } from "./run-charts.ts";
import { describeSeries, filledSeries, seriesTable, valueAt } from "./series.ts";
import { percent, shortNumber } from "./short-number.ts";

const A = { name: "a", steps: [1, 2, 4], mean: [0.5, null, 0.25] };
const B = { name: "b", steps: [2], mean: [7] };

test("the value at a step is that of the newest step before it that has one", () => {
  expect([0, 1, 3, 4].map((step) => valueAt(A, step))).toEqual([null, 0.5, 0.5, 0.25]);
  expect(valueAt(A, null)).toBe(0.25);
});

test("a table has every step of any series, and null where a series has none", () => {
  expect(seriesTable([A, B])).toEqual({
    columns: ["step", "a", "b"],
    rows: [
      [1, 0.5, null],
      [2, null, 7],
      [4, 0.25, null],
    ],
  });
});

test("a description gives each series' way and bounds", () => {
  expect(describeSeries("Reward", [A, { name: "c", steps: [1], mean: [null] }])).toBe(
    "Reward, steps 1 to 4. a from 0.5 to 0.25, between 0.25 and 0.5; c: no values.",
  );
});

test("parts of a whole have every step", () => {
  expect(filledSeries([A, B]).map(({ mean }) => mean)).toEqual([
    [0.5, 0, 0.25],
    [0, 7, 0],
  ]);
});

test("numbers are short, tiny ones in powers of ten", () => {
  expect([0, 0.98345, 1542.67, 125_000, -3.14e-7, null].map(shortNumber)).toEqual([
    "0",
    "0.9835",
    "1,543",
    "125K",
    "-3.1e-7",
    "–",
  ]);
  expect([0.983, null].map(percent)).toEqual(["98.3%", "–"]);
});

test("a label is cut by characters, with controls escaped and no rich text", () => {
  expect(plainLabel("😀😀😀😀", 3)).toBe("😀😀…");
  expect(plainLabel("{b|x}\n\u200b")).toBe(String.raw`❴b|x❵\u000a\u200b`);
});

test("a run has the charts of the metrics it has, and the rest is offered apart", () => {
  const names = ["reward.mean", "pass_rate.add_up", "train.entropy", "train.loss", "dropped.zero_variance"];
  expect(runCharts(names).map(({ id }) => id)).toEqual(["reward", "pass-rate", "entropy", "drops"]);
  expect(otherMetrics(names)).toEqual(["train.loss"]);
});

test("arms keep their names, families of numbers are readable", () => {
  const all = ["pass_rate.add_up", "dropped.zero_variance"].map((name) => ({ ...A, name }));
  const named = (id: string): string[] =>
    chartSeries(
      RUN_CHARTS.find((chart) => chart.id === id)!,
      all,
    ).map(({ name }) => name);
  expect([named("pass-rate"), named("drops")]).toEqual([["add_up"], ["zero variance"]]);
});

test("lengths and tokens a second come from sums, without a value where a step has no time", () => {
  const one = (name: string, mean: number[]) => ({ name, steps: [1, 2], mean });
  const all = [
    one("tokens.sampled", [600, 300]),
    one("rollouts", [100, 0]),
    one("seconds.collect", [2, 3]),
    one("seconds.train", [1, 0]),
  ];
  const derived = (id: string) =>
    chartSeries(
      RUN_CHARTS.find((chart) => chart.id === id)!,
      all,
    );
  expect(derived("length")).toEqual([one("tokens a rollout", [6, null as unknown as number])]);
  expect(derived("throughput")).toEqual([one("whole step", [200, 100]), one("collecting", [300, 100])]);
});
