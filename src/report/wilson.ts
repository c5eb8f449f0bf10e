/** The standard normal quantile of a two-sided 95% interval. */
const Z = 1.959963984540054;

/**
 * Wilson's 95% interval of a share of so many independent trials (JASA 22, 1927). Where several completions are of one problem,
 * take the number of problems: as if those of a problem all came out alike, the interval is at most too wide.
 */
export function wilsonInterval(share: number, trials: number): readonly [low: number, high: number] {
  const square = Z ** 2 / trials;
  const centre = share + square / 2;
  const half = Z * Math.sqrt((share * (1 - share)) / trials + square / trials / 4);
  return [Math.max(0, (centre - half) / (1 + square)), Math.min(1, (centre + half) / (1 + square))];
}
