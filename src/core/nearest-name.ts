import { RlvrError } from "./errors.ts";

/**
 * The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other, no letter
 * being changed twice (Damerau's distance in the form called optimal string alignment).
 */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(row - 1, column - 1) + (same ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}

/** A word as it is compared: its length bounded, its case and kind of dash aside. */
function plain(word: string): string {
  return word.slice(0, 100).toLowerCase().replaceAll("_", "-");
}

/**
 * The candidate that was most likely meant by a mistyped word: the one with the smallest edit distance, case and the
 * choice of `-` or `_` aside, where at most a third of the longer word (and always up to one letter) differs; or one
 * that the word begins. Undefined when none is that near.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    const candidate = plain(name);
    const begins = wanted.length >= 3 && candidate !== wanted && candidate.startsWith(wanted);
    const distance = begins ? 0.5 : editDistance(wanted, candidate);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/**
 * The error of a name that is not among those there are, with the nearest one as advice.
 * @param kind what is named, such as `verifier`.
 */
export function unknownName(kind: string, word: string, candidates: Iterable<string>): RlvrError {
  const known = [...candidates];
  const nearest = nearestName(word, known);
  const there = known.length === 0 ? `There is no ${kind} at all.` : `There are: ${known.join(", ")}.`;
  return new RlvrError("unknown_name", `there is no ${kind} "${word}"`, {
    advice: nearest === undefined ? there : `Did you mean "${nearest}"? ${there}`,
  });
}
