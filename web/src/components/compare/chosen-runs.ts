import { COURSE_UNITS, type CourseUnit } from "../../../../src/report/charts/course-unit.ts";

/** What the compare page shows, from its address. */
export interface Comparing {
  readonly runs: readonly number[];
  /** Metrics of the grid, in order. */
  readonly metrics: readonly string[];
  readonly unit: CourseUnit;
  /** Weight of a moving average, from 0 to below 1. */
  readonly smoothing: number;
}

/** The metrics of a grid that nobody chose: what was learnt, how the policy moved, what it cost. */
export const USUAL_METRICS: readonly string[] = [
  "reward.mean",
  "pass_rate",
  "train.entropy",
  "train.kl_to_sampler",
  "length.mean",
  "train.gradient_norm",
];

const MOST_RUNS = 20;
const MOST_METRICS = 24;
const MOST_SMOOTHING = 0.99;

/** Reads an address; what it has that is none is left out. */
export function readComparing(search: URLSearchParams): Comparing {
  const runs = (search.get("runs") ?? "")
    .split(",")
    .map(Number)
    .filter((run) => Number.isSafeInteger(run) && run > 0);
  const named = (search.get("metrics") ?? "").split(",").filter((name) => name !== "");
  const smoothing = Number(search.get("smooth") ?? 0);
  return {
    runs: [...new Set(runs)].slice(0, MOST_RUNS),
    metrics: named.length === 0 ? USUAL_METRICS : [...new Set(named)].slice(0, MOST_METRICS),
    unit: COURSE_UNITS.find((unit) => unit === search.get("x")) ?? "steps",
    smoothing: smoothing > 0 && smoothing <= MOST_SMOOTHING ? smoothing : 0,
  };
}

/** The same metrics with one more, or without it, as the address has them: empty for the usual ones. */
export function toggledMetrics(metrics: readonly string[], name: string): string {
  const next = metrics.includes(name) ? metrics.filter((each) => each !== name) : [...metrics, name];
  return next.join(",") === USUAL_METRICS.join(",") ? "" : next.slice(0, MOST_METRICS).join(",");
}
