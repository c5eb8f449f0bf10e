import type { StepRange } from "./axes.ts";
import { courseLabel, type CourseUnit } from "./course-unit.ts";
import { shortNumber } from "./short-number.ts";

/** Numbers over the steps of a run. The lists are equally long; `mean` is null where there is none. */
export interface ChartSeries {
  readonly name: string;
  readonly steps: readonly number[];
  readonly mean: readonly (number | null)[];
  /** Least and most of the steps that a point stands for. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** A table that says what a chart shows. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Every step at which one of the series has a point, in order. */
export function allSteps(series: readonly ChartSeries[]): number[] {
  return [...new Set(series.flatMap(({ steps }) => steps))].sort((left, right) => left - right);
}

/** The steps that a chart shows: those of the range, else of its series. */
export function stepsShown(series: readonly ChartSeries[], range: StepRange | null): StepRange {
  if (range !== null) return range;
  const steps = allSteps(series);
  return { from: steps[0] ?? 0, to: steps.at(-1) ?? 0 };
}

/** The newest number of a series, or the one at or before a step. */
export function valueAt(series: ChartSeries, step: number | null): number | null {
  for (let index = series.steps.length - 1; index >= 0; index--) {
    const value = series.mean[index] ?? null;
    if (value !== null && (step === null || (series.steps[index] ?? 0) <= step)) return value;
  }
  return null;
}

/** Series that all have every step, 0 where they had none: parts of a whole that a step may lack. */
export function filledSeries(series: readonly ChartSeries[]): ChartSeries[] {
  const steps = allSteps(series);
  return series.map(({ name, steps: own, mean }) => {
    const values = new Map(own.map((step, index) => [step, mean[index] ?? 0]));
    return { name, steps, mean: steps.map((step) => values.get(step) ?? 0) };
  });
}

/** A series a column, a step a row, or what the runs had cost. */
export function seriesTable(series: readonly ChartSeries[], unit: CourseUnit = "steps"): ChartTable {
  const columns = series.map(({ steps, mean }) => new Map(steps.map((step, index) => [step, mean[index] ?? null])));
  return {
    columns: [unit === "steps" ? "step" : unit, ...series.map(({ name }) => name)],
    rows: allSteps(series).map((step) => [step, ...columns.map((column) => column.get(step) ?? null)]),
  };
}

/** What a chart of series shows in a sentence, for people who do not see it. */
export function describeSeries(title: string, series: readonly ChartSeries[], unit: CourseUnit = "steps"): string {
  const parts = series.map((one) => {
    const values = one.mean.filter((value) => value !== null);
    if (values.length === 0) return `${one.name}: no values`;
    const [first, last] = [values[0], values.at(-1)].map(shortNumber);
    return `${one.name} from ${first} to ${last}, between ${shortNumber(least(values))} and ${shortNumber(most(values))}`;
  });
  const steps = allSteps(series);
  const [from, to] = [steps[0] ?? 0, steps.at(-1) ?? 0].map((value) => courseLabel(value, unit));
  return `${title}, ${unit} ${from} to ${to}. ${parts.join("; ")}.`;
}

function least(values: readonly number[]): number {
  return values.reduce((left, right) => Math.min(left, right), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((left, right) => Math.max(left, right), Number.NEGATIVE_INFINITY);
}
