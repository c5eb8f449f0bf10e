import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { mean, standardDeviation } from "../core/statistics.ts";

const CONFIDENCE = 0.95;

/** A mean with the half width of its 95% interval. */
export interface Estimate {
  /** NaN of no values. */
  readonly mean: number;
  /** Null below two values, which tell nothing of their spread. */
  readonly halfWidth: number | null;
  readonly count: number;
}

/** A figure of two variants under the same seed on the same base. */
export interface Pair {
  readonly of: number;
  readonly to: number;
}

/** The mean of independent values with its 95% interval by Student's t: mean +- t(.975, n - 1) s / sqrt(n). */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const halfWidth =
    count < 2 ? null : (tQuantile((1 + CONFIDENCE) / 2, count - 1) * standardDeviation(values, 1)) / Math.sqrt(count);
  return { mean: mean(values), halfWidth, count };
}

/** The mean of `of - to` over pairs with its 95% interval (paired t). */
export function pairedDifference(pairs: readonly Pair[]): Estimate {
  return estimate(pairs.map(({ of, to }) => of - to));
}

/** The geometric mean of `of / to` over pairs with the ends of its 95% interval (paired t on logarithms). */
export function pairedRatio(pairs: readonly Pair[]): {
  readonly ratio: number;
  readonly interval: readonly [number, number] | null;
} {
  const { mean: centre, halfWidth } = estimate(pairs.map(({ of, to }) => Math.log(of / to)));
  const interval = halfWidth === null ? null : ([Math.exp(centre - halfWidth), Math.exp(centre + halfWidth)] as const);
  return { ratio: Math.exp(centre), interval };
}
