import type { ReactElement } from "react";
import { Link } from "wouter";
import type { ForkMark } from "../../../src/report/charts/axes.ts";
import { percent } from "../../../src/report/charts/short-number.ts";
import type { RunSummary } from "../../../src/server/answers.ts";
import { VisibleText } from "./visible-text.tsx";

/** What people filed a run under. */
export function Tags({ tags }: { readonly tags: readonly string[] }): ReactElement {
  return (
    <>
      {tags.map((tag) => (
        <span key={tag} className="chip tag">
          <VisibleText text={tag} />
        </span>
      ))}
    </>
  );
}

/** What a run was forked from, what was forked from it, and what replaces it; nothing of a run that stands alone. */
export function Kin({ run }: { readonly run: RunSummary }): ReactElement | null {
  const { parentRun, parentStep, supersededBy } = run;
  if (!hasKin(run)) return null;
  const forks = run.forks.filter((id) => id !== supersededBy);
  return (
    <span className="kin">
      {parentRun !== null && (
        <span>
          forked from <RunLink id={parentRun} /> after step {parentStep}
        </span>
      )}
      {forks.length > 0 && (
        <span>
          {forks.length === 1 ? "fork " : "forks "}
          {forks.map((id, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <RunLink id={id} />
            </span>
          ))}
        </span>
      )}
      {supersededBy !== null && (
        <span>
          replaced by <RunLink id={supersededBy} />
        </span>
      )}
    </span>
  );
}

/** Where a run was forked, for its charts; null of a run of its own. */
export function forkMark({ parentRun, parentStep }: RunSummary): ForkMark | null {
  return parentRun === null || !parentStep ? null : { run: parentRun, step: parentStep };
}

/** Whether a run was forked from another, or others from it. */
export function hasKin({ parentRun, forks, supersededBy }: RunSummary): boolean {
  return parentRun !== null || forks.length > 0 || supersededBy !== null;
}

function RunLink({ id }: { readonly id: number }): ReactElement {
  return <Link href={`/runs/${id}`}>#{id}</Link>;
}

/** Held-out accuracy before and now. */
export function Accuracy({ run }: { readonly run: RunSummary }): ReactElement {
  if (run.accuracyNow === null) return <span className="muted">–</span>;
  return (
    <>
      <span className="muted">{percent(run.accuracyBefore)} →</span> <strong>{percent(run.accuracyNow)}</strong>
    </>
  );
}
