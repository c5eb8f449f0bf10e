/** What repeats in a group of completions that were drawn independently. */
export interface GroupRepeats {
  /** Completions of the group. */
  readonly drawn: number;
  /** Each completion that occurs more than once: how often, and its log-probability under the policy, in nats. */
  readonly repeats: readonly { readonly copies: number; readonly logprob: number }[];
}

/**
 * The chance that so much repeats in groups, as a power of ten; 0 where nothing does, or nothing that is unlikely.
 *
 * Of c equal completions of probability p, the later c - 1 repeat the first with chance p^(c - 1); over all ways to place
 * them among n, with at most n! / (c! ...) times that. The chances of the groups are put together by Fisher's method (many
 * that are a little unlikely) or Bonferroni's (one that is very unlikely), whichever says less.
 */
export function repeatLog10Chance(groups: readonly GroupRepeats[]): number {
  const chances = groups.map(logChance);
  const sum = chances.reduce((total, chance) => total + chance, 0);
  const least = chances.reduce((lowest, chance) => Math.min(lowest, chance), 0);
  return Math.min(0, fisher(groups.length, -sum), least + Math.log(Math.max(1, groups.length))) / Math.LN10;
}

function logChance({ drawn, repeats }: GroupRepeats): number {
  const placings = repeats.reduce((sum, { copies }) => sum - logFactorial(copies), logFactorial(drawn));
  const repeating = repeats.reduce((sum, { copies, logprob }) => sum + (copies - 1) * logprob, 0);
  return repeats.length === 0 ? 0 : Math.min(0, placings + repeating);
}

/** log P(X >= x) of a gamma distribution of whole shape and scale 1: e^-x times the sum of x^j / j! below the shape. */
function fisher(shape: number, x: number): number {
  if (x <= 0) return 0;
  let term = 0;
  let sum = 0;
  for (let j = 1; j < shape; j++) {
    term += Math.log(x / j);
    const [high, low] = term > sum ? [term, sum] : [sum, term];
    sum = high + Math.log1p(Math.exp(low - high));
  }
  return sum - x;
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor++) sum += Math.log(factor);
  return sum;
}
