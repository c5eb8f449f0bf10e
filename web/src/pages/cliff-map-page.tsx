import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import {
  CLIFF_ROW_HEIGHT,
  CLIFF_TOP,
  cliffMap,
  cliffMapHeight,
  cliffMapWidth,
  FEW_VISITS,
} from "../../../src/report/charts/cliff-map.ts";
import { plainLabel } from "../../../src/report/charts/plain-label.ts";
import { percent } from "../../../src/report/charts/short-number.ts";
import { CHART_THEMES } from "../../../src/report/charts/theme.ts";
import type { CliffMapAnswer, CliffRow, RunDetail } from "../../../src/server/answers.ts";
import { Chart } from "../components/chart.tsx";
import { Segments } from "../components/segments.tsx";
import { SelectField } from "../components/select-field.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { useKeys } from "../keys.ts";
import { whole } from "../text/format.ts";
import { useTheme } from "../theme.ts";
import { useSearch } from "../use-search.ts";
import { useWide } from "../use-wide.ts";
import { useTitle } from "../use-title.ts";

const PAGE = 40;
type Columns = "visits" | "steps";

const ORDERS = [
  { value: "visits", label: "most visits" },
  { value: "position", label: "place in the set" },
] as const;

/** Problems and their visits: which were cliffs, where hints helped, and which passed without them later. */
export function CliffMapPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Cliff map of #${run.id}`);
  const [search, change] = useSearch();
  const arm = search.get("arm") ?? "";
  const order = ORDERS.find(({ value }) => value === search.get("order"))?.value ?? "hardest";
  const offset = Number(search.get("offset") ?? 0) || 0;
  const columns: Columns = search.get("columns") === "steps" ? "steps" : "visits";
  const query = useQuery(
    answers.cliffMap(run.id, { order, offset: String(offset), limit: String(PAGE), ...(arm !== "" && { arm }) }),
  );
  const problems = query.data?.problems ?? 0;
  const turn = (to: number): void => {
    if (to < 0 || to >= problems) return;
    change({ offset: to === 0 ? "" : String(to) });
    window.scrollTo({ top: 0 });
  };
  useKeys([
    { keys: "n", label: "Next problems", run: () => turn(offset + PAGE) },
    { keys: "p", label: "Previous problems", run: () => turn(Math.max(0, offset - PAGE)) },
  ]);
  return (
    <>
      <div className="page-head">
        <h1>Cliff map</h1>
        <SelectField
          label="Arm"
          value={arm}
          choices={run.arms}
          onChange={(value) => change({ arm: value, offset: "" })}
        />
        <SelectField
          label="Order"
          all="hardest first"
          value={order === "hardest" ? "" : order}
          choices={ORDERS}
          onChange={(value) => change({ order: value, offset: "" })}
        />
        <Segments<Columns>
          label="Columns"
          value={columns}
          choices={[
            { value: "visits", label: "Visits" },
            { value: "steps", label: "Steps" },
          ]}
          onChange={(value) => change({ columns: value === "visits" ? "" : value })}
        />
        <SqlButton
          sql={`SELECT *\nFROM v_cliffs\nWHERE run_id = ${run.id}${arm === "" ? "" : ` AND arm = '${arm.replaceAll("'", "''")}'`}\nORDER BY step`}
        />
      </div>
      <Answer query={query}>
        {(answer) =>
          answer.rows.length === 0 ? (
            <Empty>No problem was visited{arm === "" ? " yet" : " in this arm"}.</Empty>
          ) : (
            <>
              <Map answer={answer} columns={columns} run={run.id} />
              <nav className="pager" aria-label="Problems">
                <button type="button" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - PAGE))}>
                  ← Previous
                </button>
                <span className="number">
                  {whole(offset + 1)}–{whole(Math.min(offset + PAGE, problems))} of {whole(problems)} problems
                </span>
                <button type="button" disabled={offset + PAGE >= problems} onClick={() => turn(offset + PAGE)}>
                  Next →
                </button>
              </nav>
            </>
          )
        }
      </Answer>
    </>
  );
}

