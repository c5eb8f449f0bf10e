import type { Monitor } from "./monitor.ts";
import { figure } from "./numbers.ts";

const ACCURACY = "accuracy.";
const PROBLEMS = "problems.";
/** Drop below the best evaluation. Ours. */
const LIMIT = 0.1;
/** Standard errors that the drop must be beyond the noise of two evaluations. */
const ERRORS = 3;

/** Memory: each arm's best accuracy and the problems that it was measured on. */
type State = Readonly<Record<string, { readonly best: number; readonly problems: number }>>;

/**
 * An arm that went better once goes worse now.
 * Rule: at an evaluation on the development set an arm's accuracy is below its best so far by at least .1 and by at least
 * 3 standard errors (binomial, with problems rather than completions as the count, for those of a problem go together).
 * It reads evaluations: `accuracy.ARM` and `problems.ARM` are no rows of `metrics`. `value` is the drop.
 * Source: continual evaluation, the stability gap (arXiv 2205.13452). The limits are ours.
 */
export const forgetting: Monitor<State> = {
  name: "forgetting",
  reads: [`${ACCURACY}*`, `${PROBLEMS}*`],
  init: () => ({}),
  observe(before, { numbers }) {
    const measured = Object.entries(numbers)
      .filter(([name]) => name.startsWith(ACCURACY))
      .map(([name, accuracy]) => {
        const arm = name.slice(ACCURACY.length);
        const problems = numbers[`${PROBLEMS}${arm}`] ?? 1;
        return { arm, accuracy, problems, drop: dropOf(before[arm], accuracy, problems) };
      });
    if (measured.length === 0) return { state: before, finding: undefined };
    const better = measured
      .filter(({ arm, accuracy }) => accuracy > (before[arm]?.best ?? -1))
      .map(({ arm, accuracy, problems }) => [arm, { best: accuracy, problems }]);
    const state = { ...before, ...(Object.fromEntries(better) as State) };
    const worst = measured.filter(({ drop }) => drop > 0).sort((a, b) => b.drop - a.drop)[0];
    if (worst === undefined) return { state, finding: null };
    const message = `held-out accuracy of ${worst.arm} fell from ${figure(worst.accuracy + worst.drop)} to ${figure(worst.accuracy)}`;
    return { state, finding: { message, metric: `${ACCURACY}${worst.arm}`, value: worst.drop, limit: LIMIT } };
  },
};

/** How far an accuracy is below the best, 0 where that is little or may be noise. */
function dropOf(known: State[string] | undefined, accuracy: number, problems: number): number {
  if (known === undefined) return 0;
  const variance = (share: number, count: number): number => (share * (1 - share)) / count;
  const error = Math.sqrt(variance(known.best, known.problems) + variance(accuracy, problems));
  const drop = known.best - accuracy;
  return drop >= LIMIT && drop >= ERRORS * error ? drop : 0;
}
