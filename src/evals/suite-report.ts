import { mean } from "../core/statistics.ts";
import { passAtK } from "./pass-at-k.ts";

/** How many of a problem's completions passed, among those with a verdict. */
export interface ProblemScore {
  readonly arm: string;
  readonly judged: number;
  readonly passed: number;
  readonly unjudged: number;
}

/** What a suite gave on one arm, or on all of them. */
export interface ArmReport {
  readonly arm: string;
  readonly problems: number;
  /** mean@n: share of completions that passed, averaged over problems. */
  readonly mean: number;
  /** pass@k averaged over the problems that have k completions with a verdict, by k: 1, 2, 4, ... up to the samples. */
  readonly passAt: Readonly<Record<number, number>>;
  /** Completions without a verdict. */
  readonly unjudged: number;
}

/** Reports by arm in order of first appearance, then of all together as `all` where there is more than one arm. */
export function reportByArm(scores: readonly ProblemScore[], samples: number): ArmReport[] {
  const arms = [...new Set(scores.map((score) => score.arm))];
  const reports = arms.map((arm) =>
    reportOf(
      arm,
      scores.filter((score) => score.arm === arm),
      samples,
    ),
  );
  return arms.length > 1 ? [...reports, reportOf("all", scores, samples)] : reports;
}

function reportOf(arm: string, scores: readonly ProblemScore[], samples: number): ArmReport {
  const judged = scores.filter((score) => score.judged > 0);
  const passAt: Record<number, number> = {};
  for (let k = 1; k <= samples; k *= 2) {
    const enough = scores.filter((score) => score.judged >= k);
    if (enough.length > 0) passAt[k] = mean(enough.map((score) => passAtK(score.judged, score.passed, k)));
  }
  return {
    arm,
    problems: scores.length,
    mean: judged.length === 0 ? Number.NaN : mean(judged.map((score) => score.passed / score.judged)),
    passAt,
    unjudged: scores.reduce((sum, score) => sum + score.unjudged, 0),
  };
}
