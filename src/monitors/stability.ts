import { mean } from "../core/statistics.ts";

/** One evaluation: accuracy by arm. */
export interface Evaluation {
  readonly step: number;
  readonly accuracy: Readonly<Record<string, number>>;
}

/** How well an arm kept what it learned. Accuracies are held-out. */
export interface ArmStability {
  readonly arm: string;
  readonly first: number;
  readonly best: number;
  readonly now: number;
  /** Step of the evaluation at which it was learned: the first at 90% of its best or above. Null while the best is 0. */
  readonly learnedAt: number | null;
  /** Lowest accuracy from then on; null while it is not learned. */
  readonly lowestSince: number | null;
  /** Performance maintenance: mean of accuracy minus that when learned, over the evaluations after; null without any. */
  readonly maintenance: number | null;
  /** Backward contrast (b - a) / (b + a) from a, when it was learned, to b, now: below 0 it was forgotten. */
  readonly backward: number | null;
  /**
   * Forward contrast from a, before the first step, to b, at the last evaluation before its first practice: above 0 other
   * arms taught it. Null where it was practised from the beginning.
   */
  readonly forward: number | null;
}

/** The stability of a run over all arms. */
export interface Stability {
  readonly arms: readonly ArmStability[];
  /** min-ACC: mean over learned arms of the lowest accuracy since learned, the last learned arm aside; null below two. */
  readonly minAcc: number | null;
  /** WC-ACC = (1/k) A_k + (1 - 1/k) min-ACC with k learned arms, A_k the accuracy now of the last learned; null without any. */
  readonly worstCaseAcc: number | null;
}

/** Part of its best accuracy from which on an arm counts as learned. Ours: arms of a run are not learned one after another. */
const LEARNED = 0.9;

/**
 * Forgetting and stability from a run's evaluations, by step. Sources: min-ACC and WC-ACC of De Lange et al., "Continual
 * evaluation for lifelong learning" (arXiv 2205.13452); maintenance and transfer contrasts of lifelong learning metrics
 * (arXiv 2201.08278).
 * @param firstPractice step at which each arm was first practised; an arm that is absent never was.
 */
export function stabilityOf(
  evaluations: readonly Evaluation[],
  firstPractice: Readonly<Record<string, number>>,
): Stability {
  const names = [...new Set(evaluations.flatMap(({ accuracy }) => Object.keys(accuracy)))];
  const arms = names.map((arm) => armStability(arm, evaluations, firstPractice[arm]));
  const learned = arms
    .filter(({ learnedAt }) => learnedAt !== null)
    .sort((a, b) => (a.learnedAt ?? 0) - (b.learnedAt ?? 0));
  const last = learned.at(-1);
  const earlier = learned.slice(0, -1).map(({ lowestSince }) => lowestSince ?? 0);
  const minAcc = earlier.length === 0 ? null : mean(earlier);
  const part = 1 / learned.length;
  return {
    arms,
    minAcc,
    worstCaseAcc: last === undefined ? null : part * last.now + (1 - part) * (minAcc ?? 0),
  };
}

function armStability(arm: string, evaluations: readonly Evaluation[], firstPractice = Infinity): ArmStability {
  const course = evaluations.flatMap(({ step, accuracy }) => {
    const value = accuracy[arm];
    return value === undefined ? [] : [{ step, value }];
  });
  const values = course.map(({ value }) => value);
  const [first = 0, now = 0] = [values[0], values.at(-1)];
  const best = Math.max(...values);
  const place = best > 0 ? course.findIndex(({ value }) => value >= LEARNED * best) : -1;
  const learned = course[place];
  const after = values.slice(place + 1);
  const untouched = course.findLast(({ step }) => step > 0 && step < firstPractice);
  return {
    arm,
    first,
    best,
    now,
    learnedAt: learned?.step ?? null,
    lowestSince: learned === undefined ? null : Math.min(...values.slice(place)),
    maintenance: learned === undefined || after.length === 0 ? null : mean(after.map((value) => value - learned.value)),
    backward: learned === undefined ? null : contrast(learned.value, now),
    forward: untouched === undefined ? null : contrast(first, untouched.value),
  };
}

function contrast(before: number, after: number): number {
  return before + after === 0 ? 0 : (after - before) / (before + after);
}
