import type { EChartsOption } from "echarts";
import { chartBase, chartLegend, markOptions, stepAxis, valueAxis } from "./axes.ts";
import type { SeriesChart } from "./line-chart.ts";
import { plainLabel } from "./plain-label.ts";
import { filledSeries, stepsShown } from "./series.ts";
import { seriesStyle } from "./theme.ts";

/** Series upon each other over the steps: what a whole is made of. A step that a series lacks counts as 0. */
export function stackedAreas(chart: SeriesChart): EChartsOption {
  const { theme, range = null } = chart;
  const names = chart.series.map(({ name }) => plainLabel(name));
  return {
    ...chartBase(theme),
    grid: { left: 44, right: 14, top: chart.hasLegend ? 30 : 10, bottom: 22 },
    ...(chart.hasLegend && { legend: { ...chartLegend(theme, names), itemStyle: { opacity: 1 } } }),
    tooltip: { trigger: "axis", showContent: false },
    xAxis: stepAxis(theme, range),
    yAxis: valueAxis(theme, { min: 0, ...chart.bounds }),
    series: filledSeries(chart.series).map((one, place) => {
      const { color } = seriesStyle(theme, place);
      return {
        type: "line" as const,
        name: names[place] ?? "",
        stack: "all",
        symbol: "none",
        color,
        lineStyle: { width: 1 },
        areaStyle: { color, opacity: 0.55 },
        emphasis: { disabled: true },
        data: one.steps.map((step, index) => [step, one.mean[index] ?? 0]),
        ...(place === 0 && markOptions(theme, chart, stepsShown(chart.series, range))),
      };
    }),
  };
}
