import type { ReactElement } from "react";
import type { VerdictDetail } from "../../../src/server/answers.ts";
import { fixed } from "../text/format.ts";
import { Passed } from "./states.tsx";
import { LongText, VisibleText } from "./visible-text.tsx";

/** Every verdict on a rollout, with what its verifier said. */
export function VerdictList({ verdicts }: { readonly verdicts: readonly VerdictDetail[] }): ReactElement {
  if (verdicts.length === 0) return <p className="muted">No verifier has judged it.</p>;
  return (
    <ul className="verdicts">
      {verdicts.map((verdict) => (
        <li key={verdict.verifier}>
          <p className="verdict-head">
            <strong>
              <VisibleText text={verdict.verifier} />
            </strong>
            {verdict.status === "ok" ? (
              <>
                <Passed passed={verdict.passed} />
                <span className="number">score {fixed(verdict.score, 2)}</span>
              </>
            ) : (
              <span className="chip warn">{verdict.status}</span>
            )}
            <span className="muted number">
              version {verdict.version}, {verdict.kept ? "kept from before" : `${verdict.runMs.toFixed(1)} ms`}
              {verdict.attempts > 1 && `, ${verdict.attempts} attempts`}
            </span>
          </p>
          {verdict.extracted !== null && (
            <p>
              <span className="muted">read as </span>
              <code>
                <VisibleText text={verdict.extracted.slice(0, 400)} />
              </code>
            </p>
          )}
          {verdict.error !== null && <LongText text={verdict.error} label={`Error of ${verdict.verifier}`} />}
          {verdict.details !== null && verdict.details !== undefined && (
            <LongText text={JSON.stringify(verdict.details, null, 2)} label={`Details of ${verdict.verifier}`} />
          )}
        </li>
      ))}
    </ul>
  );
}
