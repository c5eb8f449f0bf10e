import { areScalarsEqual } from "../compare/compare-scalars.ts";
import type { Expression } from "../expression.ts";

/** An end of an interval: its place on the real line, infinite or not, and the expression it was written as. */
export interface End {
  readonly at: number;
  readonly open: boolean;
  readonly written: Expression;
}

/** Numbers between two ends. */
export interface Interval {
  readonly low: End;
  readonly high: End;
}

/** A set of real numbers: intervals apart from each other, in order; a point is an interval closed at both ends. */
export type RealSet = readonly Interval[];

/** Whether two sets hold the same numbers. */
export function areRealSetsEqual(first: RealSet, second: RealSet): boolean {
  return (
    first.length === second.length &&
    first.every((interval, index) => {
      const other = second[index];
      return other !== undefined && areEndsEqual(interval.low, other.low) && areEndsEqual(interval.high, other.high);
    })
  );
}

function areEndsEqual(first: End, second: End): boolean {
  if (first.open !== second.open) return false;
  if (!Number.isFinite(first.at) || !Number.isFinite(second.at)) return first.at === second.at;
  return areScalarsEqual(first.written, second.written);
}

const INFINITY: Expression = { kind: "constant", name: "infinity" };
/** The end of an interval without a lower bound. */
export const BELOW: End = { at: -Infinity, open: true, written: INFINITY };
/** The end of an interval without an upper bound. */
export const ABOVE: End = { at: Infinity, open: true, written: INFINITY };
/** All real numbers. */
export const REALS: RealSet = [{ low: BELOW, high: ABOVE }];

/** The numbers in any of some sets; null when one of these is unknown. */
export function unionOfAll(sets: readonly (RealSet | null)[]): RealSet | null {
  const all: Interval[] = [];
  for (const set of sets) {
    if (set === null) return null;
    all.push(...set);
  }
  return unite(all);
}

/** The numbers in any of some intervals. */
export function unite(intervals: readonly Interval[]): RealSet {
  const sorted = intervals.toSorted(({ low: a }, { low: b }) => a.at - b.at || Number(a.open) - Number(b.open));
  const united: Interval[] = [];
  for (const interval of sorted) {
    const last = united.at(-1);
    const { low, high } = interval;
    const touches = last && (low.at < last.high.at || (low.at === last.high.at && !(low.open && last.high.open)));
    if (!last || !touches) united.push(interval);
    else united[united.length - 1] = { low: last.low, high: farther(last.high, high) };
  }
  return united;
}

function farther(first: End, second: End): End {
  if (first.at !== second.at) return first.at > second.at ? first : second;
  return first.open ? second : first;
}

/** The numbers in both of two sets. */
export function intersect(first: RealSet, second: RealSet): RealSet {
  const both = first.flatMap((a) =>
    second.map((b) => ({ low: nearer(a.low, b.low, 1), high: nearer(a.high, b.high, -1) })),
  );
  return unite(keepFilled(both.filter(({ low, high }) => low.at <= high.at)));
}

/** The end that leaves less: the larger of two lower ends (1), the smaller of two upper ones (-1). */
function nearer(first: End, second: End, direction: 1 | -1): End {
  if (first.at !== second.at) return (first.at - second.at) * direction > 0 ? first : second;
  return first.open ? first : second;
}

/** The real numbers that are not in a set. */
export function complementOf(set: RealSet): RealSet {
  const gaps: Interval[] = [];
  let low = BELOW;
  for (const interval of set) {
    gaps.push({ low, high: { ...interval.low, open: !interval.low.open } });
    low = { ...interval.high, open: !interval.high.open };
  }
  return keepFilled(
    [...gaps, { low, high: ABOVE }].filter((gap) => gap.low.at !== Infinity && gap.high.at !== -Infinity),
  );
}

function keepFilled(intervals: readonly Interval[]): RealSet {
  return intervals.filter(({ low, high }) => low.at < high.at || (low.at === high.at && !low.open && !high.open));
}
