import type { ReactElement } from "react";
import { Link } from "wouter";
import { sizeText } from "../../../src/core/texts/size-text.ts";
import type { RunSummary } from "../../../src/server/answers.ts";
import { ago, fixed, moment, whole } from "../text/format.ts";
import { signOfLife } from "../text/sign-of-life.ts";
import { useNow } from "../use-now.ts";
import { Progress } from "./progress.tsx";
import { Accuracy, hasKin, Kin, Tags } from "./run-facts.tsx";
import { Sparkline } from "./sparkline.tsx";
import { StateChip } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

/** Runs that are shown, and which of them are ticked to be compared. */
export interface ShownRuns {
  readonly runs: readonly RunSummary[];
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (id: number, isTicked: boolean) => void;
}

/** Runs as rows. */
export function RunTable({ runs, ticked, onTick }: ShownRuns): ReactElement {
  const now = useNow();
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
              Size
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
                <Tick id={run.id} ticked={ticked} onTick={onTick} />
              </td>
              <th scope="row" className="run-cell">
                <RunName run={run} />
                <About run={run} />
              </th>
              <td>
                <StateChip state={run.state} />
                <div className="muted small-text run-life">{signOfLife(run, now)}</div>
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
                <Accuracy run={run} />
              </td>
              <td className="number">{whole(run.rollouts)}</td>
              <td className="number">{run.bytes === null ? "–" : sizeText(run.bytes)}</td>
              <td className="number">{run.seed}</td>
              <td className="nowrap">
                <time dateTime={run.createdAt} title={moment(run.createdAt)}>
                  {ago(run.createdAt, now)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Runs as cards, where there is no room for a table. */
export function RunCards({ runs, ticked, onTick }: ShownRuns): ReactElement {
  const now = useNow();
  return (
    <ul className="run-cards" aria-label="Runs">
      {runs.map((run) => (
        <li key={run.id} className="panel run-card">
          <p className="run-card-head">
            <Tick id={run.id} ticked={ticked} onTick={onTick} />
            <RunName run={run} />
          </p>
          <p className="run-card-line">
            <StateChip state={run.state} />
            <span className="muted">{signOfLife(run, now)}</span>
          </p>
          <p className="run-card-line">
            <Progress step={run.step} steps={run.steps} />
            <span className="with-spark">
              <Sparkline values={run.rewards} label="reward" />
              <span className="number">{fixed(run.reward)}</span>
            </span>
          </p>
          <p>
            <Accuracy run={run} /> <span className="muted">held-out accuracy</span>
          </p>
          <p className="muted small-text">
            {whole(run.rollouts)} rollouts, {run.bytes !== null && `${sizeText(run.bytes)} of files, `}seed {run.seed}
          </p>
          <About run={run} />
        </li>
      ))}
    </ul>
  );
}

function Tick({ id, ticked, onTick }: Pick<ShownRuns, "ticked" | "onTick"> & { readonly id: number }): ReactElement {
  return (
    <input
      type="checkbox"
      aria-label={`Compare run ${id}`}
      checked={ticked.has(id)}
      onChange={({ target }) => onTick(id, target.checked)}
    />
  );
}

function RunName({ run }: { readonly run: RunSummary }): ReactElement {
  return (
    <Link href={`/runs/${run.id}`} data-row className="row-link">
      <span className="muted number">#{run.id}</span> <VisibleText text={run.name} />
    </Link>
  );
}

/** Tags, note and kin of a run; nothing where it has none. */
function About({ run }: { readonly run: RunSummary }): ReactElement | null {
  if (run.tags.length === 0 && run.note === null && !hasKin(run)) return null;
  return (
    <span className="run-about">
      <Tags tags={run.tags} />
      <Kin run={run} />
      {run.note !== null && (
        <span className="run-note">
          <VisibleText text={run.note} />
        </span>
      )}
    </span>
  );
}
