/** How many there are of something, and the first of them. */
export interface Tally<Entry> {
  readonly count: number;
  readonly first: readonly Entry[];
}

/** A tally that grows. */
export interface GrowingTally<Entry> extends Tally<Entry> {
  add(entry: Entry): void;
}

/** Counts entries and keeps as many of the first as asked, so that a million of them need no memory. */
export function createTally<Entry>(kept: number): GrowingTally<Entry> {
  const first: Entry[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    first,
    add(entry) {
      if (count++ < kept) first.push(entry);
    },
  };
}
