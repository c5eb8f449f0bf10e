import type { EChartsOption } from "echarts";
import { chartBase, type OptionPart } from "./axes.ts";
import { plainLabel } from "./plain-label.ts";
import { shortNumber } from "./short-number.ts";
import type { ChartTheme } from "./theme.ts";

/** What a heat map is drawn from. */
export interface HeatMap {
  readonly theme: ChartTheme;
  /** Names of the rows, from the top. */
  readonly rows: readonly string[];
  readonly steps: readonly number[];
  /** Value of a row at a step; null where there is none. */
  readonly cells: readonly { readonly row: string; readonly step: number; readonly value: number | null }[];
  /** What the values are, for the texts at a cell. */
  readonly measure: string;
  /** `diverging` where the middle is the place to be (a pass rate), else `sequential`. */
  readonly ramp: "sequential" | "diverging";
  readonly bounds: { readonly min: number; readonly max: number };
  /** Width of the column of names, in pixels; default 90. */
  readonly nameWidth?: number;
}

/** Rows over steps, each cell coloured by its value, with the scale of colours above. */
export function heatMap(map: HeatMap): EChartsOption {
  const { theme, nameWidth = 90 } = map;
  const rowOf = new Map(map.rows.map((row, index) => [row, index]));
  const columnOf = new Map(map.steps.map((step, index) => [step, index]));
  return {
    ...chartBase(theme),
    grid: { left: nameWidth + 8, right: 10, top: 36, bottom: 24 },
    tooltip: {
      ...textTooltip(theme),
      formatter: (params) => {
        const [column, row, value] = cellValues(params);
        const name = plainLabel(map.rows[row ?? -1] ?? "");
        return `${name}, step ${map.steps[column ?? -1] ?? "?"}\n${map.measure} ${shortNumber(value)}`;
      },
    },
    xAxis: categoryAxis(theme, map.steps),
    yAxis: nameAxis(
      theme,
      nameWidth,
      map.rows.map((row) => plainLabel(row, 24)),
    ),
    visualMap: colourScale(theme, map.ramp, map.bounds),
    series: [
      {
        type: "heatmap",
        data: map.cells
          .filter(({ value }) => value !== null)
          .map(({ row, step, value }) => [columnOf.get(step) ?? 0, rowOf.get(row) ?? 0, value ?? 0]),
        progressive: 0,
        emphasis: { itemStyle: { borderColor: theme.text, borderWidth: 1 } },
      },
    ],
  };
}

/** Tooltips drawn as text on the chart itself: they cannot hold HTML, whatever is in the data. */
export function textTooltip(theme: ChartTheme): Exclude<OptionPart<"tooltip">, readonly unknown[]> {
  return {
    trigger: "item",
    renderMode: "richText",
    confine: true,
    backgroundColor: theme.surface,
    borderColor: theme.axis,
    textStyle: { color: theme.text, fontSize: 12 },
  };
}

/** The numbers of the cell that a tooltip is for. */
export function cellValues(params: unknown): number[] {
  const one: unknown = Array.isArray(params) ? params[0] : params;
  const value = (one as { readonly value?: unknown } | undefined)?.value;
  return Array.isArray(value) ? value.map(Number) : [];
}

/** Most labels that a row of columns has room for. */
const MOST_LABELS = 16;

/** An axis of columns, with a label at every one or at round numbers. */
export function categoryAxis(theme: ChartTheme, columns: readonly number[]): OptionPart<"xAxis"> {
  const every = [1, 2, 5, 10, 20, 50].find((size) => columns.length / size <= MOST_LABELS);
  return {
    type: "category",
    data: columns.map(String),
    axisLine: { lineStyle: { color: theme.axis } },
    axisTick: { show: false },
    axisLabel: {
      color: theme.muted,
      fontSize: 11,
      hideOverlap: true,
      ...(every !== undefined && { interval: (_: number, name: string) => Number(name) % every === 0 || name === "1" }),
    },
  };
}

/** An axis of names, the first at the top; of width 0 it shows none. */
export function nameAxis(theme: ChartTheme, width: number, data: string[]): OptionPart<"yAxis"> {
  return {
    type: "category",
    data,
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { show: width > 0, color: theme.text, fontSize: 11, width, overflow: "truncate", interval: 0 },
  };
}

/** Pixels that names take at the size of a {@link nameAxis}: at least what charts leave for short ones, at most 160. Pure. */
export function widthOfNames(names: readonly string[], least: number): number {
  const longest = Math.max(0, ...names.map(({ length }) => length));
  return Math.min(160, Math.max(least, CHARACTER * longest));
}

/** Pixels of a character of a name, about. */
const CHARACTER = 6.5;

/** The scale of colours, above the map at the right. */
export function colourScale(
  theme: ChartTheme,
  ramp: "sequential" | "diverging",
  { min, max }: { readonly min: number; readonly max: number },
): OptionPart<"visualMap"> {
  return {
    type: "continuous",
    seriesIndex: 0,
    dimension: 2,
    min,
    max,
    orient: "horizontal",
    right: 10,
    top: 0,
    itemWidth: 10,
    itemHeight: 110,
    text: [shortNumber(max), shortNumber(min)],
    textStyle: { color: theme.muted, fontSize: 11 },
    inRange: { color: [...theme[ramp]] },
  };
}
