import type { PipelinePhase, PipelineSpan } from "../../core/pipeline-span.ts";

/** A lane of a timeline: what kind of work its bars are. */
export interface Lane {
  readonly name: string;
  /** What its work is, for texts. */
  readonly doing: string;
  readonly phases: readonly PipelinePhase[];
}

/** The lanes, from the top: the work of the samplers first. */
export const LANES: readonly Lane[] = [
  { name: "sample", doing: "sampled and judged", phases: ["collect"] },
  { name: "evaluate", doing: "evaluated", phases: ["evaluate"] },
  { name: "train", doing: "trained", phases: ["train"] },
  { name: "sync", doing: "synced", phases: ["sync"] },
  { name: "other", doing: "credited, or taken stock of", phases: ["credit", "observe"] },
];

/** A bar of a timeline, its times in milliseconds. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  /** Place of its lane in {@link LANES}. */
  readonly lane: number;
  /** Row of the drawing, from the top: a lane has as many as bars of it overlap at the most. */
  readonly row: number;
  readonly span: PipelineSpan;
}

/**
 * The bars of a timeline, none over another, and how many rows each lane has. Servers that are switched to the same weights
 * one after another share a bar. Pure.
 * @param tolerance milliseconds by which two bars may overlap on one row: less than a pixel.
 */
export function timelineBars(
  spans: readonly PipelineSpan[],
  tolerance: number,
): { readonly bars: readonly Bar[]; readonly rows: readonly number[] } {
  let above = 0;
  const rows: number[] = [];
  const bars = LANES.flatMap(({ phases }, lane) => {
    const ends: number[] = [];
    const own = joined(spans.filter(({ phase }) => phases.includes(phase))).map(({ from, to, span }): Bar => {
      const free = ends.findIndex((end) => end <= from + tolerance);
      const row = free === -1 ? ends.length : free;
      ends[row] = to;
      return { from, to, lane, row: above + row, span };
    });
    rows.push(Math.max(1, ends.length));
    above += Math.max(1, ends.length);
    return own;
  });
  return { bars, rows };
}

/** Spans by their beginnings; those of one phase and step that overlap are one. */
function joined(
  spans: readonly PipelineSpan[],
): { readonly from: number; readonly to: number; readonly span: PipelineSpan }[] {
  const newest = new Map<string, { from: number; to: number; span: PipelineSpan }>();
  const all: { from: number; to: number; span: PipelineSpan }[] = [];
  const timed = spans.map((span) => ({ from: Date.parse(span.startedAt), to: Date.parse(span.finishedAt), span }));
  for (const each of timed.sort((one, other) => one.from - other.from)) {
    const key = JSON.stringify([each.span.phase, each.span.step, each.span.suite]);
    const last = newest.get(key);
    if (last !== undefined && each.from <= last.to) last.to = Math.max(last.to, each.to);
    else {
      newest.set(key, each);
      all.push(each);
    }
  }
  return all;
}
