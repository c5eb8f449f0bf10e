import type { Expression } from "./expression.ts";

/**
 * The values of a list or set such as "y = 2, x = 1" in the order of their names, which is that of the tuple (1, 2). Names that
 * lie apart in the alphabet, such as m and b, have no order of their own: their values stay as they are. Null for
 * other lists, such as two values of one name.
 */
export function namedValuesOf(node: Expression): readonly Expression[] | null {
  if (node.kind !== "list" && !(node.kind === "bracket" && node.open === "{")) return null;
  const values = new Map<string, Expression>();
  for (const item of node.items) {
    if (item.kind !== "relation" || item.signs.length !== 1 || item.signs[0] !== "=") return null;
    const [name, value] = item.sides;
    if (name?.kind !== "symbol" || value === undefined || values.has(name.name)) return null;
    values.set(name.name, value);
  }
  const names = [...values.keys()];
  const ordered = names.toSorted();
  const isSeries = ordered.every((name, index) => index === 0 || areNeighbours(ordered[index - 1] ?? name, name));
  return (isSeries ? ordered : names).flatMap((name) => values.get(name) ?? []);
}

/** As far apart as h and k may be. */
const MOST_APART = 3;

function areNeighbours(first: string, second: string): boolean {
  const [letter, nextLetter] = [first.codePointAt(0) ?? 0, second.codePointAt(0) ?? 0];
  return nextLetter - letter <= MOST_APART;
}
