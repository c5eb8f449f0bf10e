import type { PipelineSpan, Stretch } from "../../core/pipeline-span.ts";

/** For how much of a stretch of time the two ends of the loop were at work. Shares are of 0 to 1. */
export interface BusyShares {
  /** Length of the stretch without pauses, in seconds. */
  readonly wallSeconds: number;
  /** While at least one step was sampled or judged, or an evaluation went on, however few of its requests were left. */
  readonly samplers: number;
  /** While a batch was trained. */
  readonly trainer: number;
  /** While both were busy, and while neither was. */
  readonly both: number;
  readonly neither: number;
}

/** From and to, in milliseconds. */
type Interval = readonly [from: number, to: number];

/**
 * How busy samplers and trainer were in a stretch of time. Pure.
 * @param pauses in which no process worked on the run: they do not count.
 */
export function busyShares(
  spans: readonly PipelineSpan[],
  { startedAt, finishedAt }: Stretch,
  pauses: readonly Stretch[],
): BusyShares {
  const window: Interval = [Date.parse(startedAt), Date.parse(finishedAt)];
  const within = (stretches: readonly Stretch[]): Interval[] => stretches.flatMap((each) => clipped(each, window));
  const ofPhases = (phases: readonly string[]): Interval[] =>
    within(spans.filter(({ phase }) => phases.includes(phase)));
  const sampling = ofPhases(["collect", "evaluate"]);
  const training = ofPhases(["train"]);
  const wall = window[1] - window[0] - covered(within(pauses));
  const either = covered([...sampling, ...training]);
  const share = (milliseconds: number): number => (wall <= 0 ? 0 : Math.min(1, milliseconds / wall));
  return {
    wallSeconds: Math.max(0, wall) / 1000,
    samplers: share(covered(sampling)),
    trainer: share(covered(training)),
    both: share(covered(sampling) + covered(training) - either),
    neither: share(Math.max(0, wall - either)),
  };
}

function clipped(stretch: Stretch, [from, to]: Interval): Interval[] {
  const [start, end] = [Math.max(from, Date.parse(stretch.startedAt)), Math.min(to, Date.parse(stretch.finishedAt))];
  return end > start ? [[start, end]] : [];
}

/** Milliseconds that intervals cover together. */
function covered(intervals: readonly Interval[]): number {
  let [sum, end] = [0, Number.NEGATIVE_INFINITY];
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
