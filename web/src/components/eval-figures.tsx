import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import type { ForkMark, StepRange } from "../../../src/report/charts/axes.ts";
import { beforeAfterChart, type BeforeAfter } from "../../../src/report/charts/before-after.ts";
import { evalPointName, OVERALL } from "../../../src/report/charts/eval-point-name.ts";
import type { ChartSeries } from "../../../src/report/charts/series.ts";
import { widthOfNames } from "../../../src/report/charts/heat-map.ts";
import { percent } from "../../../src/report/charts/short-number.ts";
import { CHART_THEMES } from "../../../src/report/charts/theme.ts";
import type { EvalPoint, RunDetail } from "../../../src/server/answers.ts";
import { answers } from "../data/answers.ts";
import { useTheme } from "../theme.ts";
import { Chart } from "./chart.tsx";
import { DataTable } from "./data-table.tsx";
import { forkMark } from "./run-facts.tsx";
import { SeriesFigure } from "./series-figure.tsx";
import { Answer, Empty } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

const BOUNDS = { min: 0, max: 1 };
const ROW_HEIGHT = 25;
const NONE: readonly string[] = [];

/** Held-out accuracy of a suite: each arm before and now, and every evaluation over the steps. */
export function EvalFigures({
  run,
  range,
  onRange,
}: {
  readonly run: RunDetail;
  readonly range: StepRange | null;
  readonly onRange: (range: StepRange | null) => void;
}): ReactElement {
  const query = useQuery(answers.evals(run.id));
  const [chosen, setChosen] = useState<string | null>(null);
  const fork = useMemo(() => forkMark(run), [run]);
  return (
    <Answer query={query}>
      {(points) => {
        const own = points.filter((point) => point.run === run.id);
        const suites = [...new Set(own.map(({ suite }) => suite))];
        const suite = chosen ?? suites.find((name) => name === "test" && spans(own, name)) ?? suites[0];
        if (suite === undefined)
          return (
            <div className="panel">
              <Empty>No evaluation is finished yet.</Empty>
            </div>
          );
        return (
          <>
            <BeforeNow
              points={own}
              suite={suite}
              suites={suites}
              sources={run.suiteSources[suite] ?? NONE}
              onSuite={setChosen}
            />
            <OverSteps
              points={points}
              suite={suites.includes("development") ? "development" : suite}
              fork={fork}
              range={range}
              onRange={onRange}
            />
          </>
        );
      }}
    </Answer>
  );
}

function spans(points: readonly EvalPoint[], name: string): boolean {
  return new Set(points.filter(({ suite }) => suite === name).map(({ step }) => step)).size > 1;
}

function BeforeNow({
  points,
  suite,
  suites,
  sources,
  onSuite,
}: {
  readonly points: readonly EvalPoint[];
  readonly suite: string;
  readonly suites: readonly string[];
  /** Those of its problems, where the run has others. */
  readonly sources: readonly string[];
  readonly onSuite: (suite: string) => void;
}): ReactElement {
  const theme = CHART_THEMES[useTheme()];
  const [isTable, setTable] = useState(false);
  const { rows, from, to } = useMemo(() => beforeAndNow(points, suite), [points, suite]);
  const option = useMemo(() => {
    const names = rows.map(({ name }) => name);
    return beforeAfterChart(theme, rows, widthOfNames(names, 70));
  }, [theme, rows]);
  const label = `Held-out accuracy, suite ${suite}${sources.length > 0 ? ` of ${sources.join(", ")} alone` : ""}, step ${from} to ${to}. ${rows
    .map(({ name, before, after }) => `${name} from ${percent(before)} to ${percent(after)}`)
    .join("; ")}.`;
  return (
    <figure className="panel figure" id="evaluations" tabIndex={-1} data-chart="Held-out accuracy">
      <figcaption>
        <span className="figure-title">Held-out accuracy</span>
        <select aria-label="Suite" value={suite} onChange={({ target }) => onSuite(target.value)}>
          {suites.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <span className="figure-step" />
        <button type="button" className="quiet small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "chart" : "table"}
        </button>
      </figcaption>
      <p className="legend muted" aria-hidden="true">
        <span>○ before, step {from}</span>
        <span>● now, step {to}</span>
        {sources.length > 0 && (
          <span>
            of <VisibleText text={sources.join(", ")} /> alone
          </span>
        )}
      </p>
      {isTable ? (
        <DataTable
          caption="Held-out accuracy"
          table={{
            columns: ["arm", "before", "now"],
            rows: rows.map(({ name, before, after }) => [name, before, after]),
          }}
        />
      ) : (
        <Chart option={option} label={label} height={rows.length * ROW_HEIGHT + 30} />
      )}
    </figure>
  );
}

function OverSteps({
  points,
  suite,
  fork,
  range,
  onRange,
}: {
  readonly points: readonly EvalPoint[];
  readonly suite: string;
  readonly fork: ForkMark | null;
  readonly range: StepRange | null;
  readonly onRange: (range: StepRange | null) => void;
}): ReactElement {
  const series = useMemo(() => evalSeries(points, suite), [points, suite]);
  return (
    <SeriesFigure
      title={`Evaluations, ${suite}`}
      hint="Accuracy on held-out problems by arm, every evaluation."
      series={series}
      bounds={BOUNDS}
      fork={fork}
      range={range}
      onRange={onRange}
    />
  );
}

/** The first and the newest evaluation of a suite, over all arms first. */
function beforeAndNow(points: readonly EvalPoint[], suite: string): { rows: BeforeAfter[]; from: number; to: number } {
  const own = points.filter((point) => point.suite === suite);
  const steps = own.map(({ step }) => step);
  const from = Math.min(...steps);
  const to = Math.max(...steps);
  const at = (step: number, name: string): number | null =>
    own.find((point) => point.step === step && evalPointName(point) === name)?.accuracy ?? null;
  const rows = namesOf(own).map((name) => ({ name, before: at(from, name), after: at(to, name) }));
  return { rows, from, to };
}

function evalSeries(points: readonly EvalPoint[], suite: string): ChartSeries[] {
  const own = points.filter((point) => point.suite === suite);
  return namesOf(own).map((name) => {
    const line = own.filter((point) => evalPointName(point) === name).sort((left, right) => left.step - right.step);
    return { name, steps: line.map(({ step }) => step), mean: line.map(({ accuracy }) => accuracy) };
  });
}

/** What points are of: all arms first, then each source and arm. */
function namesOf(points: readonly EvalPoint[]): string[] {
  const names = [...new Set(points.map(evalPointName))];
  return names.includes(OVERALL) ? [OVERALL, ...names.filter((name) => name !== OVERALL)] : names;
}
