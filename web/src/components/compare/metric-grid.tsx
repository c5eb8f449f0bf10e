import { useMemo, type ReactElement } from "react";
import { alongCourse } from "../../../../src/report/charts/course-axis.ts";
import { COURSE_UNITS, type CourseUnit } from "../../../../src/report/charts/course-unit.ts";
import { smoothed } from "../../../../src/report/charts/smoothing.ts";
import type { CompareAnswer } from "../../../../src/server/answers.ts";
import { Segments } from "../segments.tsx";
import { SeriesFigure } from "../series-figure.tsx";
import { VisibleText } from "../visible-text.tsx";
import { toggledMetrics, type Comparing } from "./chosen-runs.ts";

type Change = (changes: Readonly<Record<string, string>>) => void;

const UNIT_LABELS: Readonly<Record<CourseUnit, string>> = { steps: "Steps", tokens: "Tokens", seconds: "Time" };
const UNITS = COURSE_UNITS.map((value) => ({ value, label: UNIT_LABELS[value] }));

/** What the charts are drawn along, how smooth, and of which metrics. */
export function GridControls({
  comparing,
  present,
  onChange,
}: {
  readonly comparing: Comparing;
  /** Metrics that there are. */
  readonly present: readonly string[];
  readonly onChange: Change;
}): ReactElement {
  const { metrics, unit, smoothing } = comparing;
  return (
    <>
      <div className="toolbar">
        <Segments<CourseUnit>
          label="Along"
          value={unit}
          choices={UNITS}
          onChange={(value) => onChange({ x: value === "steps" ? "" : value })}
        />
        <label className="field">
          Smoothing
          <input
            type="range"
            min={0}
            max={0.95}
            step={0.05}
            value={smoothing}
            onChange={({ target }) => onChange({ smooth: Number(target.value) === 0 ? "" : target.value })}
          />
          <output className="number">{smoothing === 0 ? "none" : smoothing.toFixed(2)}</output>
        </label>
      </div>
      <details className="panel">
        <summary>
          Metrics <span className="muted number">{metrics.length} chosen</span>
        </summary>
        <div className="toggles">
          {present.map((name) => (
            <button
              key={name}
              type="button"
              className="small"
              aria-pressed={metrics.includes(name)}
              onClick={() => onChange({ metrics: toggledMetrics(metrics, name) })}
            >
              <VisibleText text={name} />
            </button>
          ))}
        </div>
      </details>
    </>
  );
}

/** A small chart for each metric, with a line for each run; all of one width, so that shapes compare. */
export function MetricGrid({
  answer,
  comparing: { unit, smoothing },
}: {
  readonly answer: CompareAnswer;
  readonly comparing: Comparing;
}): ReactElement {
  const charts = useMemo(() => {
    const names = answer.runs[0]?.series.map(({ name }) => name) ?? [];
    return names.map((metric, place) => ({
      metric,
      series: answer.runs.map(({ id, name, course, series }) => {
        const own = series[place] ?? { steps: [], mean: [] };
        return smoothed(alongCourse({ ...own, name: `#${id} ${name}` }, course, unit), smoothing);
      }),
    }));
  }, [answer, unit, smoothing]);
  return (
    <div className="figures">
      {charts.map(({ metric, series }) => (
        <SeriesFigure key={metric} title={metric} hint="A line for each run." series={series} unit={unit} />
      ))}
    </div>
  );
}
