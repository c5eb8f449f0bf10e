import { mean } from "../../core/statistics.ts";

/** Values added up. */
interface Sum {
  readonly sum: number;
  readonly count: number;
}

/** A series of any length in bounded memory: means of as many equal stretches as a picture needs, and the newest values. */
export interface Curve {
  /** Sum and count of each full stretch, oldest first. */
  readonly buckets: readonly Sum[];
  /** The stretch that is not full yet: apart, so that most values copy no bucket. */
  readonly open: Sum;
  readonly stretch: number;
  readonly newest: readonly number[];
}

const MOST = 256;
const NEWEST = 5;
const NONE: Sum = { sum: 0, count: 0 };

/** A series without values. */
export const NO_CURVE: Curve = { buckets: [], open: NONE, stretch: 1, newest: [] };

/** A series with one more value. */
export function extend({ buckets, open, stretch, newest }: Curve, value: number): Curve {
  const next = [...newest.slice(1 - NEWEST), value];
  const grown = { sum: open.sum + value, count: open.count + 1 };
  if (grown.count < stretch) return { buckets, open: grown, stretch, newest: next };
  const all = [...buckets, grown];
  if (all.length < MOST) return { buckets: all, open: NONE, stretch, newest: next };
  const pairs = Array.from({ length: MOST / 2 }, (_, pair) => {
    const [a = NONE, b = NONE] = all.slice(2 * pair, 2 * pair + 2);
    return { sum: a.sum + b.sum, count: a.count + b.count };
  });
  return { buckets: pairs, open: NONE, stretch: 2 * stretch, newest: next };
}

/** The means of a series' stretches, oldest first. */
export function valuesOf({ buckets, open }: Curve): number[] {
  const all = open.count === 0 ? buckets : [...buckets, open];
  return all.map(({ sum, count }) => sum / count);
}

/** The mean of the newest five values; null without any. */
export function recentMean({ newest }: Curve): number | null {
  return newest.length === 0 ? null : mean(newest);
}
