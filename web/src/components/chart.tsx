import type { EChartsOption } from "echarts";
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { connect, init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useEffectEvent, useRef, type PointerEvent, type ReactElement } from "react";

use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

/** Charts of this group move their cross-hairs together. */
const STEPS = "steps";
connect(STEPS);

/** A drag of fewer pixels is a click. */
const LEAST_DRAG = 6;

interface ChartProps {
  readonly option: EChartsOption;
  /** What it shows, in words. */
  readonly label: string;
  /** Least height, in pixels: it fills the place that its row has. */
  readonly height: number;
  /** Whether it shares its cross-hair with the other charts over steps. */
  readonly hasSteps?: boolean;
  /** The step that the pointer is at; null when it left. */
  readonly onStep?: (step: number | null) => void;
  /** A range that was dragged over the steps; null for all. */
  readonly onRange?: (range: { from: number; to: number } | null) => void;
  /** The numbers of the point or cell that was clicked. */
  readonly onPick?: (values: readonly number[]) => void;
}

/** A drawing of the chart library, as large as its place and drawn anew when its option changes. */
export function Chart(props: ChartProps): ReactElement {
  const { option, label, height, hasSteps = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const tellStep = useEffectEvent((step: number | null) => props.onStep?.(step));
  const tellPick = useEffectEvent((values: readonly number[]) => props.onPick?.(values));

  useEffect(() => {
    if (place.current === null) return undefined;
    const drawn = init(place.current, null, { renderer: "canvas" });
    chart.current = drawn;
    if (hasSteps) drawn.group = STEPS;
    drawn.on("updateAxisPointer", (event) => {
      const axes = (event as { readonly axesInfo?: readonly { readonly value: number }[] }).axesInfo;
      tellStep(axes?.[0]?.value ?? null);
    });
    drawn.on("click", ({ value }) => {
      if (Array.isArray(value)) tellPick(value.map(Number));
    });
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, [hasSteps]);

  useEffect(() => chart.current?.setOption(option, { replaceMerge: ["series"] }), [option]);

  return (
    <div
      className="chart-place"
      style={{ minHeight: height }}
      onPointerLeave={() => props.onStep?.(null)}
      onDoubleClick={() => props.onRange?.(null)}
      {...(props.onRange !== undefined && { onPointerDown: startDrag })}
    >
      <div ref={place} className="chart" role="img" aria-label={label} />
      <div className="chart-drag" hidden />
    </div>
  );

  function startDrag(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget;
    const mark = box.querySelector<HTMLElement>(".chart-drag");
    if (mark === null || event.button !== 0 || event.pointerType === "touch") return;
    const { left } = box.getBoundingClientRect();
    const start = event.clientX - left;
    const stop = new AbortController();
    const { signal } = stop;
    const move = (moved: globalThis.PointerEvent): void => {
      const now = moved.clientX - left;
      mark.hidden = Math.abs(now - start) < LEAST_DRAG;
      mark.style.left = `${Math.min(start, now)}px`;
      mark.style.width = `${Math.abs(now - start)}px`;
    };
    const end = (ended: globalThis.PointerEvent): void => {
      stop.abort();
      mark.hidden = true;
      const now = ended.clientX - left;
      if (ended.type !== "pointerup" || Math.abs(now - start) < LEAST_DRAG) return;
      const steps = [start, now].map((x) => Math.round(chart.current?.convertFromPixel({ xAxisIndex: 0 }, x) ?? 0));
      const [from = 0, to = 0] = steps.sort((one, other) => one - other);
      if (to > from) props.onRange?.({ from, to });
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", end, { signal });
    window.addEventListener("pointercancel", end, { signal });
  }
}
