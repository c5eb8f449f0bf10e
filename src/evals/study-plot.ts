import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { BandPoint } from "./study-curves.ts";
import type { Panel } from "./study-panels.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const WIDTH = 980;
const HEIGHT = 430;
const LEFT = 62;
const GAP = 58;
const RIGHT = 24;
/** Okabe and Ito's colours, told apart by people who see fewer, without the yellow, which is too light on white. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
const DASHES = ["solid", "dashed", "dotted"] as const;
const TEXT = { color: "#333", fontSize: 13, fontFamily: "Arial, Helvetica, sans-serif" };

/**
 * Learning curves as SVG on white: a diagram for each panel side by side, a line for each variant's mean over its runs
 * with a light band from the lowest to the highest run. Beyond seven variants colours come again with dashes.
 * @param variants all of the experiment, in the order of the legend: also one without a curve keeps its colour.
 */
export function learningCurvesSvg(title: string, variants: readonly string[], panels: readonly Panel[]): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    const width = (WIDTH - LEFT - RIGHT - GAP * (panels.length - 1)) / panels.length;
    const left = (panel: number): number => LEFT + panel * (width + GAP);
    chart.setOption({
      animation: false,
      backgroundColor: "#fff",
      textStyle: TEXT,
      title: [
        { text: title, left: LEFT, top: 6, textStyle: { ...TEXT, fontSize: 16, fontWeight: "bold" } },
        ...panels.map((panel, index) => ({
          text: panel.title,
          left: left(index),
          top: 64,
          textStyle: { ...TEXT, fontSize: 14, fontWeight: "bold" },
        })),
      ],
      legend: {
        data: variants.filter((name) => panels.some(({ curves }) => curves.some(({ variant }) => variant === name))),
        selectedMode: false,
        left: LEFT,
        top: 32,
        itemGap: 16,
        itemWidth: 24,
        // The line alone, without a symbol on it.
        itemStyle: { opacity: 0 },
        textStyle: TEXT,
      },
      grid: panels.map((_, index) => ({ left: left(index), top: 94, width, height: HEIGHT - 94 - 52 })),
      xAxis: panels.map((_, gridIndex) => ({
        type: "value",
        gridIndex,
        name: "tokens sampled",
        nameLocation: "middle",
        nameGap: 30,
        nameTextStyle: TEXT,
        axisLabel: { ...TEXT, formatter: thousands },
        axisLine: { show: true, lineStyle: { color: "#999" } },
        splitLine: { show: false },
        splitNumber: 4,
      })),
      yAxis: panels.map((_, gridIndex) => ({
        type: "value",
        gridIndex,
        min: 0,
        max: 1,
        interval: 0.2,
        name: gridIndex === 0 ? "accuracy, development set" : "",
        nameLocation: "middle",
        nameGap: 40,
        nameTextStyle: TEXT,
        axisLabel: { ...TEXT, formatter: (value: number) => value.toFixed(1) },
        splitLine: { lineStyle: { color: "#e6e6e6" } },
      })),
      series: panels.flatMap(({ curves }, panel) =>
        curves.flatMap(({ variant, band }) => curveSeries(variant, variants.indexOf(variant), band, panel)),
      ),
    });
    return `${withoutCounters(chart.renderToSVGString())}\n`;
  } finally {
    // Its timer would keep the process alive.
    chart.dispose();
  }
}

/** The band as an invisible line with an area stacked on it, and the mean above both. */
function curveSeries(variant: string, place: number, band: readonly BandPoint[], panel: number): object[] {
  const color = COLOURS[place % COLOURS.length];
  const common = { type: "line", xAxisIndex: panel, yAxisIndex: panel, symbol: "none", silent: true };
  const edge = { ...common, stack: `${panel} ${variant}`, stackStrategy: "all", lineStyle: { width: 0 } };
  return [
    { ...edge, data: band.map(({ tokens, low }) => [tokens, low]) },
    {
      ...edge,
      areaStyle: { color, opacity: 0.13 },
      data: band.map(({ tokens, low, high }) => [tokens, high - low]),
    },
    {
      ...common,
      name: variant,
      color,
      lineStyle: { width: 2.2, type: DASHES[Math.floor(place / COLOURS.length) % DASHES.length] },
      data: band.map(({ tokens, mean }) => [tokens, mean]),
      z: 3,
    },
  ];
}

function thousands(tokens: number): string {
  return tokens >= 1000 ? `${(tokens / 1000).toLocaleString("en-US")}k` : String(tokens);
}

/**
 * The library numbers the charts and the styles of a process in the names it makes up; without those the same curves give
 * the same text. The styles are for a mouse, which a picture has no use for.
 */
function withoutCounters(svg: string): string {
  return svg
    .replaceAll(/ class="zr[^"]*"/g, "")
    .replace(/<style[^>]*>.*?<\/style>\s*/s, "")
    .replaceAll(/\bzr\d+-/g, "zr-");
}