function Map({
  answer,
  columns,
  run,
}: {
  readonly answer: CliffMapAnswer;
  readonly columns: Columns;
  readonly run: number;
}): ReactElement {
  const theme = CHART_THEMES[useTheme()];
  const [isTable, setTable] = useState(false);
  const [, navigate] = useLocation();
  const isWide = useWide();
  const hasHintNames = isWide && columns === "visits" && answer.rows.every(({ visits }) => visits.length <= FEW_VISITS);
  const [option, width] = useMemo(() => {
    const map = { theme, rows: answer.rows, columns, nameWidth: 0, leastColumns: 1, hasHintNames };
    return [cliffMap(map), cliffMapWidth(map)];
  }, [theme, answer, columns, hasHintNames]);
  const hinted = answer.rows.filter(({ visits }) => visits.some(({ hint }) => hint !== null)).length;
  const graduated = answer.rows.filter(({ graduatedAt }) => graduatedAt !== null).length;
  return (
    <figure className="panel figure" data-chart="Cliff map">
      <figcaption>
        <span className="figure-title">Problems × {columns}, coloured by pass rate without hints</span>
        <span className="figure-step muted marks-legend">
          <span>▲ rescued by a hint</span>
          <span>△ hint in vain</span>
          <span>★ graduated</span>
        </span>
        <button type="button" className="quiet small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "chart" : "table"}
        </button>
      </figcaption>
      {isTable ? (
        <MapTable rows={answer.rows} run={run} />
      ) : (
        <div className="cliff-map" role="region" aria-label="Map" tabIndex={0}>
          <ol className="cliff-names" style={{ paddingTop: CLIFF_TOP, lineHeight: `${CLIFF_ROW_HEIGHT}px` }}>
            {answer.rows.map(({ problemId, problem, arm: own }) => (
              <li key={problemId} style={{ height: CLIFF_ROW_HEIGHT }}>
                <VisibleText text={plainLabel(problem, 60)} />{" "}
                <span className="muted">
                  <VisibleText text={plainLabel(own, 24)} />
                </span>
              </li>
            ))}
          </ol>
          <div className="cliff-cells" style={{ minWidth: width.least, maxWidth: width.most }}>
            <Chart
              option={option}
              height={cliffMapHeight(answer.rows.length)}
              label={`${answer.rows.length} problems by ${columns}: ${hinted} were hinted, ${graduated} of them graduated. The table links to each group.`}
              onPick={([, , , group]) => group !== undefined && navigate(`/runs/${run}/groups/${group}`)}
            />
          </div>
        </div>
      )}
    </figure>
  );
}

function MapTable({ rows, run }: { readonly rows: readonly CliffRow[]; readonly run: number }): ReactElement {
  return (
    <div className="table-box" role="region" aria-label="Problems and visits" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Problem</th>
            <th scope="col">Arm</th>
            <th scope="col">Visits: step and pass rate without hints</th>
            <th scope="col">Graduated</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.problemId}>
              <th scope="row">
                <VisibleText text={row.problem} />
              </th>
              <td>
                <VisibleText text={row.arm} />
              </td>
              <td className="visits">
                {row.visits.map((visit, index) => (
                  <Link
                    key={visit.groupId}
                    href={`/runs/${run}/groups/${visit.groupId}`}
                    {...(index === 0 && { "data-row": true })}
                  >
                    {visit.step}: {percent(visit.passRate)}
                    {visit.hint !== null &&
                      ` (${visit.hint.isRescue ? "▲" : "△"} ${visit.hint.tier} ${visit.hint.level})`}
                  </Link>
                ))}
              </td>
              <td className="nowrap">{row.graduatedAt === null ? "–" : `★ step ${row.graduatedAt}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
