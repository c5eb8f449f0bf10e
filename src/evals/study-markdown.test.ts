import { expect, test } from "vitest";
import type { StudyDesign } from "./study-design.ts";
import { studyMarkdown } from "./study-markdown.ts";
import { panelsOf } from "./study-panels.ts";
import { learningCurvesSvg } from "./study-plot.ts";
import type { RunResult } from "./study-results.ts";

const design: StudyDesign = {
  name: "s",
  title: "A study",
  set: {},
  bases: { a: {} },
  experiments: [{ name: "main", title: "Main", bases: ["a"], seeds: [1, 2], variants: { plain: {}, hinted: {} } }],
  target: { accuracy: 0.6, suite: "development" },
  comparisons: [
    { experiment: "main", of: "hinted", to: "plain", arm: "hard", figure: "final_accuracy" },
    { experiment: "main", of: "hinted", to: "plain", figure: "tokens_to_target" },
  ],
};

const result = (easy: number, hard: number, tokensToTarget: number | null, scaffold: object): RunResult => ({
  recipe: { name: "x", scaffold, sampling: { groups: 4 } },
  final: new Map([
    ["easy", easy],
    ["hard", hard],
  ]),
  curve: [
    {
      tokens: 0,
      byArm: new Map([
        ["easy", 0.4],
        ["hard", 0],
      ]),
    },
    {
      tokens: 1000,
      byArm: new Map([
        ["easy", easy],
        ["hard", hard],
      ]),
    },
  ],
  steps: 5,
  tokens: 1000,
  hintTokens: hard * 200,
  tokensToTarget,
});

const results = new Map([
  ["s/plain/a/1", result(0.9, 0, null, { name: "none" })],
  ["s/plain/a/2", result(0.9, 0.1, 2000, { name: "none" })],
  ["s/hinted/a/1", result(0.8, 0.7, 1500, { name: "scaf-grpo", samples: 2 })],
  ["s/hinted/a/2", result(0.9, 0.8, 1000, { name: "scaf-grpo", samples: 2 })],
]);
const study = { design, results, arms: ["easy", "hard"] };
const text = studyMarkdown(study, [], new Map([["main-a", "s-main-a.svg"]]));

test("a variant's row has means with intervals, and says what was not reached", () => {
  expect(text).toContain(
    "| variant | easy | hard | mean | steps | tokens | under hints | tokens to target | runs |\n" +
      "| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n" +
      "| plain | .90 ± .00 | .05 ± .64 | .47 ± .32 | 5 | 1,000 | 1.0% | 2,000; not reached in 1 of 2 | 2 of 2 |\n" +
      "| hinted | .85 ± .64 | .75 ± .64 | .80 ± .64 | 5 | 1,000 | 15.0% | 1,250 ± 3,177 | 2 of 2 |",
  );
});

test("every run has a row", () => {
  expect(text).toContain("| plain | 1 | .90 | .00 | .45 | 5 | 1,000 | 0.0% | not reached |");
  expect(text).toContain("| hinted | 2 | .90 | .80 | .85 | 5 | 1,000 | 16.0% | 1,000 |");
});

test("comparisons pair the runs of a seed", () => {
  expect(text).toContain("### hinted against plain: final accuracy on hard");
  expect(text).toContain("| a | .75 | .05 | +.70 | +.70 to +.70 | +.70, +.70 | 2 of 2 |");
  expect(text).toContain(
    "| a | 1,000 | 2,000 | 0.50 | needs two pairs | 1,500 / >1,000; 1,000 / 2,000 | 2 of 2, 1 of 2 | 2 of 2 |",
  );
});

test("the settings that variants differ in come from the runs' own recipes", () => {
  expect(text).toContain(
    "| variant | scaffold.name | scaffold.samples |\n| --- | --: | --: |\n" +
      "| plain | none | – |\n| hinted | scaf-grpo | 2 |",
  );
});

test("runs that are missing are said, and leave gaps rather than numbers", () => {
  const partial = { ...study, results: new Map([...results].slice(0, 1)) };
  const report = studyMarkdown(partial, [{ name: "s/hinted/a/1", state: "failed" }], new Map());
  expect(report).toContain("**1 of 2 runs are not finished and not counted:** `s/hinted/a/1` (failed).");
  expect(report).toContain("| hinted | – | – | – | – | – | – | – | 0 of 2 |");
  expect(report).toContain("| plain | .90 | .00 | .45 | 5 | 1,000 | 0.0% | not reached in 1 of 1 | 1 of 2 |");
  expect(report).toContain("| hinted | 2 | missing |");
  expect(report).toContain("| a | – | – | – | – | – | 0 of 2 |");
  expect(report).not.toContain(".svg");
  expect(report).not.toContain("NaN");
});

test("a name cannot break out of its cell", () => {
  const arm = "a|b<i>\nc";
  const named = new Map([["s/plain/a/1", { ...result(1, 1, 1, {}), final: new Map([[arm, 1]]) }]]);
  expect(studyMarkdown({ ...study, arms: [arm], results: named }, [], new Map())).toContain(
    String.raw`| variant | a\|b&lt;i> c | mean |`,
  );
});

test("a plot shows the hardest arm and the mean of the others, and is the same every time", () => {
  const [experiment] = design.experiments;
  if (experiment === undefined) throw new Error("no experiment");
  const panels = panelsOf(study, experiment, "a");
  expect(panels.map(({ title }) => title)).toEqual(["hard", "easy"]);
  expect(panels[0]?.curves.map(({ variant, band }) => [variant, band.at(-1)?.mean])).toEqual([
    ["plain", 0.05],
    ["hinted", 0.75],
  ]);
  const svg = learningCurvesSvg("Main: base a", ["plain", "hinted"], panels);
  for (const word of ["Main: base a", "plain", "hinted", "hard", "easy", "tokens sampled", "#0072b2", "#d55e00"])
    expect(svg).toContain(word);
  expect(learningCurvesSvg("Main: base a", ["plain", "hinted"], panels)).toBe(svg);
});
