import type { ReactElement, ReactNode } from "react";
import { signed } from "../text/format.ts";
import type { TokenMeasure } from "../text/token-colours.ts";

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

/** What the colours of tokens mean, or why there are none. */
export function TokenLegend({
  measure,
  scale,
  hasTeacher,
}: {
  readonly measure: TokenMeasure;
  /** Greatest size of an advantage in the group. */
  readonly scale: number;
  /** Whether a teacher's log-probabilities are stored. */
  readonly hasTeacher: boolean;
}): ReactElement {
  switch (measure) {
    case "logprob":
      return (
        <span className="token-legend">
          certain
          {LEVELS.map((level) => (
            <i key={level} className={`token surprise-${level}`} />
          ))}
          log p ≤ −5
        </span>
      );
    case "advantage":
      if (scale === 0) return <p className="muted small-text">Every advantage of the group is 0.</p>;
      return <Diverging least={signed(-scale)} most={signed(scale)} />;
    case "ratio":
      return hasTeacher ? (
        <Diverging least="teacher ÷ policy ≤ 1/7" most="≥ 7" />
      ) : (
        <p className="muted small-text">
          Not stored: the trainer tells its log-probabilities as means of a step (mismatch KL and ratio on the run's
          page). Where a run has a teacher, this shows its probability over the policy's.
        </p>
      );
    case "entropy":
      return (
        <p className="muted small-text">
          Not stored: a policy server tells the log-probability of the token that it drew, not of all others. The run's
          page has the mean of each step.
        </p>
      );
  }
}

function Diverging({ least, most }: { readonly least: ReactNode; readonly most: ReactNode }): ReactElement {
  return (
    <span className="token-legend">
      {least}
      {LEVELS.toReversed().map((level) => (
        <i key={level} className={`token worse-${level}`} />
      ))}
      <i className="token" />
      {LEVELS.map((level) => (
        <i key={level} className={`token better-${level}`} />
      ))}
      {most}
    </span>
  );
}
