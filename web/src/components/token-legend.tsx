import type { ReactElement, ReactNode } from "react";
import { signed } from "../text/format.ts";
import type { TokenMeasure } from "../text/token-colours.ts";

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

/** What the colours of tokens mean, or why there are none. */
export function TokenLegend({
  measure,
  scale,
  isTold,
}: {
  readonly measure: TokenMeasure;
  /** Greatest size of an advantage in the group. */
  readonly scale: number;
  /** Whether the trainer told of a rollout of the group what it computed of its tokens. */
  readonly isTold: boolean;
}): ReactElement {
  switch (measure) {
    case "logprob":
      return <OneSided most="log p ≤ −5" />;
    case "advantage":
      if (scale === 0) return <p className="muted small-text">Every advantage of the group is 0.</p>;
      return <Diverging least={signed(-scale)} most={signed(scale)} />;
    case "entropy":
      return isTold ? <OneSided most="entropy ≥ 2 nats" /> : <NotTold />;
    case "ratio":
      return isTold ? <Diverging least="trainer ÷ sampler ≤ 1/2" most="≥ 2" /> : <NotTold />;
    case "teacher":
      return <Diverging least="teacher ÷ policy ≤ 1/7" most="≥ 7" />;
  }
}

function NotTold(): ReactElement {
  return (
    <p className="muted small-text">
      Not stored for this group: a trainer computes it of the rollouts that it trains, when their batch begins. The
      run's page has the means of each step.
    </p>
  );
}

function OneSided({ most }: { readonly most: ReactNode }): ReactElement {
  return (
    <span className="token-legend">
      certain
      {LEVELS.map((level) => (
        <i key={level} className={`token surprise-${level}`} />
      ))}
      {most}
    </span>
  );
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
