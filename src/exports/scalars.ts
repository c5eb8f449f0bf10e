import type { Database } from "../tracking/database.ts";
import { accuraciesInRange, metricsInRange } from "../tracking/reads/exported-scalars.ts";
import { stepsInRange, type StepRange } from "../tracking/reads/exported-rollouts.ts";

/** Steps that are read at a time. */
const PAGE = 500;

/** Numbers of a step that became known at once. */
export interface ScalarPoint {
  readonly step: number;
  /** ISO 8601. */
  readonly at: string;
  /** By tag, such as `train/loss`. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Every metric and accuracy of a run by step, a point a step and one an evaluation, in order of the steps. Tags are the
 * metrics' names with a slash for the first dot, by which viewers group them (`reward/mean`), and `eval/SUITE/accuracy`
 * with the arm after it.
 */
export function* scalarPoints(db: Database, runId: number, range: StepRange): Generator<ScalarPoint> {
  const evaluations = Map.groupBy(accuraciesInRange(db, runId, range), ({ step }) => step);
  const evaluated = function* (step: number): Generator<ScalarPoint> {
    for (const [at, rows] of Map.groupBy(evaluations.get(step) ?? [], (row) => row.at)) {
      const known = rows.flatMap(({ suite, arm, accuracy }) =>
        accuracy === null ? [] : [[`eval/${suite}/accuracy${arm === null ? "" : `/${arm}`}`, accuracy] as const],
      );
      if (known.length > 0) yield { step, at, values: Object.fromEntries(known) };
    }
  };
  if (range.from <= 0) yield* evaluated(0);
  const steps = stepsInRange(db, runId, range);
  for (let at = 0; at < steps.length; at += PAGE) {
    const page = steps.slice(at, at + PAGE).map(({ number }) => number);
    const rows = metricsInRange(db, runId, { from: page[0] ?? 0, to: page.at(-1) ?? 0 });
    const metrics = Map.groupBy(rows, ({ step }) => step);
    for (const step of page) {
      const [first, ...rest] = metrics.get(step) ?? [];
      if (first !== undefined) {
        const values = Object.fromEntries([first, ...rest].map(({ name, value }) => [name.replace(".", "/"), value]));
        yield { step, at: first.at, values };
      }
      yield* evaluated(step);
    }
  }
}
