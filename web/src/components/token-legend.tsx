import type { ReactElement } from "react";
import { signed } from "../text/format.ts";
import type { TokenMeasure } from "../text/token-colours.ts";

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

/** What the colours of tokens mean. */
export function TokenLegend({
  measure,
  scale,
}: {
  readonly measure: TokenMeasure;
  readonly scale: number;
}): ReactElement {
  if (measure === "logprob")
    return (
      <span className="token-legend">
        certain
        {LEVELS.map((level) => (
          <i key={level} className={`token surprise-${level}`} />
        ))}
        log p ≤ −5
      </span>
    );
  return (
    <span className="token-legend">
      {signed(-scale)}
      {LEVELS.toReversed().map((level) => (
        <i key={level} className={`token worse-${level}`} />
      ))}
      <i className="token" />
      {LEVELS.map((level) => (
        <i key={level} className={`token better-${level}`} />
      ))}
      {signed(scale)}
    </span>
  );
}
