/**
 * Some of a set's problems for an evaluation: as many of each arm as there are of it, up to the same number, and of an arm
 * those that lie evenly in its order. The same problems give the same choice, so evaluations of a run can be compared.
 * @param most how many to choose. Default: all.
 * @returns those chosen, in their order.
 */
export function spreadOverArms<Problem extends { readonly arm: string }>(
  problems: readonly Problem[],
  most = problems.length,
): readonly Problem[] {
  if (problems.length <= most) return problems;
  const arms = [...Map.groupBy(problems, ({ arm }) => arm).values()];
  const chosen = new Set<Problem>();
  for (const [place, quota] of quotas(
    arms.map(({ length }) => length),
    most,
  ).entries())
    for (const problem of evenly(arms[place] ?? [], quota)) chosen.add(problem);
  return problems.filter((problem) => chosen.has(problem));
}

/** Parts of `most` that are no larger than the counts, and as equal as these allow. */
function quotas(counts: readonly number[], most: number): readonly number[] {
  const given = counts.map(() => 0);
  for (let left = most; left > 0;) {
    const open = [...counts.keys()].filter((place) => (given[place] ?? 0) < (counts[place] ?? 0));
    const each = Math.max(1, Math.floor(left / open.length));
    for (const place of left < open.length ? evenly(open, left) : open) {
      const more = Math.min(each, (counts[place] ?? 0) - (given[place] ?? 0));
      given[place] = (given[place] ?? 0) + more;
      left -= more;
    }
  }
  return given;
}

/** So many of a list at equal distances, the first of it among them. */
function evenly<T>(all: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, place) => all[Math.floor((place * all.length) / count)] as T);
}
