import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import type { Bounds } from "../../../src/report/charts/axes.ts";
import { heatMap, widthOfNames } from "../../../src/report/charts/heat-map.ts";
import type { ChartSeries } from "../../../src/report/charts/series.ts";
import { seriesTable } from "../../../src/report/charts/series.ts";
import { shortNumber } from "../../../src/report/charts/short-number.ts";
import { CHART_THEMES } from "../../../src/report/charts/theme.ts";
import type { CurriculumAnswer, RunDetail } from "../../../src/server/answers.ts";
import { Chart } from "../components/chart.tsx";
import { DataTable } from "../components/data-table.tsx";
import { Segments } from "../components/segments.tsx";
import { SeriesFigure } from "../components/series-figure.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { answers } from "../data/answers.ts";
import { useTheme } from "../theme.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

/** Most columns of the heat map. */
const POINTS = "120";
const ROW_HEIGHT = 30;
/** Of the lines' axes; a value may be anything. */
const BOUNDS: { readonly [measure: string]: Bounds | undefined } = {
  probability: { min: 0 },
  passRate: { min: 0, max: 1 },
};

const MEASURES = [
  { value: "probability", label: "Probability", hint: "How likely a group was to be of the arm." },
  { value: "value", label: "Value", hint: "What the curriculum took the arm to be worth, before it chose." },
  { value: "passRate", label: "Pass rate", hint: "Share of the policy's own rollouts that passed." },
] as const;
type Measure = (typeof MEASURES)[number]["value"];

/** What was practised when: the arms over the steps. */
export function CurriculumPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Curriculum of #${run.id}`);
  const [search, change] = useSearch();
  const measure = MEASURES.find(({ value }) => value === search.get("measure")) ?? MEASURES[0];
  const query = useQuery(answers.curriculum(run.id, { points: POINTS }));
  return (
    <>
      <div className="page-head">
        <h1>Curriculum</h1>
        <Segments<Measure>
          label="What the colours show"
          value={measure.value}
          choices={MEASURES}
          onChange={(value) => change({ measure: value })}
        />
        <span className="muted wide-only">{measure.hint}</span>
        <SqlButton
          sql={`SELECT step, arm, probability, value, pass_rate, groups\nFROM v_arms\nWHERE run_id = ${run.id}\nORDER BY step, arm`}
        />
      </div>
      <Answer query={query}>
        {(answer) =>
          answer.cells.length === 0 ? (
            <Empty>No step has chosen its arms yet.</Empty>
          ) : (
            <>
              <ArmMap answer={answer} measure={measure.value} title={measure.label} />
              <ArmLines answer={answer} measure={measure.value} title={`${measure.label} by arm`} hint={measure.hint} />
            </>
          )
        }
      </Answer>
    </>
  );
}

interface ArmProps {
  readonly answer: CurriculumAnswer;
  readonly measure: Measure;
  readonly title: string;
}

function ArmMap({ answer, measure, title }: ArmProps): ReactElement {
  const theme = CHART_THEMES[useTheme()];
  const [isTable, setTable] = useState(false);
  const { option, highest } = useMemo(() => {
    const cells = answer.cells.map((cell) => ({ row: cell.arm, step: cell.step, value: cell[measure] }));
    const most = cells.reduce((high, { value }) => Math.max(high, value ?? 0), 0);
    const max = measure === "passRate" ? 1 : most || 1;
    return {
      highest: most,
      option: heatMap({
        theme,
        rows: answer.arms,
        steps: answer.steps,
        nameWidth: widthOfNames(answer.arms, 90),
        cells,
        measure: title.toLowerCase(),
        ramp: measure === "passRate" ? "diverging" : "sequential",
        bounds: { min: cells.reduce((low, { value }) => Math.min(low, value ?? 0), 0), max },
      }),
    };
  }, [answer, measure, theme, title]);
  return (
    <figure className="panel figure" data-chart="Arms over steps">
      <figcaption>
        <span className="figure-title">{title}, arms over steps</span>
        <span className="figure-step" />
        <button type="button" className="quiet small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "chart" : "table"}
        </button>
      </figcaption>
      {isTable ? (
        <DataTable caption={title} table={seriesTable(armSeries(answer, measure))} />
      ) : (
        <Chart
          option={option}
          height={answer.arms.length * ROW_HEIGHT + 60}
          label={`${title} of ${answer.arms.length} arms over ${answer.steps.length} columns of steps; the highest is ${shortNumber(highest)}. The table has the numbers.`}
        />
      )}
    </figure>
  );
}

function ArmLines({ answer, measure, title, hint }: ArmProps & { readonly hint: string }): ReactElement {
  const series = useMemo(() => armSeries(answer, measure), [answer, measure]);
  return (
    <SeriesFigure
      title={title}
      hint={hint}
      series={series}
      height={240}
      {...(BOUNDS[measure] && { bounds: BOUNDS[measure] })}
    />
  );
}

function armSeries(answer: CurriculumAnswer, measure: Measure): ChartSeries[] {
  return answer.arms.map((arm) => {
    const own = answer.cells.filter((cell) => cell.arm === arm);
    return { name: arm, steps: own.map(({ step }) => step), mean: own.map((cell) => cell[measure]) };
  });
}
