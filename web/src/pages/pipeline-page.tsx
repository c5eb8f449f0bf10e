import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import type { ChartTable } from "../../../src/report/charts/series.ts";
import { percent } from "../../../src/report/charts/short-number.ts";
import { CHART_THEMES } from "../../../src/report/charts/theme.ts";
import { timeline } from "../../../src/report/charts/timeline.ts";
import { busyShares, type BusyShares } from "../../../src/report/pipeline/busy-shares.ts";
import type { PipelineAnswer, RunDetail, Stretch } from "../../../src/server/answers.ts";
import { Chart } from "../components/chart.tsx";
import { DataTable } from "../components/data-table.tsx";
import { SeriesFigure } from "../components/series-figure.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { answers } from "../data/answers.ts";
import { duration } from "../text/format.ts";
import { useTheme } from "../theme.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

/** Steps of a page. */
const PAGE = 20;
const STALENESS = "staleness.mean,staleness.max";

/** What sampled, trained, synced and evaluated when, a page of steps at a time, and how busy both ends were. */
export function PipelinePage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Pipeline of #${run.id}`);
  const [search, change] = useSearch();
  const to = search.get("to");
  const query = useQuery(answers.pipeline(run.id, { steps: String(PAGE), ...(to !== null && { to }) }));
  const { from, to: end } = query.data ?? { from: 1, to: run.step };
  return (
    <>
      <div className="page-head">
        <h1>Pipeline</h1>
        <SqlButton
          sql={`SELECT *\nFROM v_pipeline\nWHERE run_id = ${run.id} AND step BETWEEN ${from} AND ${end}\nORDER BY started_at`}
        />
      </div>
      <Answer query={query}>
        {(answer) =>
          answer.window === null ? (
            <Empty>
              {run.step === 0
                ? "Nothing is sampled yet: the timeline draws itself as soon as something is."
                : "Not known of these steps: an older version of rlvr wrote them."}
            </Empty>
          ) : (
            <>
              <Busy shares={busyShares(answer.spans, answer.window, answer.pauses)} />
              <TimelineFigure answer={answer} window={answer.window} />
              <Pager answer={answer} onTurn={(next) => change({ to: next >= answer.last ? "" : String(next) })} />
            </>
          )
        }
      </Answer>
      {run.metrics.includes("staleness.max") && <Staleness run={run} />}
    </>
  );
}

function Busy({ shares }: { readonly shares: BusyShares }): ReactElement {
  const { wallSeconds, samplers, trainer, both, neither } = shares;
  const facts = [
    ["time shown", duration(wallSeconds), "Without the pauses in which no process worked on the run."],
    ["samplers busy", percent(samplers), "While a step was sampled or judged, or an evaluation went on."],
    ["trainer busy", percent(trainer), "While a batch was trained."],
    ["both at once", percent(both), "What sampling ahead gains: 0% at a depth of 0."],
    ["neither", percent(neither), "While weights were synced, credit was given, or a server or trainer started."],
  ] as const;
  return (
    <section className="panel" aria-label="How busy both ends were">
      <dl className="facts">
        {facts.map(([name, value, hint]) => (
          <div key={name} title={hint}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function TimelineFigure({
  answer,
  window,
}: {
  readonly answer: PipelineAnswer;
  readonly window: Stretch;
}): ReactElement {
  const theme = CHART_THEMES[useTheme()];
  const [isTable, setTable] = useState(false);
  const { spans, pauses, from, to } = answer;
  const { option, height } = useMemo(() => timeline({ theme, spans, pauses, window }), [theme, spans, pauses, window]);
  const { samplers, trainer, both } = busyShares(spans, window, pauses);
  return (
    <figure className="panel figure" data-chart="Timeline">
      <figcaption>
        <span className="figure-title">Timeline, bars by step</span>
        <span className="figure-step" />
        <button type="button" className="quiet small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "chart" : "table"}
        </button>
      </figcaption>
      {isTable ? (
        <DataTable caption="Timeline" table={stepTable(answer)} />
      ) : (
        <Chart
          option={option}
          height={height}
          label={`Timeline of steps ${from} to ${to}: samplers busy ${percent(samplers)}, trainer ${percent(trainer)}, both at once ${percent(both)}. The table has the seconds of each step.`}
        />
      )}
    </figure>
  );
}

/** The steps of a page with the seconds of their phases. */
function stepTable({ steps }: PipelineAnswer): ChartTable {
  return {
    columns: [
      "step",
      "sampled by weights after",
      "seconds in all",
      "sampling",
      "training",
      "sync",
      "versions behind",
      "most",
    ],
    rows: steps.map((one) => [
      one.step,
      one.sampledAfter,
      one.wallSeconds,
      one.collectSeconds,
      one.trainSeconds,
      one.syncSeconds,
      one.meanStaleness,
      one.maxStaleness,
    ]),
  };
}

function Pager({
  answer: { first, last, from, to },
  onTurn,
}: {
  readonly answer: PipelineAnswer;
  readonly onTurn: (to: number) => void;
}): ReactElement {
  return (
    <nav className="pager" aria-label="Steps">
      <button type="button" disabled={from <= first} onClick={() => onTurn(from - 1)}>
        ← Earlier
      </button>
      <span className="number">
        steps {from}–{to} of {last}
      </span>
      <button type="button" disabled={to >= last} onClick={() => onTurn(to + PAGE)}>
        Later →
      </button>
    </nav>
  );
}

function Staleness({ run }: { readonly run: RunDetail }): ReactElement {
  const query = useQuery(answers.metrics(run.id, { names: STALENESS, points: "300" }));
  return (
    <Answer query={query}>
      {({ series }) => (
        <SeriesFigure
          title="Versions behind, all steps"
          hint="Policy versions between what was trained and what sampled it."
          series={series.map((one) => ({ ...one, name: one.name.replace("staleness.", "") }))}
          bounds={BOUNDS}
          height={140}
        />
      )}
    </Answer>
  );
}

const BOUNDS = { min: 0 };
