import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { percent } from "../../../../src/report/charts/short-number.ts";
import type { CompareAnswer, ComparedProblems, ComparedVisits } from "../../../../src/server/answers.ts";
import { answers } from "../../data/answers.ts";
import { fixed, whole } from "../../text/format.ts";
import { useSearch } from "../../use-search.ts";
import { Answer, Empty, Passed } from "../states.tsx";
import { VisibleText } from "../visible-text.tsx";

const PAGE = 8;
/** Runs whose rollouts stand side by side at the most, as the server has it. */
const MOST_RUNS = 6;

type Run = CompareAnswer["runs"][number];

/**
 * The problems that all runs practised, and the newest rollouts of one of them side by side; of runs that share no problem, the
 * arms and the newest rollouts of one of those.
 */
export function SameProblem({ runs }: { readonly runs: readonly Run[] }): ReactElement | null {
  const [search, change] = useSearch();
  const shown = runs.slice(0, MOST_RUNS);
  const ids = shown.map(({ id }) => id);
  const offset = Math.max(0, Math.floor(Number(search.get("offset") ?? 0))) || 0;
  const query = useQuery({ ...answers.comparedProblems(ids, offset, PAGE), enabled: shown.length > 1 });
  if (shown.length < 2) return null;
  return (
    <section className="panel same-problem" aria-labelledby="same-problem-title">
      <h2 id="same-problem-title">The same problem, side by side</h2>
      <Answer query={query}>
        {(answer) => {
          if (answer.problems === 0) return <SameArm answer={answer} runs={shown} />;
          const chosen = Number(search.get("problem")) || answer.rows[0]?.problemId;
          if (chosen === undefined) return <Empty>No problem was practised by all of them.</Empty>;
          return (
            <>
              <PractisedTable
                label="Problems that all of them practised"
                rows={answer.rows.map(({ problemId, problem, ...row }) => ({
                  id: String(problemId),
                  text: problem,
                  ...row,
                }))}
                runs={shown}
                chosen={String(chosen)}
                onChoose={(id) => change({ problem: id })}
              />
              <nav className="pager" aria-label="Shared problems">
                <button
                  type="button"
                  disabled={offset === 0}
                  onClick={() => change({ offset: offset <= PAGE ? "" : String(offset - PAGE), problem: "" })}
                >
                  ← Previous
                </button>
                <span className="number">
                  {whole(offset + 1)}–{whole(Math.min(offset + PAGE, answer.problems))} of {whole(answer.problems)}{" "}
                  problems, the most different first
                </span>
                <button
                  type="button"
                  disabled={offset + PAGE >= answer.problems}
                  onClick={() => change({ offset: String(offset + PAGE), problem: "" })}
                >
                  Next →
                </button>
              </nav>
              <Visits runs={shown} visited={{ problem: String(chosen) }} />
            </>
          );
        }}
      </Answer>
    </section>
  );
}

function SameArm({ answer, runs }: { readonly answer: ComparedProblems; readonly runs: readonly Run[] }): ReactElement {
  const [search, change] = useSearch();
  const { arms } = answer;
  const chosen = (arms.find(({ arm }) => arm === search.get("arm")) ?? arms[0])?.arm;
  if (chosen === undefined) return <Empty>They share neither a problem nor an arm.</Empty>;
  return (
    <>
      <p className="muted">They share no problem, so these are paired by arm: each run's newest group of it.</p>
      <PractisedTable
        label="Arms that all of them practised"
        rows={arms.map(({ arm, runs: practised }) => ({ id: arm, text: arm, runs: practised }))}
        runs={runs}
        chosen={chosen}
        onChoose={(arm) => change({ arm })}
      />
      <Visits runs={runs} visited={{ arm: chosen }} />
    </>
  );
}

interface PractisedRow {
  readonly id: string;
  readonly text: string;
  /** Left out where the text is an arm's name. */
  readonly arm?: string;
  readonly runs: ComparedProblems["arms"][number]["runs"];
}

function PractisedTable({
  label,
  rows,
  runs,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly rows: readonly PractisedRow[];
  readonly runs: readonly Run[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}): ReactElement {
  const isOfProblems = rows.some(({ arm }) => arm !== undefined);
  return (
    <div className="table-box" role="region" aria-label={label} tabIndex={0}>
      <table className="rows">
        <thead>
          <tr>
            {isOfProblems && <th scope="col">Problem</th>}
            <th scope="col">Arm</th>
            {runs.map(({ id }) => (
              <th key={id} scope="col" className="number">
                #{id}, pass rate (visits)
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, text, arm, runs: practised }) => (
            <tr key={id}>
              <th scope="row" className="text-cell">
                <button
                  type="button"
                  className="quiet problem-choice"
                  data-row
                  aria-pressed={id === chosen}
                  onClick={() => onChoose(id)}
                >
                  <VisibleText text={text} />
                </button>
              </th>
              {arm !== undefined && (
                <td className="nowrap">
                  <VisibleText text={arm} />
                </td>
              )}
              {practised.map(({ passRate, visits }, place) => (
                <td key={runs[place]?.id} className="number">
                  {percent(passRate)} <span className="muted">({visits})</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Visits({
  runs,
  visited,
}: {
  readonly runs: readonly Run[];
  readonly visited: { readonly problem: string } | { readonly arm: string };
}): ReactElement {
  const query = useQuery(
    answers.comparedVisits(
      runs.map(({ id }) => id),
      visited,
    ),
  );
  return (
    <Answer query={query}>
      {(visits) => (
        <div className="visit-columns">
          {visits.map((found) => (
            <Visit key={found.run} found={found} name={runs.find(({ id }) => id === found.run)?.name ?? ""} />
          ))}
        </div>
      )}
    </Answer>
  );
}

function Visit({
  found: { run, visit },
  name,
}: {
  readonly found: ComparedVisits[number];
  readonly name: string;
}): ReactElement {
  return (
    <section aria-label={`Rollouts of run ${run}`}>
      <h3>
        #{run} <VisibleText text={name} />
      </h3>
      {visit === null ? (
        <p className="muted">It has no rollout of it.</p>
      ) : (
        <>
          <p className="small-text">
            <Link href={`/runs/${run}/groups/${visit.groupId}`}>Group {visit.groupId}</Link>{" "}
            <span className="muted">
              step {visit.step}, policy version {visit.policyVersion}
            </span>
          </p>
          <ol className="visit-rollouts">
            {visit.rollouts.map((rollout) => (
              <li key={rollout.id}>
                <p className="visit-head">
                  <Passed passed={rollout.passed} />
                  <span className="muted number">reward {fixed(rollout.reward, 2)}</span>
                  {rollout.hint !== null && (
                    <span className="chip warn">
                      hint <VisibleText text={rollout.hint} />
                    </span>
                  )}
                </p>
                <p className="visit-text">
                  <VisibleText text={rollout.response === "" ? "(empty)" : rollout.response} />
                </p>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
