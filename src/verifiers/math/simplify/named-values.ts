import type { BracketNode, Expression } from "../expression.ts";

/**
 * The values of a list or set such as "y = 2, x = 1" in the order of their names, which is that of the tuple (1, 2).
 * Null for other lists, such as two values of one name.
 */
export function namedValuesOf(node: Expression): readonly Expression[] | null {
  if (node.kind !== "list" && !(node.kind === "bracket" && node.open === "{")) return null;
  // x = 1 or y = 2 says of neither that it has its value.
  if (node.kind === "list" && node.joiner === "or") return null;
  const names: Expression[] = [];
  const values: Expression[] = [];
  for (const item of node.items) {
    if (item.kind !== "relation" || item.signs.length !== 1 || item.signs[0] !== "=") return null;
    const [name, value] = item.sides;
    if (name === undefined || value === undefined) return null;
    names.push(name);
    values.push(value);
  }
  return inOrderOfNames(names, values);
}

/**
 * The items of a list such as "p = 5, q = 2 or q = 2, p = 7" with each round of the names as a set of its own: several
 * tuples. Other lists as they are, such as several values of one name.
 */
export function namedTuplesOf(items: readonly Expression[]): readonly Expression[] {
  const names = items.map(nameOf);
  const first = new Set<string>();
  for (const name of names) {
    if (name === null) return items;
    if (first.has(name)) break;
    first.add(name);
  }
  const { size } = first;
  if (size < 2 || size === items.length || items.length % size !== 0) return items;
  const rounds = Array.from({ length: items.length / size }, (_, round) => round * size);
  const areSame = rounds.every((start) => {
    const round = new Set(names.slice(start, start + size));
    return round.size === size && [...round].every((name) => name !== null && first.has(name));
  });
  if (!areSame) return items;
  return rounds.map((start) => ({ kind: "bracket", open: "{", close: "}", items: items.slice(start, start + size) }));
}

/** The name that an item gives a value to; null for others. */
function nameOf(item: Expression): string | null {
  if (item.kind !== "relation" || item.signs.length !== 1 || item.signs[0] !== "=") return null;
  const [name] = item.sides;
  return name?.kind === "symbol" ? name.name : null;
}

/** A tuple of names and that of their values, both in the order of the names: (y, x) = (2, 1) is (x, y) = (1, 2). */
export function orderTuples(names: BracketNode, values: BracketNode): readonly [BracketNode, BracketNode] {
  const [items, others] = [inOrderOfNames(names.items, names.items), inOrderOfNames(names.items, values.items)];
  return items && others
    ? [
        { ...names, items },
        { ...values, items: others },
      ]
    : [names, values];
}

/**
 * Values in the order of their names. Names that lie apart in the alphabet, such as m and b, have no order of their own:
 * their values stay as they are. Null when the names are not variables, the same ones,
 * or not as many.
 */
function inOrderOfNames(names: readonly Expression[], values: readonly Expression[]): readonly Expression[] | null {
  if (names.length !== values.length) return null;
  const byName = new Map<string, Expression>();
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (name.kind !== "symbol" || value === undefined || byName.has(name.name)) return null;
    byName.set(name.name, value);
  }
  const ordered = [...byName.keys()].toSorted(IN_ORDER.compare);
  const isSeries = ordered.every((name, index) => index === 0 || areNeighbours(ordered[index - 1] ?? name, name));
  return isSeries ? ordered.flatMap((name) => byName.get(name) ?? []) : values;
}

/** By the alphabet, and x_2 before x_10. */
const IN_ORDER = new Intl.Collator("en", { numeric: true });

/** As far apart as h and k may be. */
const MOST_APART = 3;

function areNeighbours(first: string, second: string): boolean {
  const [letter, nextLetter] = [first.codePointAt(0) ?? 0, second.codePointAt(0) ?? 0];
  return nextLetter - letter <= MOST_APART;
}
