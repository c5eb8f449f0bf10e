import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { hasSpread, mean } from "../core/statistics.ts";
import { bcaInterval, CONFIDENCE, type Stratum } from "./bootstrap.ts";

/** A 95% interval and how it was come by. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /**
   * `bca`: the bootstrap; `wilson`: all problems gave the same, so the bootstrap knows no spread, and this is what is
   * known of problems that would give something else; `bca+wilson`: some arms are of the one kind, some of the other.
   */
  readonly method: "bca" | "wilson" | "bca+wilson";
}

/** Between which two a problem's value lies. */
export type ValueRange = readonly [least: number, most: number];

const Z = normalQuantile((1 + CONFIDENCE) / 2, 0, 1);

/**
 * The interval of the mean of all values, stratum by stratum: BCa where values differ. A stratum in which all n are the
 * same, c, gives no spread to a bootstrap, which would call the mean known. What is known is that of n problems none gave
 * anything else: the share that would is at most z^2 / (n + z^2), Wilson's upper limit of 0 of n (JASA 22, 1927), and
 * those may give anything in the range. So 5 of 5 passed is .57 to 1. Such strata are added as independent errors by the
 * square-and-add rule (Newcombe, Statistics in Medicine 17, 1998; MOVER: Zou and Donner, ibid. 27, 2008).
 * @param strata at least one, none empty.
 */
export function intervalOf(strata: readonly Stratum[], range: ValueRange): Interval {
  const total = strata.reduce((sum, { values }) => sum + values.length, 0);
  const estimate = strata.reduce((sum, { values }) => sum + mean(values) * (values.length / total), 0);
  const constant = strata.filter(({ values }) => !hasSpread(values));
  const isSpread = constant.length < strata.length;
  const [low, high] = isSpread ? bcaInterval(strata) : [estimate, estimate];
  if (constant.length === 0) return { low, high, method: "bca" };
  let below = Math.max(0, estimate - low) ** 2;
  let above = Math.max(0, high - estimate) ** 2;
  for (const { values } of constant) {
    const value = values[0] ?? Number.NaN;
    const others = Z ** 2 / (values.length + Z ** 2);
    const weight = values.length / total;
    below += (weight * others * (value - range[0])) ** 2;
    above += (weight * others * (range[1] - value)) ** 2;
  }
  return {
    low: estimate - Math.sqrt(below),
    high: estimate + Math.sqrt(above),
    method: isSpread ? "bca+wilson" : "wilson",
  };
}
