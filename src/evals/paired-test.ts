import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import { philox } from "../core/random.ts";

/** Which test gave a p-value. */
export type PairedTestName = "exact McNemar test" | "exact sign-flip test" | "sign-flip test, 99,999 random flips";

/** A two-sided test of no difference between two sides of pairs. */
export interface PairedTest {
  readonly p: number;
  readonly test: PairedTestName;
}

/** Random flips where there are too many to try all; with the observed one this makes 100,000. */
const FLIPS = 99_999;
/** Pairs that differ up to which every flip is tried: 2^16 of them. */
const MOST_EXACT = 16;
/** Two sums of the same differences in another order may differ by this much a pair. */
const ROUNDING = 1e-12;

/**
 * The exact McNemar test (Psychometrika 12, 1947): of the pairs that differ, as many should go each way as heads of fair
 * coins. The same as `scipy.stats.binomtest(better, better + worse)`.
 */
export function mcNemarTest(better: number, worse: number): PairedTest {
  const tail = binomialCdf(Math.min(better, worse), better + worse, 0.5);
  return { p: better + worse === 0 ? 1 : Math.min(1, 2 * tail), test: "exact McNemar test" };
}

/**
 * The paired permutation test of a mean difference: were there none, each pair's difference would as well have had the
 * other sign (Fisher, "The design of experiments", 1935, ch. 3). Up to 16 pairs that differ all signs are tried; beyond,
 * 99,999 random ones, and the observed one counts with them, so that p is never 0 (Phipson and Smyth, Statistical
 * Applications in Genetics and Molecular Biology 9, 2010). The same as
 * `scipy.stats.permutation_test(permutation_type="samples")`.
 */
export function signFlipTest(differences: readonly number[], seed: number): PairedTest {
  const differing = differences.filter((difference) => difference !== 0);
  const observed = Math.abs(differing.reduce((sum, difference) => sum + difference, 0));
  const threshold = observed - ROUNDING * differing.length;
  if (differing.length <= MOST_EXACT) {
    const all = 2 ** differing.length;
    return { p: countExtreme(allFlips(differing), threshold) / all, test: "exact sign-flip test" };
  }
  const extreme = countExtreme(randomFlips(differing, seed), threshold);
  return { p: (extreme + 1) / (FLIPS + 1), test: "sign-flip test, 99,999 random flips" };
}

function countExtreme(sums: Iterable<number>, threshold: number): number {
  let count = 0;
  for (const sum of sums) if (Math.abs(sum) >= threshold) count++;
  return count;
}

function* allFlips(differences: readonly number[]): Generator<number> {
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    let sum = 0;
    for (const [place, difference] of differences.entries())
      sum += ((signs >> place) & 1) === 1 ? difference : -difference;
    yield sum;
  }
}

/** Sums under random signs: 128 of them from each block of random numbers. */
function* randomFlips(differences: readonly number[], seed: number): Generator<number> {
  const key = [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0] as const;
  for (let flip = 0; flip < FLIPS; flip++) {
    let sum = 0;
    for (let block = 0; block < differences.length; block += 128) {
      const words = philox([block, flip, 0, 0], key);
      const end = Math.min(differences.length, block + 128);
      for (let place = block; place < end; place++) {
        const word = words[((place - block) >>> 5) as 0 | 1 | 2 | 3];
        const difference = differences[place] ?? 0;
        sum += ((word >>> (place & 31)) & 1) === 1 ? difference : -difference;
      }
    }
    yield sum;
  }
}

/**
 * p-values of several tests, each raised so that the chance of any false alarm among them all stays what one test's
 * would be (Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, place) => ({ p, place })).sort((first, second) => first.p - second.p);
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [rank, { p, place }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (pValues.length - rank)));
    adjusted[place] = least;
  }
  return adjusted;
}
