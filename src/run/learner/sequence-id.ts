/**
 * Identity of a rollout's sequence in its batch, which is that of the rollout whose place it takes. Not the row's id: rows are
 * numbered in the order of their arrival, which differs from run to run.
 */
export function sequenceIdOf(
  slot: number,
  groupSize: number,
  { number, replaces }: { readonly number: number; readonly replaces: number | null },
): number {
  return slot * groupSize + (replaces ?? number);
}
