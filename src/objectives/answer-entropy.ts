/**
 * Entropy in bits of the answers of a group's rollouts: 0 when all agree, log2 n when no two of n do.
 *
 * Rollouts without a reward are left out. An answer that is null, because none could be read, agrees with nothing, not
 * even with another null: failing to answer is no consensus. (COPO's release gives such a response its whole text for an
 * answer, which is as good as unique.)
 * @param rewards and `answers` of the group's rollouts, in one order.
 */
export function answerEntropy(rewards: readonly (number | null)[], answers: readonly (string | null)[]): number {
  const counts = new Map<string | symbol, number>();
  for (const [index, reward] of rewards.entries()) {
    if (reward === null) continue;
    const answer = answers[index] ?? Symbol("no answer");
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let entropy = 0;
  for (const count of counts.values()) entropy += (count / total) * Math.log2(total / count);
  return entropy;
}
