import type { CourseUnit } from "./course-unit.ts";
import type { ChartSeries } from "./series.ts";

/** What a run had cost by the end of some of its steps. The lists are equally long and rise. */
export interface Course {
  readonly steps: readonly number[];
  readonly tokens: readonly number[];
  readonly seconds: readonly number[];
}

/** A series with what the run had cost in place of its steps; between the steps that the course names, on a line. */
export function alongCourse(series: ChartSeries, course: Course, unit: CourseUnit): ChartSeries {
  if (unit === "steps") return series;
  return { ...series, steps: series.steps.map((step) => costBy(course.steps, course[unit], step)) };
}

function costBy(steps: readonly number[], totals: readonly number[], step: number): number {
  const after = steps.findIndex((each) => each >= step);
  if (after === -1) return totals.at(-1) ?? 0;
  const [fromStep, fromTotal] = [steps[after - 1] ?? 0, totals[after - 1] ?? 0];
  const [toStep, toTotal] = [steps[after] ?? 0, totals[after] ?? 0];
  if (toStep === fromStep) return toTotal;
  return fromTotal + ((toTotal - fromTotal) * Math.max(0, step - fromStep)) / (toStep - fromStep);
}
