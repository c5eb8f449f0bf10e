import { mean } from "../../core/statistics.ts";

/** A series of any length in bounded memory: means of as many equal stretches as a picture needs, and the newest values. */
export interface Curve {
  /** Sum and count of each stretch, oldest first; only the last may hold fewer values than `stretch`. */
  readonly buckets: readonly { readonly sum: number; readonly count: number }[];
  readonly stretch: number;
  readonly newest: readonly number[];
}

const MOST = 256;
const NEWEST = 5;

/** A series without values. */
export const NO_CURVE: Curve = { buckets: [], stretch: 1, newest: [] };

/** A series with one more value. */
export function extend({ buckets, stretch, newest }: Curve, value: number): Curve {
  const last = buckets.at(-1);
  const isOpen = last !== undefined && last.count < stretch;
  const grown = isOpen
    ? [...buckets.slice(0, -1), { sum: last.sum + value, count: last.count + 1 }]
    : [...buckets, { sum: value, count: 1 }];
  const next = [...newest, value].slice(-NEWEST);
  if (grown.length <= MOST) return { buckets: grown, stretch, newest: next };
  const pairs = Array.from({ length: Math.ceil(grown.length / 2) }, (_, pair) => {
    const [a = { sum: 0, count: 0 }, b = { sum: 0, count: 0 }] = grown.slice(2 * pair, 2 * pair + 2);
    return { sum: a.sum + b.sum, count: a.count + b.count };
  });
  return { buckets: pairs, stretch: 2 * stretch, newest: next };
}

/** The means of a series' stretches, oldest first. */
export function valuesOf({ buckets }: Curve): number[] {
  return buckets.map(({ sum, count }) => sum / count);
}

/** The mean of the newest five values; null without any. */
export function recentMean({ newest }: Curve): number | null {
  return newest.length === 0 ? null : mean(newest);
}
