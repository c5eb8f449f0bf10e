import type { CustomSeriesOption, EChartsOption } from "echarts";
import type { PipelineSpan, Stretch } from "../../core/pipeline-span.ts";
import { chartBase } from "./axes.ts";
import { cellValues, nameAxis, textTooltip } from "./heat-map.ts";
import { plainLabel } from "./plain-label.ts";
import { seriesStyle, type ChartTheme } from "./theme.ts";
import { LANES, timelineBars, type Bar } from "./timeline-lanes.ts";

/** What a timeline is drawn from. */
export interface Timeline {
  readonly theme: ChartTheme;
  readonly spans: readonly PipelineSpan[];
  /** In which no process worked: drawn over all lanes. */
  readonly pauses: readonly Stretch[];
  readonly window: Stretch;
}

/** Heights of a row and of the axis of time, in pixels. */
const ROW_HEIGHT = 24;
const AXIS = 30;
const [LEFT, RIGHT, TOP] = [64, 12, 4];
/** Pixels of a character of a bar's label, about, and of its margins. */
const [CHARACTER, MARGIN] = [6.5, 6];
/** A bar is at least so wide, in pixels: what took no time is still seen. */
const LEAST_WIDTH = 1.5;
/** Of the time that is shown: what two bars may overlap by on one row, about a pixel. */
const TOLERANCE = 1 / 1000;

/** Rows of bars over time, a lane for each kind of work, each bar labelled by its step; and the height that it takes, in pixels. */
export function timeline({ theme, spans, pauses, window }: Timeline): {
  readonly option: EChartsOption;
  readonly height: number;
} {
  const [min, max] = [Date.parse(window.startedAt), Date.parse(window.finishedAt)];
  const { bars, rows } = timelineBars(spans, (max - min) * TOLERANCE);
  const count = rows.reduce((sum, own) => sum + own, 0);
  const names = rows.flatMap((own, lane) => Array.from({ length: own }, (_, row) => (row === 0 ? nameOf(lane) : "")));
  const option: EChartsOption = {
    ...chartBase(theme),
    grid: { left: LEFT, right: RIGHT, top: TOP, bottom: AXIS - TOP },
    tooltip: {
      ...textTooltip(theme),
      formatter: (params) => barText(bars[cellValues(params)[3] ?? -1]),
    },
    xAxis: {
      type: "time",
      min,
      max,
      axisLine: { lineStyle: { color: theme.axis } },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: theme.grid } },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true, formatter: "{HH}:{mm}:{ss}" },
    },
    yAxis: nameAxis(theme, LEFT - 8, names),
    series: [
      ...LANES.map((_, lane): CustomSeriesOption => ({
        type: "custom",
        name: nameOf(lane),
        clip: true,
        itemStyle: { color: seriesStyle(theme, lane).color },
        encode: { x: [0, 1], y: 2 },
        data: bars.flatMap((bar, place) => (bar.lane === lane ? [[bar.from, bar.to, bar.row, place]] : [])),
        renderItem: (_params, api) => {
          const bar = bars[Number(api.value(3))];
          const [left = 0, middle = 0] = api.coord([api.value(0), api.value(2)]);
          const [right = 0] = api.coord([api.value(1), api.value(2)]);
          const x = Math.max(left, LEFT);
          const width = Math.max(LEAST_WIDTH, Math.min(right, api.getWidth() - RIGHT) - x);
          const label = bar === undefined ? "" : String(bar.span.step);
          const hasRoom = width >= label.length * CHARACTER + MARGIN;
          return {
            type: "rect",
            shape: { x, y: middle - ROW_HEIGHT / 2 + 3, width, height: ROW_HEIGHT - 6, r: 2 },
            style: {
              fill: seriesStyle(theme, lane).color,
              stroke: theme.surface,
              lineWidth: width > MARGIN ? 1 : 0,
              // What goes on is not yet as long as it will be.
              opacity: bar?.span.isOpen === true ? 0.6 : 1,
            },
            textContent: { type: "text", style: { text: hasRoom ? label : "", fill: theme.surface, fontSize: 11 } },
            textConfig: { position: "inside" },
          };
        },
      })),
      {
        type: "custom",
        name: "pause",
        silent: true,
        clip: true,
        encode: { x: [0, 1] },
        data: pauses.map(({ startedAt, finishedAt }) => [Date.parse(startedAt), Date.parse(finishedAt)]),
        renderItem: (_params, api) => {
          const [left = 0] = api.coord([api.value(0), 0]);
          const [right = 0] = api.coord([api.value(1), 0]);
          const x = Math.max(left, LEFT);
          return {
            type: "rect",
            shape: {
              x,
              y: TOP,
              width: Math.max(0, Math.min(right, api.getWidth() - RIGHT) - x),
              height: count * ROW_HEIGHT,
            },
            style: { fill: theme.axis, opacity: 0.35 },
          };
        },
      },
    ],
  };
  return { option, height: count * ROW_HEIGHT + AXIS };
}

function nameOf(lane: number): string {
  return LANES[lane]?.name ?? "";
}

/** What a bar says where it is pointed at. */
function barText(bar: Bar | undefined): string {
  if (bar === undefined) return "";
  const { from, to, lane, span } = bar;
  const what =
    span.phase === "evaluate"
      ? `evaluated on ${plainLabel(span.suite ?? "", 24)} after step ${span.step}`
      : `step ${span.step}: ${span.phase === "credit" ? "credited" : span.phase === "observe" ? "taken stock of" : (LANES[lane]?.doing ?? "")}`;
  const seconds = (to - from) / 1000;
  return `${what}\n${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s${span.isOpen ? " so far" : ""}`;
}
