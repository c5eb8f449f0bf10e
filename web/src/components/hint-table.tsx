import type { ReactElement } from "react";
import type { GroupDetail } from "../../../src/server/answers.ts";
import { cutText } from "../text/visible-pieces.ts";
import { VisibleText } from "./visible-text.tsx";

/** The hints that were tried in a group, in order, and what each came to. */
export function HintTable({ hints }: { readonly hints: GroupDetail["hints"] }): ReactElement {
  return (
    <section className="panel" aria-labelledby="hints-title">
      <h2 id="hints-title">Hints</h2>
      <div className="table-box" role="region" aria-label="Hints" tabIndex={0}>
        <table className="compact">
          <thead>
            <tr>
              <th scope="col" className="number">
                Attempt
              </th>
              <th scope="col">Tier</th>
              <th scope="col" className="number">
                Level
              </th>
              <th scope="col">Parts</th>
              <th scope="col">Passed</th>
            </tr>
          </thead>
          <tbody>
            {hints.map((hint) => (
              <tr key={hint.attempt}>
                <td className="number">{hint.attempt}</td>
                <td>
                  <VisibleText text={hint.tier} />
                </td>
                <td className="number">{hint.level}</td>
                <td>
                  <VisibleText
                    text={cutText(typeof hint.parts === "string" ? hint.parts : JSON.stringify(hint.parts), 500)}
                  />
                </td>
                <td className="nowrap">
                  {hint.skipReason === null ? (
                    `${hint.passed ?? 0} of ${hint.samples}`
                  ) : (
                    <span className="muted">
                      skipped: <VisibleText text={hint.skipReason} />
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
