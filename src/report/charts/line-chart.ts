import type { EChartsOption } from "echarts";
import {
  chartBase,
  chartLegend,
  markOptions,
  stepAxis,
  valueAxis,
  type Bounds,
  type ChartMarks,
  type StepMark,
  type StepRange,
} from "./axes.ts";
import type { CourseUnit } from "./course-unit.ts";
import { plainLabel } from "./plain-label.ts";
import { stepsShown, type ChartSeries } from "./series.ts";
import { seriesStyle, type ChartTheme } from "./theme.ts";

/** What a chart of series is drawn from. */
export interface SeriesChart extends ChartMarks {
  readonly series: readonly ChartSeries[];
  readonly theme: ChartTheme;
  readonly range?: StepRange | null;
  readonly bounds?: Bounds;
  /** What the series' steps count; default: steps. */
  readonly unit?: CourseUnit;
  /** Whether the drawing names its series itself; default false: the page around it does. */
  readonly hasLegend?: boolean;
}

/** Up to this many points a series shows each of them. */
const FEW_POINTS = 24;

/**
 * A line for each series over the steps, with a light band from the least to the most where points stand for several steps,
 * and marks as upright lines.
 */
export function lineChart(chart: SeriesChart): EChartsOption {
  const { theme, fork = null, range = null } = chart;
  const marks = { marks: (chart.marks ?? []).map(readable), fork };
  const names = chart.series.map(({ name }) => plainLabel(name));
  return {
    ...chartBase(theme),
    grid: { left: 44, right: 14, top: chart.hasLegend ? 30 : 10, bottom: 22 },
    ...(chart.hasLegend && { legend: chartLegend(theme, names) }),
    tooltip: { trigger: "axis", showContent: false },
    xAxis: stepAxis(theme, range, chart.unit),
    yAxis: valueAxis(theme, chart.bounds),
    series: chart.series.flatMap((one, place) => [
      ...bandSeries(one, place, theme),
      {
        type: "line" as const,
        name: names[place] ?? "",
        color: seriesStyle(theme, place).color,
        lineStyle: { width: 1.8, type: seriesStyle(theme, place).type },
        showSymbol: one.steps.length <= FEW_POINTS,
        symbol: "circle",
        symbolSize: 5,
        connectNulls: true,
        emphasis: { disabled: true },
        data: one.steps.map((step, index) => [step, one.mean[index] ?? null]),
        z: 3,
        ...(place === 0 && markOptions(theme, marks, stepsShown(chart.series, range))),
      },
    ]),
  };
}

function readable({ step, label }: StepMark): StepMark {
  return { step, label: plainLabel(label, 28) };
}

/** The band as an invisible line with an area stacked on it; none where each point is one step. */
function bandSeries({ name, steps, mean, low, high }: ChartSeries, place: number, theme: ChartTheme): object[] {
  if (low === undefined || high === undefined) return [];
  if (!mean.some((_, index) => low[index] !== high[index])) return [];
  const edge = {
    type: "line",
    symbol: "none",
    silent: true,
    stack: `band ${place} ${name}`,
    stackStrategy: "all",
    lineStyle: { width: 0 },
    tooltip: { show: false },
  };
  return [
    { ...edge, data: steps.map((step, index) => [step, low[index] ?? null]) },
    {
      ...edge,
      areaStyle: { color: seriesStyle(theme, place).color, opacity: 0.15 },
      data: steps.map((step, index) => [step, spread(low[index], high[index])]),
    },
  ];
}

function spread(low: number | null | undefined, high: number | null | undefined): number | null {
  return typeof low === "number" && typeof high === "number" ? high - low : null;
}
