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
 * 3 standard errors (binomial, pooled, with problems rather than completions as the count, for those of a problem go
 * together).
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
    if (measured.length === 0) return { state: before, findings: undefined };
    const better = measured
      .filter(({ arm, accuracy }) => accuracy > (before[arm]?.best ?? -1))
      .map(({ arm, accuracy, problems }) => [arm, { best: accuracy, problems }]);
    const state = { ...before, ...(Object.fromEntries(better) as State) };
    const findings = measured
      .filter(({ drop }) => drop > 0)
      .sort((a, b) => b.drop - a.drop)
      .map(({ arm, accuracy, drop }) => ({
        message: `held-out accuracy of ${arm} fell from ${figure(accuracy + drop)} to ${figure(accuracy)}`,
        metric: `${ACCURACY}${arm}`,
        value: drop,
        limit: LIMIT,
      }));
    return { state, findings };
  },
};

/** How far an accuracy is below the best, 0 where that is little or may be noise. */
function dropOf(known: State[string] | undefined, accuracy: number, problems: number): number {
  if (known === undefined) return 0;
  // Of both together, as for a test of equal shares: by themselves 1 of 1 and 0 of 1 would have no error at all.
  const pooled = (known.best * known.problems + accuracy * problems) / (known.problems + problems);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / known.problems + 1 / problems));
  const drop = known.best - accuracy;
  return drop >= LIMIT && drop >= ERRORS * error ? drop : 0;
}
