import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { philox } from "../core/random.ts";
import { mean } from "../core/statistics.ts";

/** Resamples of an interval. */
export const RESAMPLES = 10_000;

/** The share of intervals that hold what they are of, were everything done again many times. */
export const CONFIDENCE = 0.95;

/** Values of one stratum, such as a figure of each problem of an arm, with the means of its resamples. */
export interface Stratum {
  readonly values: readonly number[];
  /** Mean of each resample: as many values, drawn from these with replacement. */
  readonly means: Float64Array;
}

/** A share below which two sums of the same numbers in another order may differ. */
const ROUNDING = 1e-12;

/**
 * Resamples a stratum. Each resample is drawn from a block of random numbers of its own, so the same seed gives the same.
 * @param values at least one.
 */
export function resample(values: readonly number[], seed: number, resamples = RESAMPLES): Stratum {
  const key = [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0] as const;
  const means = new Float64Array(resamples);
  const { length } = values;
  for (let number = 0; number < resamples; number++) {
    let sum = 0;
    for (let drawn = 0; drawn < length; drawn += 4) {
      const words = philox([drawn, number, 0, 0], key);
      const most = Math.min(4, length - drawn);
      for (let word = 0; word < most; word++)
        sum += values[Math.floor(((words[word] ?? 0) / 0x100000000) * length)] ?? 0;
    }
    means[number] = sum / length;
  }
  return { values, means };
}

/**
 * The bias-corrected and accelerated bootstrap interval (BCa) of the mean of all values, each stratum resampled by itself
 * (Efron, "Better bootstrap confidence intervals", JASA 82, 1987; with several samples: Efron and Tibshirani, "An
 * introduction to the bootstrap", 1993, ch. 14; the same as `scipy.stats.bootstrap(method="BCa")`).
 * @param strata with as many resamples each; at least one must have values that differ, or nothing is spread.
 * @returns its lower and upper end.
 */
export function bcaInterval(strata: readonly Stratum[]): readonly [number, number] {
  const total = strata.reduce((sum, { values }) => sum + values.length, 0);
  const estimate = strata.reduce((sum, { values }) => sum + mean(values) * (values.length / total), 0);
  const means = new Float64Array(strata[0]?.means.length ?? 0);
  for (const stratum of strata)
    for (let at = 0; at < means.length; at++)
      means[at] = (means[at] ?? 0) + (stratum.means[at] ?? 0) * (stratum.values.length / total);
  means.sort();
  // Of resamples that give the estimate itself, half count as below it.
  const below = (rankOf(means, estimate - ROUNDING) + rankOf(means, estimate + ROUNDING)) / 2 / means.length;
  const bias = normalQuantile(below, 0, 1);
  const acceleration = accelerationOf(strata);
  const end = (probability: number): number => {
    const shifted = bias + normalQuantile(probability, 0, 1);
    return quantile(means, normalCdf(bias + shifted / (1 - acceleration * shifted), 0, 1));
  };
  return [end((1 - CONFIDENCE) / 2), end((1 + CONFIDENCE) / 2)];
}

/** How fast the spread of the estimate changes with what it estimates: a sixth of its skewness, by the jackknife. */
function accelerationOf(strata: readonly Stratum[]): number {
  let cubes = 0;
  let squares = 0;
  const total = strata.reduce((sum, { values }) => sum + values.length, 0);
  for (const { values } of strata) {
    const centre = mean(values);
    // A value's pull on the estimate, over the stratum's size: its weight in the total cancels that size.
    for (const value of values) {
      const pull = (value - centre) / total;
      cubes += pull ** 3;
      squares += pull ** 2;
    }
  }
  return squares === 0 ? 0 : cubes / squares ** 1.5 / 6;
}

/** How many of sorted values are at most `bound`. */
function rankOf(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan, 1996; numpy's default). */
function quantile(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const before = sorted[Math.floor(place)] ?? Number.NaN;
  const after = sorted[Math.ceil(place)] ?? before;
  return before + (after - before) * (place - Math.floor(place));
}
