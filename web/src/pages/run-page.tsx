import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { useSearchParams } from "wouter";
import type { ForkMark, StepMark, StepRange } from "../../../src/report/charts/axes.ts";
import { chartSeries, fits, otherMetrics, runCharts, type RunChart } from "../../../src/report/charts/run-charts.ts";
import type { Alarm, RunDetail, Series } from "../../../src/server/answers.ts";
import { EvalFigures } from "../components/eval-figures.tsx";
import { forkMark, hasKin, Kin, Tags } from "../components/run-facts.tsx";
import { SeriesFigure } from "../components/series-figure.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { Story } from "../components/story.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { RecipeChanges } from "../components/recipe-changes.tsx";
import { answers } from "../data/answers.ts";
import { useTitle } from "../use-title.ts";

/** Most points of a line. */
const POINTS = "400";

/** A range of steps as the server takes it. */
function queryRange(range: StepRange | null): { from?: string; to?: string; points: string } {
  return { points: POINTS, ...(range && { from: String(range.from), to: String(range.to) }) };
}

/** What a run did: its story, its held-out accuracy, and its numbers over the steps, which share their zoom. */
export function RunPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`#${run.id} ${run.name}`);
  const [range, setRange] = useRange();
  const charts = useMemo(() => runCharts(run.metrics), [run.metrics]);
  const names = [...new Set(charts.flatMap(({ metrics }) => metrics))].join(",");
  const metrics = useQuery(answers.metrics(run.id, { names, ...queryRange(range) }));
  const alarms = useQuery(answers.alarms(run.id));
  const fork = useMemo(() => forkMark(run), [run]);
  return (
    <>
      <h1 className="hidden">Run {run.id}</h1>
      <Known run={run} />
      <div className="run-top">
        <Story run={run.id} />
        <EvalFigures run={run} range={range} onRange={setRange} />
      </div>
      {alarms.data !== undefined && alarms.data.length > 0 && <Alarms alarms={alarms.data} />}
      {run.serversOut.map(({ replica, reason }) => (
        <p key={replica} className="panel">
          <span className="chip warn">out of use</span> <VisibleText text={`${replica}: ${reason}`} />
        </p>
      ))}
      {run.changes.length > 0 && <RecipeChanges changes={run.changes} />}
      <RangeBar run={run} range={range} onRange={setRange} />
      <Answer query={metrics}>
        {({ series }) =>
          series.length === 0 ? (
            <Empty>No step is finished yet: the charts draw themselves as soon as one is.</Empty>
          ) : (
            <div className="figures">
              {charts.map((chart) => (
                <MetricFigure
                  key={chart.id}
                  chart={chart}
                  all={series}
                  alarms={alarms.data ?? NONE}
                  fork={fork}
                  range={range}
                  onRange={setRange}
                />
              ))}
            </div>
          )
        }
      </Answer>
      <OtherMetrics run={run} fork={fork} range={range} onRange={setRange} />
    </>
  );
}

/** What people keep about a run; nothing where there is nothing. */
function Known({ run }: { readonly run: RunDetail }): ReactElement | null {
  const { tags, note } = run;
  if (tags.length === 0 && note === null && !hasKin(run)) return null;
  return (
    <p className="run-known">
      <Tags tags={tags} />
      <Kin run={run} />
      {note !== null && <VisibleText text={note} />}
    </p>
  );
}

const NONE: readonly Alarm[] = [];

/** The range of steps that all charts show: part of the address, so that a link shows the same. */
function useRange(): [StepRange | null, (range: StepRange | null) => void] {
  const [search, setSearch] = useSearchParams();
  const from = Number(search.get("from") ?? Number.NaN);
  const to = Number(search.get("to") ?? Number.NaN);
  const range = useMemo(() => (to > from ? { from, to } : null), [from, to]);
  const set = (next: StepRange | null): void =>
    setSearch(
      (previous) => {
        for (const name of ["from", "to"] as const)
          if (next === null) previous.delete(name);
          else previous.set(name, String(next[name]));
        return previous;
      },
      { replace: true },
    );
  return [range, set];
}

