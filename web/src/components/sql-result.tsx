import { useMemo, useState, type ReactElement } from "react";
import type { ChartSeries } from "../../../src/report/charts/series.ts";
import type { SqlAnswer } from "../../../src/server/answers.ts";
import { toCsv } from "../text/csv.ts";
import { cutText } from "../text/visible-pieces.ts";
import { Segments } from "./segments.tsx";
import { SelectField } from "./select-field.tsx";
import { SeriesFigure } from "./series-figure.tsx";
import { Empty } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

/** Most characters of a cell that are laid out. */
const CELL = 300;

/** The rows of a statement, as a table or a chart, and as a file. */
export function SqlResult({ answer }: { readonly answer: SqlAnswer }): ReactElement {
  const [view, setView] = useState<"table" | "chart">("table");
  const numeric = useMemo(() => numericColumns(answer), [answer]);
  if (answer.rows.length === 0) return <Empty>No rows.</Empty>;
  return (
    <section className="panel sql-result" aria-label="Result">
      <div className="toolbar">
        <Segments
          label="Result as"
          value={view}
          choices={[
            { value: "table", label: "Table" },
            { value: "chart", label: "Chart" },
          ]}
          onChange={setView}
        />
        <button type="button" className="small" onClick={() => download(answer)}>
          Download CSV
        </button>
      </div>
      {view === "table" ? (
        <ResultTable answer={answer} numeric={numeric} />
      ) : (
        <ResultChart answer={answer} numeric={numeric} />
      )}
    </section>
  );
}

function ResultTable({ answer, numeric }: ResultProps): ReactElement {
  return (
    <div className="table-box result" role="region" aria-label="Rows" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {answer.columns.map((column, index) => (
              <th key={index} scope="col" className={numeric.includes(column) ? "number" : undefined}>
                <VisibleText text={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td
                  key={column}
                  className={typeof cell === "number" ? "number" : "result-cell"}
                  title={typeof cell === "number" ? String(cell) : undefined}
                >
                  {cell === null ? <span className="muted">null</span> : <VisibleText text={shown(cell)} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Numbers to seven digits (the whole is the cell's title and in the file), texts cut. */
function shown(cell: string | number): string {
  if (typeof cell === "number") return String(Number(cell.toPrecision(7)));
  return cell.length > CELL ? `${cutText(cell, CELL)}…` : cell;
}

interface ResultProps {
  readonly answer: SqlAnswer;
  readonly numeric: readonly string[];
}

function ResultChart({ answer, numeric }: ResultProps): ReactElement {
  const [x, setX] = useState(numeric.find((name) => name === "step") ?? numeric[0] ?? "");
  const [y, setY] = useState(numeric.find((name) => name !== x && name !== "run_id") ?? "");
  const [by, setBy] = useState("");
  const series = useMemo(() => resultSeries(answer, x, y, by), [answer, x, y, by]);
  const others = answer.columns.filter((name) => !numeric.includes(name));
  if (numeric.length < 2)
    return (
      <Empty>A chart needs two columns of numbers; this result has {numeric.length === 0 ? "none" : "one"}.</Empty>
    );
  return (
    <>
      <div className="toolbar">
        <SelectField label="x" value={x} all="choose" choices={numeric} onChange={setX} />
        <SelectField label="y" value={y} all="choose" choices={numeric} onChange={setY} />
        <SelectField label="a line for each" value={by} all="–" choices={others} onChange={setBy} />
      </div>
      {series.length === 0 ? (
        <Empty>Choose x and y.</Empty>
      ) : (
        <SeriesFigure title={`${y} over ${x}`} hint="" series={series} height={320} />
      )}
    </>
  );
}

/** Columns of numbers in every row where there is anything. */
function numericColumns({ columns, rows }: SqlAnswer): string[] {
  return columns.filter((_, index) => {
    const cells = rows.map((row) => row[index] ?? null).filter((cell) => cell !== null);
    return cells.length > 0 && cells.every((cell) => typeof cell === "number");
  });
}

/** A line for each value of a column (else one), in order of x. */
function resultSeries({ columns, rows }: SqlAnswer, x: string, y: string, by: string): ChartSeries[] {
  const [atX, atY, atBy] = [x, y, by].map((name) => columns.indexOf(name));
  if (x === "" || y === "" || atX === undefined || atY === undefined) return [];
  const lines = Map.groupBy(rows, (row) => (by === "" ? y : String(row[atBy ?? -1] ?? "null")));
  return [...lines].slice(0, MOST_LINES).map(([name, own]) => {
    const points = own
      .filter((row) => typeof row[atX] === "number")
      .sort((left, right) => Number(left[atX]) - Number(right[atX]));
    return {
      name,
      steps: points.map((row) => Number(row[atX])),
      mean: points.map((row) => (typeof row[atY] === "number" ? row[atY] : null)),
    };
  });
}

/** More lines than this nobody tells apart. */
const MOST_LINES = 21;

function download({ columns, rows }: SqlAnswer): void {
  const url = URL.createObjectURL(new Blob([toCsv(columns, rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "rlvr.csv";
  link.click();
  URL.revokeObjectURL(url);
}
