import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { percent } from "../../../../src/report/charts/short-number.ts";
import type { ComparedArm, ComparedEvaluations } from "../../../../src/server/answers.ts";
import { answers } from "../../data/answers.ts";
import { signedPoints } from "../../text/format.ts";
import { useSearch } from "../../use-search.ts";
import { Answer, Empty } from "../states.tsx";
import { VisibleText } from "../visible-text.tsx";

/** An evaluation that may be chosen for a side. */
export interface NamedEvaluation {
  /** As the address has it, such as `3:120`. */
  readonly place: string;
  readonly run: number;
  readonly step: number;
  readonly name: string;
}

/** Two evaluations problem by problem. */
export function PairedTest({
  suite,
  evaluations,
}: {
  readonly suite: string;
  readonly evaluations: readonly NamedEvaluation[];
}): ReactElement {
  const [search, change] = useSearch();
  const [usualA, usualB] = usualSides(evaluations);
  const chosen = (side: string): NamedEvaluation | undefined =>
    evaluations.find(({ place }) => place === search.get(side));
  const [a, b] = [chosen("a") ?? usualA, chosen("b") ?? usualB];
  const isOpen = a !== undefined && b !== undefined && a.place !== b.place;
  const query = useQuery({
    ...answers.compareEvaluations({ suite, a: a?.place ?? "", b: b?.place ?? "" }),
    enabled: isOpen,
  });
  return (
    <section className="panel paired" aria-labelledby="paired-title">
      <h3 id="paired-title">Paired test</h3>
      <div className="toolbar">
        {(["a", "b"] as const).map((side) => (
          <label key={side} className="field">
            {side.toUpperCase()}
            <select
              value={(side === "a" ? a : b)?.place ?? ""}
              onChange={({ target }) => change({ [side]: target.value })}
            >
              {evaluations.map(({ place, name }) => (
                <option key={place} value={place}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {isOpen ? (
        <Answer query={query}>{(answer) => <Compared answer={answer} />}</Answer>
      ) : (
        <Empty>Choose two evaluations of the suite.</Empty>
      )}
    </section>
  );
}

/** The newest evaluations of the first and the last run; of a run alone its first and its newest. */
function usualSides(
  evaluations: readonly NamedEvaluation[],
): [NamedEvaluation | undefined, NamedEvaluation | undefined] {
  const [first] = evaluations;
  const b = evaluations.at(-1);
  const ofFirst = evaluations.filter(({ run }) => run === first?.run);
  return first?.run === b?.run ? [first, b] : [ofFirst.at(-1), b];
}

function Compared({ answer }: { readonly answer: ComparedEvaluations }): ReactElement {
  const rows = [...answer.arms, answer.all];
  return (
    <>
      <p>
        <strong>{answer.sentence}</strong>
      </p>
      <div className="table-box" role="region" aria-label="Paired test by arm" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Arm</th>
              {["Problems", "A", "B", "B − A", "95% interval", "p", "p (Holm)", "Better / worse / same"].map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ArmRow key={row === answer.all ? "all arms" : `arm ${row.arm}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {answer.leftOut > 0 && (
        <p className="muted small-text">{answer.leftOut} problems without a verdict are left out.</p>
      )}
      {answer.notes.map((note) => (
        <p key={note} className="muted small-text">
          {note}
        </p>
      ))}
      <p className="muted small-text">
        {answer.pairing} {answer.all.test}, two-sided; intervals by the bootstrap over problems.
      </p>
    </>
  );
}

function ArmRow({ row }: { readonly row: ComparedArm }): ReactElement {
  const { low, high } = row.interval;
  return (
    <tr>
      <th scope="row" className="nowrap">
        <VisibleText text={row.arm} />
      </th>
      <td className="number">{row.problems}</td>
      <td className="number">{percent(row.a)}</td>
      <td className="number">{percent(row.b)}</td>
      <td className="number">{signedPoints(row.difference)}</td>
      <td className="number">
        {signedPoints(low)} to {signedPoints(high)}
      </td>
      <td className="number">{chance(row.p)}</td>
      <td className="number">{row.adjusted === null ? "–" : chance(row.adjusted)}</td>
      <td className="number">
        {row.better} / {row.worse} / {row.same}
      </td>
    </tr>
  );
}

function chance(p: number): string {
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}
