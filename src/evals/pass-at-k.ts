/**
 * Chance that at least one of k completions passes, estimated without bias from n completions of which c passed:
 * 1 - C(n-c, k) / C(n, k) (Chen et al., arXiv 2107.03374).
 * @throws RangeError when k is not in 1..n or c not in 0..n.
 */
export function passAtK(n: number, c: number, k: number): number {
  check(n, c, k);
  // The product form of the two binomials: no factorials, so no overflow.
  let failing = 1;
  for (let i = n - c + 1; i <= n; i++) failing *= Math.max(0, 1 - k / i);
  return 1 - failing;
}

/** Chance that all of k completions pass, estimated without bias: C(c, k) / C(n, k). Throws like {@link passAtK}. */
export function passAllK(n: number, c: number, k: number): number {
  check(n, c, k);
  let chance = 1;
  for (let i = 0; i < k; i++) chance *= Math.max(0, c - i) / (n - i);
  return chance;
}

function check(n: number, c: number, k: number): void {
  if (!(k >= 1 && k <= n && c >= 0 && c <= n)) throw new RangeError(`pass@${k} of ${n} completions, ${c} passed`);
}
