import type { Monitor } from "./monitor.ts";
import { percent, SOLVED } from "./numbers.ts";

/** Draws an arm that pass without a given one: at even odds that happens to one arm in 10^43. */
const LIMIT = 100;
const DRAWS = "draws.";

/** Memory: for each arm that was ever drawn, draws since of any arm, and its pass rate then. */
type State = Readonly<Record<string, { readonly since: number; readonly passRate: number }>>;

/**
 * The curriculum gave up an arm before it was learned.
 * Rule: an arm whose last pass rate was below .9 was not drawn in the last 100 draws for each arm known. `value` is draws
 * divided by arms. Source: suffix failure, against which a curriculum has a floor under every arm's probability (the
 * option `floor` of `sec`). The limit is ours.
 */
export const suffixFailure: Monitor<State> = {
  name: "suffix_failure",
  reads: [`${DRAWS}*`, "pass_rate.*"],
  init: () => ({}),
  observe(before, { numbers }) {
    const draws = Object.entries(numbers).filter(([name]) => name.startsWith(DRAWS));
    if (draws.length === 0) return { state: before, findings: undefined };
    const total = draws.reduce((sum, [, count]) => sum + count, 0);
    const passed = Object.entries(before).map(([arm, { since, passRate }]) => [
      arm,
      { since: since + total, passRate },
    ]);
    const drawn = draws.map(([name]) => {
      const arm = name.slice(DRAWS.length);
      return [arm, { since: 0, passRate: numbers[`pass_rate.${arm}`] ?? before[arm]?.passRate ?? 0 }];
    });
    const state = Object.fromEntries([...passed, ...drawn]) as State;
    const arms = Object.entries(state);
    const findings = arms
      .map(([arm, { since, passRate }]) => ({ arm, since, passRate, value: since / arms.length }))
      .filter(({ passRate, value }) => passRate < SOLVED && value >= LIMIT)
      .sort((a, b) => b.since - a.since)
      .map(({ arm, since, passRate, value }) => ({
        message: `the arm ${arm} was not drawn in the last ${since} groups, with a pass rate of ${percent(passRate)}`,
        metric: `${DRAWS}${arm}`,
        value,
        limit: LIMIT,
      }));
    return { state, findings };
  },
};
