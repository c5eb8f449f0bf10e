import type { EChartsOption } from "echarts";
import { courseLabel, type CourseUnit } from "./course-unit.ts";
import { shortNumber } from "./short-number.ts";
import type { ChartTheme } from "./theme.ts";

/** A part of the chart library's options. */
export type OptionPart<Key extends keyof EChartsOption> = NonNullable<EChartsOption[Key]>;

/** System fonts: a chart asks for no file. */
export const CHART_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** A range of steps. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** A moment that is called out on a chart: an upright line with a short text. */
export interface StepMark {
  readonly step: number;
  readonly label: string;
}

/** Where a run was forked from another: steps up to this one are not its own. */
export interface ForkMark {
  /** The run that did them. */
  readonly run: number;
  readonly step: number;
}

/** The axis of steps, which all charts of a run share, or of what runs had cost. */
export function stepAxis(theme: ChartTheme, range: StepRange | null, unit: CourseUnit = "steps"): OptionPart<"xAxis"> {
  return {
    type: "value",
    // Costs begin at nothing, and end at a number that is not round.
    min: range?.from ?? (unit === "steps" ? "dataMin" : 0),
    max: range?.to ?? "dataMax",
    minInterval: 1,
    axisLine: { show: true, lineStyle: { color: theme.axis } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: theme.muted,
      fontSize: 11,
      hideOverlap: true,
      ...(unit !== "steps" && { showMaxLabel: false }),
      formatter: (value: number) => courseLabel(value, unit),
    },
    axisPointer: { show: true, label: { show: false }, lineStyle: { color: theme.axis, type: "solid" } },
  };
}

/** Bounds of an axis of values; where one is missing, the data decide. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** An axis of values. */
export function valueAxis(theme: ChartTheme, bounds: Bounds = {}): OptionPart<"yAxis"> {
  return {
    type: "value",
    scale: true,
    ...bounds,
    ...interval(bounds),
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => shortNumber(value) },
    splitLine: { lineStyle: { color: theme.grid } },
  };
}

/** Quarters, where both bounds are known: else the last line comes wherever its number is round. */
function interval({ min, max }: Bounds): { interval?: number } {
  return min === undefined || max === undefined ? {} : { interval: (max - min) / 4 };
}

/** What every chart has in common. */
export function chartBase(theme: ChartTheme): EChartsOption {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { color: theme.text, fontFamily: CHART_FONT, fontSize: 12 },
  };
}

/** A legend of the drawing itself, where no page around it has one. */
export function chartLegend(theme: ChartTheme, names: readonly string[]): OptionPart<"legend"> {
  return {
    data: [...names],
    selectedMode: false,
    top: 0,
    left: 44,
    itemWidth: 18,
    itemHeight: 8,
    itemStyle: { opacity: 0 },
    textStyle: { color: theme.text, fontSize: 11 },
  };
}

/** What is marked over the steps of a chart. */
export interface ChartMarks {
  /** The alarms of its metric, as upright lines. */
  readonly marks?: readonly StepMark[];
  /** Where the run was forked: an upright line, before which all is paler. */
  readonly fork?: ForkMark | null;
}

/** The marks of a chart as options of its first series. */
export function markOptions(theme: ChartTheme, { marks = [], fork = null }: ChartMarks, range: StepRange): object {
  const isForkShown = fork !== null && range.from < fork.step;
  const alarms = marks.map(({ step, label }) => ({ xAxis: step, name: label }));
  const forkLine = {
    lineStyle: { color: theme.muted, type: "solid", width: 1 },
    label: { color: theme.muted, position: "insideStartTop" },
  };
  const lines = isForkShown && fork.step <= range.to ? [{ ...forkLine, ...lineOf(fork) }, ...alarms] : alarms;
  return {
    ...(lines.length > 0 && {
      markLine: {
        silent: true,
        symbol: "none",
        animation: false,
        lineStyle: { color: theme.alarm, type: "dashed", width: 1.5 },
        label: { color: theme.alarm, fontSize: 11, position: "insideEndTop", formatter: "{b}" },
        data: lines,
      },
    }),
    ...(isForkShown && {
      markArea: {
        silent: true,
        animation: false,
        // Over the lines, not under them: it takes their colour away.
        z: 4,
        itemStyle: { color: theme.surface, opacity: 0.6 },
        data: [[{ xAxis: range.from }, { xAxis: Math.min(fork.step, range.to) }]],
      },
    }),
  };
}

function lineOf({ run, step }: ForkMark): object {
  return { xAxis: step, name: `fork of #${run}` };
}
