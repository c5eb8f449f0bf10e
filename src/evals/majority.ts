/** An answer of a problem's completions. */
export interface AnswerVotes {
  /** Completions that gave it; at least 1. */
  readonly votes: number;
  /** How right it is: the share of those completions that passed, which is 0 or 1 unless verdicts differ on one answer. */
  readonly value: number;
}

/** What a problem's completions answered. */
export interface Ballot {
  /** The different answers. */
  readonly answers: readonly AnswerVotes[];
  /** Completions from which no answer could be read: they are drawn like others, but vote for nothing. */
  readonly abstentions: number;
}

/**
 * The ballot of completions with verdicts. Answers count as the verifier read and normalised them; equal text is one
 * answer.
 */
export function ballotOf(
  completions: readonly { readonly extracted: string | null; readonly passed: boolean }[],
): Ballot {
  const byAnswer = Map.groupBy(completions, ({ extracted }) => extracted);
  const answers = [...byAnswer].flatMap(([answer, given]) =>
    answer === null ? [] : [{ votes: given.length, value: given.filter(({ passed }) => passed).length / given.length }],
  );
  return { answers, abstentions: byAnswer.get(null)?.length ?? 0 };
}

/**
 * maj@k: how right the most frequent answer of k completions is (self-consistency: Wang et al., arXiv 2203.11171),
 * estimated without bias from n of them: the mean over all subsets of size k, counted exactly rather than drawn. Of
 * answers with equally many votes each is the answer as often as the others; where nobody votes, none is: 0.
 * @param k from 1 to the number of completions.
 * @throws RangeError when k is not in that range.
 */
export function majorityAtK({ answers, abstentions }: Ballot, k: number): number {
  const n = answers.reduce((sum, { votes }) => sum + votes, abstentions);
  if (!(k >= 1 && k <= n)) throw new RangeError(`maj@${k} of ${n} completions`);
  if (k === n) return winnersValue(answers);
  let expected = 0;
  for (const [place, { votes, value }] of answers.entries()) {
    if (value === 0) continue;
    const others = answers.filter((_, other) => other !== place).map((answer) => answer.votes);
    for (let own = 1; own <= Math.min(votes, k); own++)
      expected += value * choose(votes, own) * sharedWins(others, abstentions, own, k - own);
  }
  return expected / choose(n, k);
}

function winnersValue(answers: readonly AnswerVotes[]): number {
  const most = Math.max(0, ...answers.map(({ votes }) => votes));
  const winners = answers.filter(({ votes }) => votes === most);
  return winners.length === 0 ? 0 : winners.reduce((sum, { value }) => sum + value, 0) / winners.length;
}

/**
 * In how many ways `rest` completions can be drawn from the other answers and the abstentions so that none has more
 * than `own` votes; where t of them have as many, the way counts 1 / (t + 1).
 */
function sharedWins(others: readonly number[], abstentions: number, own: number, rest: number): number {
  const mostTies = Math.floor(rest / own);
  // ways[ties][drawn], answer by answer.
  let ways = Array.from({ length: mostTies + 1 }, () => new Float64Array(rest + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const votes of others) {
    const next = ways.map((row) => Float64Array.from(row));
    for (const [ties, row] of ways.entries())
      for (let taken = 1; taken <= Math.min(votes, own); taken++) {
        const target = next[taken === own ? ties + 1 : ties];
        if (target === undefined) continue;
        const factor = choose(votes, taken);
        for (let drawn = 0; drawn + taken <= rest; drawn++)
          target[drawn + taken] = (target[drawn + taken] ?? 0) + (row[drawn] ?? 0) * factor;
      }
    ways = next;
  }
  let total = 0;
  for (const [ties, row] of ways.entries())
    for (let silent = 0; silent <= Math.min(abstentions, rest); silent++)
      total += ((row[rest - silent] ?? 0) * choose(abstentions, silent)) / (ties + 1);
  return total;
}

/** C(n, k) as a double: exact below 2^53, finite up to n = 1000. */
function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - Math.min(k, n - k) + i)) / i;
  return ways;
}
