/** A source of problems with its share of the groups. */
export interface MixtureSource {
  /** In proportion to those of the other sources. */
  readonly weight: number;
  /** Its arms; no arm is of two sources. */
  readonly arms: readonly string[];
}

/**
 * What arms are drawn in proportion to where sources have shares: p(arm) = weight of its source x share of the arm among
 * that source's. A source none of whose arms has a share, such as one whose turn has not come, gives nothing; the others
 * stay in proportion.
 * @param shares what the curriculum draws arms in proportion to.
 * @returns shares of the same arms in the same order, the sum of which is 1 unless it is 0.
 */
export function mixedShares(
  shares: ReadonlyMap<string, number>,
  mixture: readonly MixtureSource[],
): ReadonlyMap<string, number> {
  const given = mixture.map(({ weight, arms }) => {
    const sum = arms.reduce((all, arm) => all + (shares.get(arm) ?? 0), 0);
    return { arms, sum, weight: sum > 0 ? weight : 0 };
  });
  const total = given.reduce((all, { weight }) => all + weight, 0);
  const sourceOf = new Map(given.flatMap((source) => source.arms.map((arm) => [arm, source])));
  return new Map(
    [...shares].map(([arm, share]): [string, number] => {
      const source = sourceOf.get(arm);
      return [arm, source === undefined || source.weight === 0 ? 0 : (source.weight / total) * (share / source.sum)];
    }),
  );
}
