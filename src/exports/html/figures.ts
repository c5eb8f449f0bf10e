import type { EChartsOption } from "echarts";
import type { ForkMark } from "../../report/charts/axes.ts";
import { beforeAfterChart } from "../../report/charts/before-after.ts";
import { CLIFF_ROW_HEIGHT, cliffMap } from "../../report/charts/cliff-map.ts";
import { heatMap } from "../../report/charts/heat-map.ts";
import { evalPointName } from "../../report/charts/eval-point-name.ts";
import { lineChart } from "../../report/charts/line-chart.ts";
import { chartSeries, runCharts } from "../../report/charts/run-charts.ts";
import { describeSeries, type ChartSeries } from "../../report/charts/series.ts";
import { stackedAreas } from "../../report/charts/stacked-areas.ts";
import type { ChartTheme } from "../../report/charts/theme.ts";
import type { ArmCell } from "../../tracking/reads/arm-cells.ts";
import { alarmOf } from "./alarm.ts";
import type { Size } from "./chart-image.ts";
import type { ReportData } from "./report-data.ts";

/** A chart of the report, to be drawn in any theme. */
export interface Figure extends Size {
  readonly title: string;
  /** How to read it; empty where the title says all. */
  readonly hint: string;
  /** What it shows, for people who do not see it. */
  readonly description: string;
  readonly draw: (theme: ChartTheme) => EChartsOption;
}

/** The report's text is as wide as this; two small charts stand side by side. */
const WIDE = 980;
const HALF = 480;
const CURVE_HEIGHT = 210;
/** A heat map's height beside its rows: scale of colours and axis. */
const AROUND_ROWS = 62;
const ARM_ROW_HEIGHT = 26;

/** Accuracy of each arm before and after. */
export function beforeAfterFigure({ facts }: ReportData): Figure | undefined {
  const { evaluation } = facts;
  if (evaluation === null || evaluation.beforeStep === evaluation.nowStep) return undefined;
  const rows = evaluation.arms.map((arm) => ({
    name: arm.arm,
    before: arm.beforeJudged === 0 ? null : arm.beforePassed / arm.beforeJudged,
    after: arm.nowJudged === 0 ? null : arm.nowPassed / arm.nowJudged,
  }));
  return {
    title: "Before and after",
    hint: "Share of the answers that were right: hollow before, filled after.",
    description: "The table has the numbers.",
    width: WIDE,
    height: rows.length * 28 + 34,
    draw: (theme) => beforeAfterChart(theme, rows, 160),
  };
}

/** The evaluations over the steps, and the run's metrics, alarms marked on those that they are about. */
export function curveFigures({
  run,
  evals,
  metrics,
  alarms,
}: Pick<ReportData, "run" | "evals" | "metrics" | "alarms">): Figure[] {
  const { parentRun, parentStep } = run;
  const fork = parentRun === null || !parentStep ? null : { run: parentRun, step: parentStep };
  const marks = alarms.flatMap((event) => {
    const alarm = alarmOf(event);
    return event.step === null ? [] : [{ step: event.step, label: alarm.name, metric: alarm.metric }];
  });
  const charts = runCharts(metrics.map(({ name }) => name)).map((chart): Figure => {
    const series = chartSeries(chart, metrics);
    const own = marks.filter(({ metric }) => chart.metrics.includes(metric));
    const draw = chart.kind === "stack" ? stackedAreas : lineChart;
    return curve(chart.title, chart.hint, series, (theme) =>
      draw({
        series,
        theme,
        fork,
        marks: own,
        hasLegend: series.length > 1,
        ...(chart.bounds && { bounds: chart.bounds }),
      }),
    );
  });
  return [...evaluationFigures(evals, fork), ...charts];
}

function evaluationFigures(evals: ReportData["evals"], fork: ForkMark | null): Figure[] {
  const suites = Map.groupBy(evals, ({ suite }) => suite);
  return [...suites].flatMap(([suite, points]) => {
    if (new Set(points.map(({ step }) => step)).size < 2) return [];
    const arms = Map.groupBy(points, evalPointName);
    const series = [...arms].map(([name, own]) => ({
      name,
      steps: own.map(({ step }) => step),
      mean: own.map(({ accuracy }) => accuracy),
    }));
    return [
      curve(`Accuracy on "${suite}"`, "Share of right answers, without hints.", series, (theme) =>
        lineChart({ series, theme, fork, bounds: { min: 0, max: 1 }, hasLegend: true }),
      ),
    ];
  });
}

function curve(title: string, hint: string, series: readonly ChartSeries[], draw: Figure["draw"]): Figure {
  return { title, hint, description: describeSeries(title, series), width: HALF, height: CURVE_HEIGHT, draw };
}

/** The arms over the steps: how likely they were drawn, and how much of them passed. */
export function curriculumFigures({ arms, armCells }: ReportData): Figure[] {
  if (armCells.length === 0) return [];
  const steps = [...new Set(armCells.map(({ step }) => step))];
  const figure = (title: string, hint: string, of: (cell: ArmCell) => number | null, isShare: boolean): Figure => {
    const cells = armCells.map((cell) => ({ row: cell.arm, step: cell.step, value: of(cell) }));
    const most = cells.reduce((high, { value }) => Math.max(high, value ?? 0), 0);
    return {
      title,
      hint,
      description: `${title} of ${arms.length} arms over ${steps.length} columns of steps.`,
      width: WIDE,
      height: arms.length * ARM_ROW_HEIGHT + AROUND_ROWS,
      draw: (theme) =>
        heatMap({
          theme,
          rows: arms,
          steps,
          cells,
          measure: title,
          ramp: isShare ? "diverging" : "sequential",
          bounds: { min: 0, max: isShare ? 1 : most || 1 },
          nameWidth: 130,
        }),
    };
  };
  return [
    figure("Probability", "How likely a group was to be of the arm.", ({ probability }) => probability, false),
    figure("Pass rate", "Share of the policy's own rollouts that passed.", ({ passRate }) => passRate, true),
  ];
}

/** The hardest problems, visit by visit. */
export function cliffFigure({ hardest, practised }: ReportData): Figure | undefined {
  if (hardest.length === 0) return undefined;
  return {
    title: "Cliff map",
    hint:
      `The ${hardest.length} hardest of ${practised.toLocaleString("en-US")} practised problems, visit by visit, coloured by pass rate. ` +
      "A filled triangle: a hint rescued it; a hollow one: hints did not help; a star: it passed without a hint after it had needed one.",
    description: `Pass rates of ${hardest.length} problems at each of their visits.`,
    width: WIDE,
    height: hardest.length * CLIFF_ROW_HEIGHT + AROUND_ROWS,
    draw: (theme) => cliffMap({ theme, rows: hardest, columns: "visits", nameWidth: 220 }),
  };
}
