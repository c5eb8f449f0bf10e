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

/** The problems that all runs practised, and the newest rollouts of one of them side by side. */
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
          const chosen = Number(search.get("problem")) || answer.rows[0]?.problemId;
          if (chosen === undefined) return <Empty>No problem was practised by all of them.</Empty>;
          return (
            <>
              <ProblemTable
                answer={answer}
                runs={shown}
                chosen={chosen}
                onChoose={(id) => change({ problem: String(id) })}
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
              <Visits runs={shown} problem={chosen} />
            </>
          );
        }}
      </Answer>
    </section>
  );
}

function ProblemTable({
  answer,
  runs,
  chosen,
  onChoose,
}: {
  readonly answer: ComparedProblems;
  readonly runs: readonly Run[];
  readonly chosen: number;
  readonly onChoose: (problem: number) => void;
}): ReactElement {
  return (
    <div className="table-box" role="region" aria-label="Problems that all of them practised" tabIndex={0}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Problem</th>
            <th scope="col">Arm</th>
            {runs.map(({ id }) => (
              <th key={id} scope="col" className="number">
                #{id}, pass rate (visits)
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map(({ problemId, problem, arm, runs: practised }) => (
            <tr key={problemId}>
              <th scope="row" className="text-cell">
                <button
                  type="button"
                  className="quiet problem-choice"
                  data-row
                  aria-pressed={problemId === chosen}
                  onClick={() => onChoose(problemId)}
                >
                  <VisibleText text={problem} />
                </button>
              </th>
              <td className="nowrap">
                <VisibleText text={arm} />
              </td>
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

function Visits({ runs, problem }: { readonly runs: readonly Run[]; readonly problem: number }): ReactElement {
  const query = useQuery(
    answers.comparedVisits(
      runs.map(({ id }) => id),
      problem,
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
        <p className="muted">It has no rollout of this problem.</p>
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
