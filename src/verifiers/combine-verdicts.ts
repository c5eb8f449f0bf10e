import type { Verdict } from "./verdict.ts";

/** What a verifier's verdict counts for among those of a recipe. */
export interface VerdictPart {
  /** Factor of its score in the reward. */
  readonly weight: number;
  /** Whether a response that fails it is not put to the verifiers after it. */
  readonly isGate: boolean;
  /** Whether a response has to pass it to count as passed. */
  readonly isRequired: boolean;
}

/** What all verdicts of a response come to. */
export interface Outcome {
  /** `ok` when there is a reward; else the status of the verdict for want of which there is none. */
  readonly status: Verdict["status"];
  /** Sum of the scores times their weights; null when a verifier crashed or ran late, or none had anything to say. */
  readonly reward: number | null;
  /** Whether it passed everything that it has to; null when there is no reward. */
  readonly passed: boolean | null;
  /** The answer as the verifier of the largest weight among those that found one read it. */
  readonly extracted: string | null;
}

/**
 * Whether verdicts so far, in the order of their parts, have a gate that did not open: what comes after it is moot. One
 * that has nothing to say of a response lets it through.
 */
export function isStopped(parts: readonly VerdictPart[], verdicts: readonly Verdict[]): boolean {
  return verdicts.some((verdict, index) => {
    if (parts[index]?.isGate !== true) return false;
    return verdict.status === "ok" ? !verdict.passed : verdict.status !== "skipped";
  });
}

/**
 * All verdicts of a response in one. A verifier that crashed or ran late leaves no reward: its part is not known, and 0
 * would be a guess; unless it could change nothing. One that has nothing to say does not count, as in TRL, where a reward
 * function may return None; but where no verifier that decides has anything to say, there is no reward either.
 */
export function combineVerdicts(parts: readonly VerdictPart[], verdicts: readonly Verdict[]): Outcome {
  const pairs = verdicts.flatMap((verdict, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ part, verdict }];
  });
  const known = pairs.flatMap(({ part, verdict }) => (verdict.status === "ok" ? [{ part, verdict }] : []));
  const extracted =
    known
      .filter(({ verdict }) => verdict.extracted !== null)
      .toSorted((first, second) => second.part.weight - first.part.weight)[0]?.verdict.extracted ?? null;
  const unknown = pairs.find(
    ({ part, verdict: { status } }) =>
      (status === "error" || status === "timeout") && (part.isRequired || part.isGate || part.weight !== 0),
  );
  const deciding = known.filter(({ part }) => part.isRequired);
  if (unknown !== undefined || deciding.length === 0) {
    return { status: unknown?.verdict.status ?? "skipped", reward: null, passed: null, extracted };
  }
  const reward = known.reduce((sum, { part, verdict }) => sum + part.weight * verdict.score, 0);
  // Weights can carry a score beyond what a number holds: that is no reward, as a verifier's own infinity is none.
  if (!Number.isFinite(reward)) return { status: "error", reward: null, passed: null, extracted };
  return {
    status: "ok",
    reward,
    passed: deciding.every(({ verdict }) => verdict.passed),
    extracted,
  };
}
