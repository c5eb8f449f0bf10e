import { RlvrError } from "../core/errors.ts";
import { deriveSeed } from "../core/random.ts";
import { mean } from "../core/statistics.ts";
import { resample, type Stratum } from "./bootstrap.ts";
import { intervalOf, type Interval } from "./interval.ts";
import { pairProblems, type ComparedSide, type ProblemPair } from "./pair-problems.ts";
import { holm, mcNemarTest, signFlipTest, type PairedTestName } from "./paired-test.ts";

/** How two evaluations stand to each other on an arm, or on all of them. */
export interface ArmComparison {
  readonly arm: string;
  /** Problems that have a verdict on both sides. */
  readonly problems: number;
  /** Mean over those of the share of completions that passed. */
  readonly a: number;
  readonly b: number;
  /** b - a. */
  readonly difference: number;
  /** Paired: of the mean of the problems' differences. */
  readonly interval: Interval;
  /** Two-sided, of no difference. */
  readonly p: number;
  /** The same, by Holm over the arms; null for all together, and where there is one arm. */
  readonly adjusted: number | null;
  readonly test: PairedTestName;
  /** Problems of which more of b's completions passed than of a's, fewer, and as many. */
  readonly better: number;
  readonly worse: number;
  readonly same: number;
}

/** Two evaluations compared problem by problem. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** By arm, in order of first appearance in `a`; none where there is one arm only. */
  readonly arms: readonly ArmComparison[];
  readonly all: ArmComparison;
  /** Problems left out because a side has no verdict on them. */
  readonly leftOut: number;
  /** Problems left out because only that side has them. */
  readonly onlyA: number;
  readonly onlyB: number;
}

/** Chance of a false alarm that is taken. */
const ALPHA = 0.05;

/** The root of the random numbers of intervals and tests: fixed, so that the same results compare the same. */
const SEED = 1;

/**
 * Compares two evaluations on the problems that both have. Differences are taken problem by problem, so that what makes a problem
 * easy or hard for both does not count. Pure.
 * @throws RlvrError `bad_usage` when they share no problem, or no problem has a verdict on both sides.
 */
export function compareSides(a: ComparedSide, b: ComparedSide): Comparison {
  const pairs = pairProblems(a, b);
  const judged = pairs.filter((pair) => pair.a.judged > 0 && pair.b.judged > 0);
  if (judged.length === 0) throw withoutVerdicts(a, b);
  const byArm = [...Map.groupBy(judged, ({ arm }) => arm)];
  const strata = byArm.map(([arm, ofArm]) => resample(ofArm.map(differenceOf), deriveSeed(SEED, "compare", arm)));
  const arms = byArm.map(([arm, ofArm], place) => compareArm(arm, ofArm, strata.slice(place, place + 1)));
  const adjusted = holm(arms.map(({ p }) => p));
  return {
    a: a.name,
    b: b.name,
    arms: arms.length > 1 ? arms.map((arm, place) => ({ ...arm, adjusted: adjusted[place] ?? null })) : [],
    all: compareArm(arms.length === 1 ? (arms[0]?.arm ?? "all") : "all", judged, strata),
    leftOut: pairs.length - judged.length,
    onlyA: a.problems.length - pairs.length,
    onlyB: b.problems.length - pairs.length,
  };
}

function compareArm(arm: string, pairs: readonly ProblemPair[], strata: readonly Stratum[]): ArmComparison {
  const differences = pairs.map(differenceOf);
  const better = differences.filter((difference) => difference > 0).length;
  const worse = differences.filter((difference) => difference < 0).length;
  const isSingle = pairs.every((pair) => pair.a.judged === 1 && pair.b.judged === 1);
  return {
    arm,
    problems: pairs.length,
    a: mean(pairs.map((pair) => shareOf(pair.a))),
    b: mean(pairs.map((pair) => shareOf(pair.b))),
    difference: mean(differences),
    interval: intervalOf(strata, [-1, 1]),
    adjusted: null,
    ...(isSingle ? mcNemarTest(better, worse) : signFlipTest(differences, deriveSeed(SEED, "flip", arm))),
    better,
    worse,
    same: pairs.length - better - worse,
  };
}

function shareOf({ passed, judged }: ProblemPair["a"]): number {
  return passed / judged;
}

function differenceOf({ a, b }: ProblemPair): number {
  return shareOf(b) - shareOf(a);
}

/** Whether a comparison shows a difference over all problems: p below .05. */
export function isShown({ all }: Comparison): boolean {
  return all.p < ALPHA;
}

function withoutVerdicts(a: ComparedSide, b: ComparedSide): RlvrError {
  return new RlvrError("bad_usage", `no problem has a verdict both in ${a.name} and in ${b.name}`, {
    advice: "Look at what the verifiers said: a completion without a verdict has neither passed nor failed.",
  });
}
