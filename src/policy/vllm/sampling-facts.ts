/** A completion's ids with the log-probability of each, as a server gave them. */
export interface Drawn {
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
}

/** Difference, in nats, from which log-probabilities of one token are no longer the same computed twice in bfloat16. */
const DIFFERENT = 0.05;
/** Difference up to which they are. */
const SAME = 0.02;

/**
 * Whether log-probabilities are those of the distribution that was sampled from, from completions of one prompt at
 * temperature 1 and at another: a first token that both have must then differ. undefined when none tells, as of a policy
 * that is certain of its first token.
 */
export function areProcessed(atOne: readonly Drawn[], atOther: readonly Drawn[]): boolean | undefined {
  const first = new Map(atOne.map(({ tokenIds, logprobs }) => [tokenIds[0], logprobs[0]]));
  const differences = atOther.flatMap(({ tokenIds, logprobs }) => {
    const [before, after] = [first.get(tokenIds[0]), logprobs[0]];
    return before === undefined || after === undefined ? [] : [Math.abs(before - after)];
  });
  if (differences.some((difference) => difference >= DIFFERENT)) return true;
  // A certain token has log-probability 0 at any temperature, and says nothing.
  const isCertain = [...first.values()].every((logprob) => logprob === undefined || logprob > -DIFFERENT);
  return differences.length === 0 || isCertain || differences.some((difference) => difference > SAME)
    ? undefined
    : false;
}

/**
 * Whether a request sent twice with the same seeds gave the same. Only first tokens: later ones may part where bfloat16
 * in another batch rounds otherwise. undefined when all first tokens are alike anyway.
 */
export function areSeedsHonoured(once: readonly Drawn[], again: readonly Drawn[]): boolean | undefined {
  const [first, second] = [once, again].map((drawn) => drawn.map(({ tokenIds }) => tokenIds[0]));
  if (first === undefined || new Set(first).size < 2) return undefined;
  const equal = first.filter((id, index) => id === second?.[index]).length;
  // A draw at the edge between two tokens may fall to either side; without seeds hardly any would agree by chance.
  return equal >= first.length - 1;
}
