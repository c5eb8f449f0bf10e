import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { RunSummary } from "../../../src/server/answers.ts";
import { percent } from "../../../src/report/charts/short-number.ts";
import { Sparkline } from "../components/sparkline.tsx";
import { Answer, Empty, StateChip } from "../components/states.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { useKeys } from "../keys.ts";
import { ago, duration, fixed, moment, whole } from "../text/format.ts";
import { useTitle } from "../use-title.ts";

/** Every run of the database, and the way to compare some of them. */
export function RunsPage(): ReactElement {
  useTitle("Runs");
  const query = useQuery(answers.runs());
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [, navigate] = useLocation();
  const target = `/compare?runs=${[...ticked].sort((left, right) => left - right).join(",")}`;
  useKeys(
    useMemo(
      () => [{ keys: "c", label: "Compare the ticked runs", run: () => ticked.size > 1 && navigate(target) }],
      [ticked, target, navigate],
    ),
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>Runs</h1>
        {ticked.size > 1 ? (
          <Link href={target} className="button primary">
            Compare {ticked.size} runs
          </Link>
        ) : (
          <span className="muted">Tick two or more to compare them.</span>
        )}
      </div>
      <Answer query={query}>
        {(runs) =>
          runs.length === 0 ? (
            <Empty>
              No runs yet. Start one with <code>rlvr run</code>: it appears here by itself.
            </Empty>
          ) : (
            <RunTable
              runs={runs}
              ticked={ticked}
              onTick={(id, isTicked) => {
                const next = new Set(ticked);
                if (isTicked) next.add(id);
                else next.delete(id);
                setTicked(next);
              }}
            />
          )
        }
      </Answer>
    </div>
  );
}

function RunTable({
  runs,
  ticked,
  onTick,
}: {
  readonly runs: readonly RunSummary[];
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (id: number, isTicked: boolean) => void;
}): ReactElement {
  return (
    <div className="table-box" role="region" aria-label="Runs" tabIndex={0}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Compare</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Steps</th>
            <th scope="col">Reward</th>
            <th scope="col">Held-out accuracy</th>
            <th scope="col" className="number">
              Rollouts
            </th>
            <th scope="col" className="number">
              Seed
            </th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Compare run ${run.id}`}
                  checked={ticked.has(run.id)}
                  onChange={({ target }) => onTick(run.id, target.checked)}
                />
              </td>
              <th scope="row">
                <Link href={`/runs/${run.id}`} data-row className="row-link">
                  <span className="muted number">#{run.id}</span> <VisibleText text={run.name} />
                </Link>
              </th>
              <td>
                <StateChip state={run.state} />
              </td>
              <td>
                <Progress step={run.step} steps={run.steps} />
              </td>
              <td>
                <span className="with-spark">
                  <Sparkline values={run.rewards} label="reward" />
                  <span className="number">{fixed(run.reward)}</span>
                </span>
              </td>
              <td className="nowrap">
                {run.accuracyNow === null ? (
                  <span className="muted">–</span>
                ) : (
                  <>
                    <span className="muted">{percent(run.accuracyBefore)} →</span>{" "}
                    <strong>{percent(run.accuracyNow)}</strong>
                  </>
                )}
              </td>
              <td className="number">{whole(run.rollouts)}</td>
              <td className="number">{run.seed}</td>
              <td className="nowrap">
                <time dateTime={run.createdAt} title={moment(run.createdAt)}>
                  {ago(run.createdAt)}
                </time>
                {run.finishedAt !== null && (
                  <span className="muted">
                    , took {duration((Date.parse(run.finishedAt) - Date.parse(run.createdAt)) / 1000)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How many of a run's steps are finished, as a number and a bar. */
export function Progress({ step, steps }: { readonly step: number; readonly steps: number }): ReactElement {
  return (
    <span className="progress">
      <progress max={Math.max(steps, 1)} value={step} aria-label={`${step} of ${steps} steps`} />
      <span className="number">
        {whole(step)}
        <span className="muted">/{whole(steps)}</span>
      </span>
    </span>
  );
}
