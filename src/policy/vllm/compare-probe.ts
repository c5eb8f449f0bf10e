import { mean } from "../../core/statistics.ts";

/** How a server's log-probabilities of an export's probe stand to the trainer's, in nats a token. */
export interface ProbeComparison {
  /** Mean and largest difference from those under the exported weights. */
  readonly meanAbs: number;
  readonly maxAbs: number;
  /** Mean difference from those under the weights before. */
  readonly parentMeanAbs: number;
  /**
   * `fits`. `stale`: the server is at the weights before, by more than chance. `differs`: at neither.
   */
  readonly verdict: "fits" | "stale" | "differs";
}

/**
 * Most mean difference of a server that has the same weights, in nats a token, of a long probe. The same model in
 * bfloat16 (server) and float32 (trainer) is 0.04 to 0.06 apart on the 135M model of the tests.
 */
const TOLERANCE = 0.1;
/** What a probe of one token may be off beyond that by chance; a longer one by this over the root of its length. */
const CHANCE = 0.4;

/**
 * How many standard deviations the step from the old weights to the new must measure for a server to be told to be at
 * one of them. Rounding puts it off along that step by one standard deviation, and half way is the border, at 6: the
 * rounding of unlikely tokens, which also move furthest, is far from normal.
 */
const TELLING = 12;
/** Fewer tokens do not tell how large rounding is. */
const TELLING_TOKENS = 16;

/** Most mean difference that a probe of so many tokens may show, in nats. */
export function probeTolerance(tokens: number): number {
  return TOLERANCE + CHANCE / Math.sqrt(tokens);
}

/**
 * Compares a server's log-probabilities of a probe with the trainer's under the exported weights and under those before.
 * Two things can be wrong. It is further from the new weights than rounding explains. Or it is nearer to the old ones:
 * that is told only where the step between them stands out from the server's own noise, since early in a run, and with
 * small learning rates, a step moves log-probabilities less than bfloat16 does.
 * @param served,fresh,parent log-probabilities of the same tokens.
 */
export function compareProbe(
  served: readonly number[],
  fresh: readonly number[],
  parent: readonly number[],
): ProbeComparison {
  const toFresh = served.map((value, index) => value - (fresh[index] ?? Number.NaN));
  const toParent = served.map((value, index) => value - (parent[index] ?? Number.NaN));
  const step = fresh.map((value, index) => value - (parent[index] ?? Number.NaN));
  const [meanAbs, parentMeanAbs] = [toFresh, toParent].map((each) => mean(each.map(Math.abs))) as [number, number];
  const [freshSquares, parentSquares] = [toFresh, toParent].map(sumOfSquares) as [number, number];
  const noise = Math.sqrt(Math.min(freshSquares, parentSquares) / served.length);
  const isTelling = served.length >= TELLING_TOKENS && Math.sqrt(sumOfSquares(step)) > TELLING * noise;
  const tolerance = probeTolerance(served.length);
  const isAtParent = parentSquares < freshSquares && parentMeanAbs <= tolerance;
  const isFar = !(meanAbs <= tolerance);
  return {
    meanAbs,
    maxAbs: Math.max(...toFresh.map(Math.abs)),
    parentMeanAbs,
    verdict: isAtParent && (isTelling || isFar) ? "stale" : isFar ? "differs" : "fits",
  };
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
