import type { Metric } from "../core/metric-name.ts";
import { ballotOf, majorityAtK } from "./majority.ts";
import { passAllK, passAtK } from "./pass-at-k.ts";

/** A completion of a problem as metrics see it. */
export interface ScoredCompletion {
  /** Null without a verdict: such a completion is left out, it did not fail. */
  readonly passed: boolean | null;
  /** The answer as the verifier read and normalised it; null when it read none. */
  readonly extracted: string | null;
}

/** The metrics that a suite shows unless it names others, for n completions a problem. */
export function usualMetrics(samples: number): string[] {
  if (samples === 1) return ["pass@1"];
  return [`mean@${samples}`, `pass@${samples}`, `pass^${samples}`, `maj@${samples}`];
}

/** pass@k for k = 1, 2, 4, ... up to the completions of a problem: told to programs besides what a suite shows. */
export function passLadder(samples: number): string[] {
  const names: string[] = [];
  for (let k = 1; k <= samples; k *= 2) names.push(`pass@${k}`);
  return names;
}

/**
 * A metric of one problem, from 0 to 1; null when it has too few completions with a verdict: any for mean@n, k for
 * the others.
 */
export function measure({ kind, k }: Metric, completions: readonly ScoredCompletion[]): number | null {
  const judged = completions.flatMap(({ passed, extracted }) => (passed === null ? [] : [{ passed, extracted }]));
  const passed = judged.filter((completion) => completion.passed).length;
  if (judged.length === 0 || (kind !== "mean@" && judged.length < k)) return null;
  switch (kind) {
    case "mean@":
      return passed / judged.length;
    case "pass@":
      return passAtK(judged.length, passed, k);
    case "pass^":
      return passAllK(judged.length, passed, k);
    case "maj@":
      return majorityAtK(ballotOf(judged), k);
  }
}
