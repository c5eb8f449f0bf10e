import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { Link, useSearchParams } from "wouter";
import type { CompareAnswer } from "../../../src/server/answers.ts";
import { SeriesFigure } from "../components/series-figure.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { useTitle } from "../use-title.ts";

/** Several runs on one chart, and what their recipes do differently. */
export function ComparePage(): ReactElement {
  useTitle("Compare");
  const [search, setSearch] = useSearchParams();
  const runs = (search.get("runs") ?? "")
    .split(",")
    .map(Number)
    .filter((run) => Number.isSafeInteger(run) && run > 0);
  const metric = search.get("metric") ?? "reward.mean";
  const query = useQuery({ ...answers.compare(runs, metric), enabled: runs.length > 1 });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Compare runs</h1>
        <label className="field">
          Metric
          <select
            value={metric}
            data-search
            onChange={({ target }) =>
              setSearch((previous) => {
                previous.set("metric", target.value);
                return previous;
              })
            }
          >
            {[...new Set([metric, ...(query.data?.metrics ?? [])])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Link href="/">All runs</Link>
      </div>
      {runs.length < 2 ? (
        <Empty>
          Choose two or more runs: tick them in <Link href="/">the list</Link>.
        </Empty>
      ) : (
        <Answer query={query}>
          {(answer) => (
            <>
              <CompareChart answer={answer} metric={metric} />
              <Differences answer={answer} />
            </>
          )}
        </Answer>
      )}
    </div>
  );
}

function CompareChart({ answer, metric }: { readonly answer: CompareAnswer; readonly metric: string }): ReactElement {
  const series = useMemo(
    () => answer.runs.map(({ id, name, series: one }) => ({ ...one, name: `#${id} ${name}` })),
    [answer],
  );
  return <SeriesFigure title={metric} hint="A line a run." series={series} height={320} />;
}

function Differences({ answer }: { readonly answer: CompareAnswer }): ReactElement {
  return (
    <section className="panel">
      <h2>What their recipes do differently</h2>
      {answer.differences.length === 0 ? (
        <p className="muted">Nothing: the recipes are the same.</p>
      ) : (
        <div className="table-box" role="region" aria-label="Differences of the recipes" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Option</th>
                {answer.runs.map(({ id, name }) => (
                  <th key={id} scope="col">
                    <Link href={`/runs/${id}`}>
                      #{id} <VisibleText text={name} />
                    </Link>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.differences.map(({ path, values }) => (
                <tr key={path}>
                  <th scope="row">
                    <code>
                      <VisibleText text={path} />
                    </code>
                  </th>
                  {values.map((value, index) => (
                    <td key={index}>
                      {value === null ? (
                        <span className="muted">absent</span>
                      ) : (
                        <code className="value">
                          <VisibleText text={value} />
                        </code>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
