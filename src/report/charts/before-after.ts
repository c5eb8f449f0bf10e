import type { EChartsOption } from "echarts";
import { chartBase } from "./axes.ts";
import { nameAxis } from "./heat-map.ts";
import { plainLabel } from "./plain-label.ts";
import { percent } from "./short-number.ts";
import type { ChartTheme } from "./theme.ts";

/** A share before and after, such as an arm's held-out accuracy. */
export interface BeforeAfter {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Rows of two points, hollow before and filled after, joined by a bar: how far each has come. */
export function beforeAfterChart(theme: ChartTheme, rows: readonly BeforeAfter[], nameWidth = 70): EChartsOption {
  const [color = theme.text] = theme.series;
  const points = (side: "before" | "after"): (number | string)[][] =>
    rows.flatMap((row, index) => (row[side] === null ? [] : [[row[side], index]]));
  return {
    ...chartBase(theme),
    grid: { left: nameWidth + 8, right: 112, top: 4, bottom: 22 },
    xAxis: {
      type: "value",
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => `${Math.round(value * 100)}%` },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    yAxis: nameAxis(
      theme,
      nameWidth,
      rows.map(({ name }) => plainLabel(name, 24)),
    ),
    series: [
      {
        type: "bar",
        stack: "way",
        silent: true,
        barWidth: 4,
        itemStyle: { color: "transparent" },
        data: rows.map(({ before, after }) => Math.min(before ?? after ?? 0, after ?? before ?? 0)),
      },
      {
        type: "bar",
        stack: "way",
        silent: true,
        barWidth: 4,
        itemStyle: { color, opacity: 0.45 },
        data: rows.map(({ before, after }) => Math.abs((after ?? before ?? 0) - (before ?? after ?? 0))),
      },
      {
        type: "scatter",
        name: "before",
        silent: true,
        symbolSize: 9,
        itemStyle: { color: theme.surface, borderColor: color, borderWidth: 1.8, opacity: 1 },
        data: points("before"),
        z: 4,
      },
      {
        type: "scatter",
        name: "now",
        silent: true,
        symbolSize: 10,
        itemStyle: { color, opacity: 1 },
        data: points("after"),
        z: 5,
      },
      {
        // The two numbers at the right edge of each row, carried by invisible points.
        type: "scatter",
        silent: true,
        symbolSize: 0,
        data: rows.map((row, index) => ({ value: [1, index], name: way(row) })),
        label: { show: true, position: "right", distance: 10, formatter: "{b}", color: theme.text, fontSize: 11 },
      },
    ],
  };
}

function way({ before, after }: BeforeAfter): string {
  return `${percent(before)} → ${percent(after)}`;
}
