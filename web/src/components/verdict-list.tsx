import type { ReactElement } from "react";
import type { GroupDetail, VerdictDetail } from "../../../src/server/answers.ts";
import { checkedParts } from "../text/checked-parts.ts";
import { fixed } from "../text/format.ts";
import { CheckedList } from "./checked-list.tsx";
import { Passed } from "./states.tsx";
import { LongText, VisibleText } from "./visible-text.tsx";

/** Every verdict on a rollout, with what its verifier said. */
export function VerdictList({
  verdicts,
  instructions,
}: {
  readonly verdicts: readonly VerdictDetail[];
  /** Of the problem. */
  readonly instructions: GroupDetail["instructions"];
}): ReactElement {
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
          <Details verdict={verdict} instructions={instructions} />
        </li>
      ))}
    </ul>
  );
}

/** What a verifier gave as details: part by part where it names parts, and else, or on demand, as it is. */
function Details({
  verdict: { verifier, details },
  instructions,
}: {
  readonly verdict: VerdictDetail;
  readonly instructions: GroupDetail["instructions"];
}): ReactElement | null {
  if (details === null || details === undefined) return null;
  const parts = checkedParts(details, instructions);
  const raw = <LongText text={JSON.stringify(details, null, 2)} label={`Details of ${verifier}`} />;
  if (parts.length === 0) return raw;
  return (
    <>
      <CheckedList parts={parts} />
      <details>
        <summary className="muted small-text">Details as stored</summary>
        {raw}
      </details>
    </>
  );
}
