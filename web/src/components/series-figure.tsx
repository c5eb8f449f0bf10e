import { useMemo, useState, type CSSProperties, type ReactElement } from "react";
import type { Bounds, ChartMarks, StepRange } from "../../../src/report/charts/axes.ts";
import { courseLabel, type CourseUnit } from "../../../src/report/charts/course-unit.ts";
import { lineChart } from "../../../src/report/charts/line-chart.ts";
import {
  describeSeries,
  filledSeries,
  seriesTable,
  valueAt,
  type ChartSeries,
} from "../../../src/report/charts/series.ts";
import { shortNumber } from "../../../src/report/charts/short-number.ts";
import { stackedAreas } from "../../../src/report/charts/stacked-areas.ts";
import { CHART_THEMES, seriesStyle } from "../../../src/report/charts/theme.ts";
import { useTheme } from "../theme.ts";
import { Chart } from "./chart.tsx";
import { DataTable } from "./data-table.tsx";
import { VisibleText } from "./visible-text.tsx";

interface SeriesFigureProps extends ChartMarks {
  readonly title: string;
  readonly hint: string;
  readonly series: readonly ChartSeries[];
  readonly kind?: "lines" | "stack";
  readonly bounds?: Bounds;
  readonly range?: StepRange | null;
  readonly height?: number;
  /** What the series' steps count; default: steps. */
  readonly unit?: CourseUnit;
  readonly onRange?: (range: StepRange | null) => void;
}

/** A chart over steps with its title, its legend with the numbers at the pointer (else the newest), and its table. */
export function SeriesFigure(props: SeriesFigureProps): ReactElement {
  const { title, hint, kind = "lines", bounds, marks, fork = null, range = null, height = 190, unit = "steps" } = props;
  const { onRange } = props;
  const series = useMemo(() => (kind === "stack" ? filledSeries(props.series) : props.series), [kind, props.series]);
  const theme = CHART_THEMES[useTheme()];
  const [step, setStep] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const option = useMemo(() => {
    const chart = { series, theme, range, unit, fork, ...(bounds && { bounds }), ...(marks && { marks }) };
    return kind === "stack" ? stackedAreas(chart) : lineChart(chart);
  }, [series, theme, range, bounds, marks, fork, kind, unit]);
  return (
    <figure className="panel figure" data-chart={title}>
      <figcaption>
        <span className="figure-title" title={hint}>
          {title}
        </span>
        {marks !== undefined && marks.length > 0 && (
          <span className="chip bad">
            {marks.length} {marks.length === 1 ? "alarm" : "alarms"}
          </span>
        )}
        <span className="figure-step muted">
          {step === null
            ? ""
            : unit === "steps"
              ? `step ${step}`
              : `${courseLabel(step, unit)}${unit === "tokens" ? " tokens" : ""}`}
        </span>
        <button type="button" className="quiet small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "chart" : "table"}
        </button>
      </figcaption>
      <ul className="legend" aria-hidden={isTable}>
        {series.map((one, place) => {
          const { color, type } = seriesStyle(theme, place);
          return (
            <li key={one.name}>
              <span className={`swatch ${type}`} style={{ "--swatch": color } as CSSProperties} />
              <span className="legend-name">
                <VisibleText text={one.name} />
              </span>
              <span className="legend-value">{shortNumber(valueAt(one, step))}</span>
            </li>
          );
        })}
      </ul>
      {isTable ? (
        <DataTable table={seriesTable(series, unit)} caption={title} />
      ) : (
        <Chart
          option={option}
          label={describeSeries(title, series, unit)}
          height={height}
          hasSteps
          onStep={(at) => setStep(at === null ? null : Math.round(at))}
          {...(onRange && { onRange })}
        />
      )}
    </figure>
  );
}
