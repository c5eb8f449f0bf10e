import type { ReactElement } from "react";
import { whole } from "../text/format.ts";

/** How many of a run's steps are finished, as a number and a bar. */
export function Progress({ step, steps }: { readonly step: number; readonly steps: number }): ReactElement {
  return (
    <span className="progress">
      <progress max={Math.max(steps, 1)} value={step} aria-label={`${step} of ${steps} steps`} />
      <span className="number">
        {whole(step)}
        <span className="muted">/{whole(steps)}</span>
      </span>
    </span>
  );
}
