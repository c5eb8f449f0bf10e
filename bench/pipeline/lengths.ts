import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { uniformAt } from "../../src/core/random.ts";

/** A lognormal distribution of completion lengths, in tokens. */
export interface Lengths {
  readonly median: number;
  readonly p99: number;
}

/** Place of the draw in a seed's stream. */
const LENGTH = 0;

/** Length of the completion of a seed, in tokens: equal for equal seeds, whoever samples it and when. */
export function lengthOf(seed: number, { median, p99 }: Lengths): number {
  const sigma = Math.log(p99 / median) / normalQuantile(0.99, 0, 1);
  return Math.max(1, Math.round(median * Math.exp(sigma * normalQuantile(uniformAt(seed, LENGTH), 0, 1))));
}
