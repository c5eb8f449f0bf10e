import type { ReactElement } from "react";
import { shortNumber } from "../../../src/report/charts/short-number.ts";

const WIDTH = 120;
const HEIGHT = 24;
const PAD = 2;

/** Numbers as a small line, with its first and last number as its name. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  readonly label: string;
}): ReactElement {
  if (values.length === 0) return <span className="muted">–</span>;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const points = values.map((value, index) => {
    const x = PAD + (index / Math.max(1, values.length - 1)) * (WIDTH - 2 * PAD);
    const y = HEIGHT - PAD - (high === low ? 0.5 : (value - low) / (high - low)) * (HEIGHT - 2 * PAD);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const [lastX, lastY] = (points.at(-1) ?? "0,0").split(",");
  return (
    <svg
      className="sparkline"
      role="img"
      aria-label={`${label} from ${shortNumber(values[0])} to ${shortNumber(values.at(-1))}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <polyline points={points.join(" ")} />
      <circle cx={lastX} cy={lastY} r={2} />
    </svg>
  );
}
