import type { ReactElement } from "react";
import { Link } from "wouter";
import type { CompareAnswer } from "../../../../src/server/answers.ts";
import { VisibleText } from "../visible-text.tsx";

/** The options in which the recipes of runs differ, an option a row. */
export function RecipeDifferences({ answer }: { readonly answer: CompareAnswer }): ReactElement {
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
                  <th scope="row" className="nowrap">
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
