import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts";

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
  VisualMapContinuousComponent,
  SVGRenderer,
]);

/** Width and height in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A chart as the address of an SVG image that lies in the address itself. As an image it can neither run scripts nor ask
 * for files, whatever its texts are.
 */
export function chartImage(option: EChartsOption, size: Size): string {
  return `data:image/svg+xml;base64,${Buffer.from(chartSvg(option, size)).toString("base64")}`;
}

/** A chart as the text of an SVG image. */
export function chartSvg(option: EChartsOption, { width, height }: Size): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return still(chart.renderToSVGString());
  } finally {
    // Its timer would keep the process alive.
    chart.dispose();
  }
}

/** Without what is for a mouse, and without the process's count of charts in names: the same chart gives the same text. */
function still(svg: string): string {
  return svg
    .replaceAll(/ class="zr[^"]*"/g, "")
    .replace(/<style[^>]*>.*?<\/style>\s*/s, "")
    .replaceAll(/\bzr\d+-/g, "zr-");
}