function RangeBar({
  run,
  range,
  onRange,
}: {
  readonly run: RunDetail;
  readonly range: StepRange | null;
  readonly onRange: (range: StepRange | null) => void;
}): ReactElement {
  const last = Math.max(run.step, 1);
  const { from, to } = range ?? { from: 1, to: last };
  const field = (label: string, value: number, change: (next: number) => StepRange): ReactElement => (
    <label>
      {label}
      <input
        type="number"
        min={0}
        max={last}
        value={value}
        onChange={({ target }) => {
          const next = change(target.valueAsNumber);
          if (next.to > next.from) onRange(next);
        }}
      />
    </label>
  );
  return (
    <div className="range-bar" role="group" aria-label="Steps that the charts show">
      {field("Steps", from, (next) => ({ from: next, to }))}
      {field("to", to, (next) => ({ from, to: next }))}
      <button type="button" className="small" disabled={range === null} onClick={() => onRange(null)}>
        All steps
      </button>
      {forkMark(run) !== null && (
        <span className="muted">
          Paler: steps up to {run.parentStep} are of #{run.parentRun}, which it was forked from.
        </span>
      )}
      <span className="muted wide-only">Drag over a chart to zoom all, double-click for all steps.</span>
    </div>
  );
}

interface MetricFigureProps {
  readonly chart: RunChart;
  readonly all: readonly Series[];
  readonly alarms: readonly Alarm[];
  readonly fork: ForkMark | null;
  readonly range: StepRange | null;
  readonly onRange: (range: StepRange | null) => void;
}

function MetricFigure({ chart, all, alarms, fork, range, onRange }: MetricFigureProps): ReactElement | null {
  const series = useMemo(() => chartSeries(chart, all), [chart, all]);
  const marks = useMemo<StepMark[]>(
    () =>
      alarms
        .filter(({ metric }) => chart.metrics.some((pattern) => fits(metric, pattern)))
        .map(({ step, alarm }) => ({ step, label: alarm.replaceAll("_", " ") })),
    [alarms, chart],
  );
  if (series.length === 0) return null;
  return (
    <SeriesFigure
      title={chart.title}
      hint={chart.hint}
      series={series}
      kind={chart.kind}
      marks={marks}
      fork={fork}
      range={range}
      onRange={onRange}
      {...(chart.bounds && { bounds: chart.bounds })}
    />
  );
}

function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }): ReactElement {
  return (
    <details className="panel alarms">
      <summary>
        <span className="chip bad">
          {alarms.length} {alarms.length === 1 ? "alarm" : "alarms"}
        </span>{" "}
        newest at step {alarms.at(-1)?.step}: <VisibleText text={alarms.at(-1)?.message ?? ""} />
      </summary>
      <ol>
        {alarms.map(({ id, step, alarm, message }) => (
          <li key={id}>
            <span className="number muted">step {step}</span> <strong>{alarm.replaceAll("_", " ")}</strong>{" "}
            <VisibleText text={message} />
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Metrics without a chart of their own: each on demand. */
function OtherMetrics({
  run,
  fork,
  range,
  onRange,
}: Omit<MetricFigureProps, "chart" | "all" | "alarms"> & { readonly run: RunDetail }): ReactElement | null {
  const [search, setSearch] = useSearchParams();
  const others = useMemo(() => otherMetrics(run.metrics), [run.metrics]);
  const chosen = (search.get("more") ?? "").split(",").filter((name) => others.includes(name));
  const query = useQuery(answers.metrics(run.id, { names: chosen.join(","), ...queryRange(range) }));
  if (others.length === 0) return null;
  const toggle = (name: string): void =>
    setSearch(
      (previous) => {
        const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
        if (next.length === 0) previous.delete("more");
        else previous.set("more", next.join(","));
        return previous;
      },
      { replace: true },
    );
  return (
    <section className="more-metrics">
      <h2>More metrics</h2>
      <div className="toggles" role="group" aria-label="More metrics">
        {others.map((name) => (
          <button
            key={name}
            type="button"
            className="small"
            aria-pressed={chosen.includes(name)}
            onClick={() => toggle(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {chosen.length > 0 && (
        <Answer query={query}>
          {({ series }) => (
            <div className="figures">
              {series.map((one) => (
                <OneMetric key={one.name} series={one} fork={fork} range={range} onRange={onRange} />
              ))}
            </div>
          )}
        </Answer>
      )}
    </section>
  );
}

function OneMetric({
  series,
  fork,
  range,
  onRange,
}: Omit<MetricFigureProps, "chart" | "all" | "alarms"> & { readonly series: Series }): ReactElement {
  const all = useMemo(() => [series], [series]);
  return <SeriesFigure title={series.name} hint="" series={all} fork={fork} range={range} onRange={onRange} />;
}
