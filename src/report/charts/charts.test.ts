import type { EChartsOption } from "echarts";
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { expect, test } from "vitest";
import { beforeAfterChart } from "./before-after.ts";
import { cliffMap, type CliffMapRow } from "./cliff-map.ts";
import { heatMap } from "./heat-map.ts";
import { lineChart } from "./line-chart.ts";
import { stackedAreas } from "./stacked-areas.ts";
import { CHART_THEMES } from "./theme.ts";

use([
  BarChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

const theme = CHART_THEMES.print;
const HOSTILE = "<script>{a|b}\u202E\u001B[31m";

/** The drawing of an option as SVG. */
function svg(option: EChartsOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 640, height: 320 });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** What a tooltip of an option says for a cell. */
function tooltipOf(option: EChartsOption, value: readonly unknown[]): string {
  const { formatter, renderMode } = option.tooltip as {
    readonly formatter: (params: unknown) => string;
    readonly renderMode: string;
  };
  expect(renderMode).toBe("richText");
  return formatter({ value });
}

test("steps that a fork goes on from are paler, up to a line that names their run", () => {
  const series = [{ name: "reward", steps: [1, 2, 3, 4], mean: [0.1, 0.5, 0.7, 0.9] }];
  const fork = { run: 7, step: 2 };
  const pale = `fill="${theme.surface}" fill-opacity="0.6"`;
  for (const draw of [lineChart, stackedAreas]) {
    const drawn = svg(draw({ theme, series, fork }));
    expect(drawn).toContain("fork of #7");
    expect(drawn).toContain(pale);
    expect(svg(draw({ theme, series }))).not.toContain(pale);
    const later = svg(draw({ theme, series, fork, range: { from: 3, to: 4 } }));
    expect(later).not.toContain("fork of #7");
    expect(later).not.toContain(pale);
    const earlier = svg(draw({ theme, series, fork: { run: 7, step: 3 }, range: { from: 1, to: 2 } }));
    expect(earlier).not.toContain("fork of #7");
    expect(earlier).toContain(pale);
  }
});

test("a line chart draws each series in its colour, with its name in the legend where it has one", () => {
  const series = [
    { name: "add", steps: [1, 2, 3], mean: [0.1, 0.5, 0.9] },
    { name: HOSTILE, steps: [1, 2, 3], mean: [0.2, null, 0.4] },
  ];
  const drawn = svg(lineChart({ series, theme, hasLegend: true }));
  expect(drawn).toContain(theme.series[0]);
  expect(drawn).toContain(theme.series[1]);
  expect(drawn).toContain(">add<");
  expect(drawn).not.toContain("<script>");
  expect(drawn).not.toContain("\u202E");
});

test("points that stand for several steps have a band, points of one step none", () => {
  const one = { name: "reward", steps: [1, 2], mean: [0.1, 0.5] };
  const bands = (low: number[]): number =>
    (lineChart({ series: [{ ...one, low, high: [0.1, 0.5] }], theme }).series as unknown[]).length;
  expect(bands([0.1, 0.5])).toBe(1);
  expect(bands([0, 0.5])).toBe(3);
});

test("a mark is an upright line with its text", () => {
  const series = [{ name: "entropy", steps: [1, 2, 3], mean: [1, 0.5, 0.1] }];
  const drawn = svg(lineChart({ series, theme, marks: [{ step: 2, label: "entropy collapse" }] }));
  expect(drawn).toContain("entropy collapse");
  expect(drawn).toContain(theme.alarm);
});

test("stacked series are added up, and a step that one lacks counts as 0", () => {
  const { series } = stackedAreas({
    series: [
      { name: "a", steps: [1, 2], mean: [1, 2] },
      { name: "b", steps: [2, 3], mean: [5, 6] },
    ],
    theme,
  });
  expect((series as { readonly data: unknown }[]).map(({ data }) => data)).toEqual([
    [
      [1, 1],
      [2, 2],
      [3, 0],
    ],
    [
      [1, 0],
      [2, 5],
      [3, 6],
    ],
  ]);
});

test("more series than colours go on with dashes", () => {
  const series = Array.from({ length: 9 }, (_, index) => ({
    name: `arm ${index}`,
    steps: [1, 2],
    mean: [index, index],
  }));
  const lines = lineChart({ series, theme }).series as {
    readonly color: string;
    readonly lineStyle: { type: string };
  }[];
  expect(new Set(lines.map(({ color, lineStyle }) => `${color} ${lineStyle.type}`)).size).toBe(9);
});

test("a heat map leaves out what has no value, and tells a cell as text", () => {
  const option = heatMap({
    theme,
    rows: ["add", HOSTILE],
    steps: [1, 5],
    cells: [
      { row: "add", step: 1, value: 0.25 },
      { row: HOSTILE, step: 5, value: 0.5 },
      { row: "add", step: 5, value: null },
    ],
    measure: "probability",
    ramp: "sequential",
    bounds: { min: 0, max: 1 },
  });
  expect((option.series as { readonly data: unknown }[])[0]?.data).toEqual([
    [0, 0, 0.25],
    [1, 1, 0.5],
  ]);
  expect(tooltipOf(option, [1, 1, 0.5])).toBe(String.raw`<script>❴a|b❵\u202e\u001b[31m, step 5` + "\nprobability 0.5");
  expect(svg(option)).not.toContain("<script>");
});

const ROWS: readonly CliffMapRow[] = [
  {
    problem: HOSTILE,
    arm: "mul",
    graduatedAt: 9,
    visits: [
      { step: 3, groupId: 31, passRate: 0, hint: { tier: "knowledge", level: 1, isRescue: true } },
      { step: 9, groupId: 91, passRate: 0.5, hint: null },
    ],
  },
  {
    problem: "2*3",
    arm: "mul",
    graduatedAt: null,
    visits: [{ step: 4, groupId: 41, passRate: null, hint: { tier: "solution", level: 4, isRescue: false } }],
  },
];

test("a cliff map has a cell a visit with its group, and marks rescues, hints in vain and graduations", () => {
  const option = cliffMap({ theme, rows: ROWS, columns: "steps" });
  const series = option.series as { readonly name: string; readonly data: readonly unknown[] }[];
  expect(series[0]?.data).toEqual([
    [0, 0, 0, 31],
    [6, 0, 0.5, 91],
    [1, 1, "-", 41],
  ]);
  expect(series.slice(1).map(({ name, data }) => [name, data.length])).toEqual([
    ["rescued by a hint", 1],
    ["hint tried", 1],
    ["graduated", 1],
  ]);
  expect(tooltipOf(option, [0, 0, 0, 31])).toBe(
    String.raw`<script>❴a|b❵\u202e\u001b[31m (mul)` + "\nstep 3: pass rate 0.0%\nhint knowledge 1 rescued it",
  );
  expect(tooltipOf(option, [6, 0, 0.5, 91])).toContain("graduated");
  expect(svg(option)).not.toContain("<script>");
});

test("by visits, the columns are numbered, and a wide map names its hints", () => {
  const option = cliffMap({ theme, rows: ROWS, columns: "visits", hasHintNames: true });
  expect((option.xAxis as { readonly data: string[] }).data.slice(0, 2)).toEqual(["1", "2"]);
  expect(svg(option)).toContain("knowledge 1");
});

test("before and after are two points a row with both numbers, also where one is missing", () => {
  const drawn = svg(
    beforeAfterChart(theme, [
      { name: "add", before: 0.25, after: 0.75 },
      { name: "sub", before: null, after: 0.5 },
    ]),
  );
  expect(drawn).toContain("25.0% → 75.0%");
  expect(drawn).toContain("– → 50.0%");
});
