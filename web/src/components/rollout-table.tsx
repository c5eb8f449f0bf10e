import { memo, type ReactElement } from "react";
import { Link } from "wouter";
import type { RolloutRow } from "../../../src/server/answers.ts";
import { fixed, signed, whole } from "../text/format.ts";
import { Passed } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

/** Rollouts a row each; a row opens its group. */
export const RolloutTable = memo(function RolloutTable({
  rows,
  run,
}: {
  readonly rows: readonly RolloutRow[];
  readonly run: number;
}): ReactElement {
  return (
    <div className="table-box" role="region" aria-label="Rollouts" tabIndex={0}>
      <table className="rows rollouts">
        <thead>
          <tr>
            <th scope="col">Rollout</th>
            <th scope="col" className="number">
              Step
            </th>
            <th scope="col">Arm</th>
            <th scope="col">Problem</th>
            <th scope="col">Response</th>
            <th scope="col">Verdict</th>
            <th scope="col" className="number">
              Reward
            </th>
            <th scope="col" className="number">
              Advantage
            </th>
            <th scope="col" className="number">
              Tokens
            </th>
            <th scope="col">Hint</th>
            <th scope="col">Fate</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Link
                  href={`/runs/${run}/groups/${row.groupId}?rollout=${row.id}`}
                  data-row
                  className="row-link number"
                >
                  {row.id}
                </Link>
              </th>
              <td className="number">{row.step}</td>
              <td className="nowrap">
                <VisibleText text={row.arm} />
              </td>
              <td className="text-cell">
                <VisibleText text={row.problem} />
              </td>
              <td className="text-cell mono">
                <VisibleText text={row.response} />
              </td>
              <td className="nowrap">
                <Passed passed={row.passed} />
              </td>
              <td className="number">{fixed(row.reward, 2)}</td>
              <td className="number">{signed(row.advantage)}</td>
              <td className="number">{whole(row.tokens)}</td>
              <td className="nowrap">
                {row.hint === null ? <span className="muted">–</span> : <VisibleText text={row.hint} />}
              </td>
              <td className="nowrap">
                <Fate fate={row.fate} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

/** Whether a rollout was trained on, or why not. */
export function Fate({ fate }: { readonly fate: string | null }): ReactElement {
  if (fate === null) return <span className="muted">open</span>;
  return fate === "trained" ? (
    <span className="chip good">trained</span>
  ) : (
    <span className="muted">{fate.replaceAll("_", " ")}</span>
  );
}
