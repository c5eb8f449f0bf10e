import { and, asc, eq, gte, isNotNull, lte, sql } from "drizzle-orm";
import { evalArms, evals } from "../../../db/schema/evals.ts";
import { metrics, steps } from "../../../db/schema/runs.ts";
import type { Connection } from "../database.ts";
import type { StepRange } from "./exported-rollouts.ts";

/** One metric of a step. */
export interface ExportedMetric {
  readonly step: number;
  readonly name: string;
  readonly value: number;
  /** When its step was over. */
  readonly at: string;
}

/** The metrics of a run's steps in a range, by step and name. */
export function metricsInRange(db: Connection, runId: number, { from, to }: StepRange): ExportedMetric[] {
  return db
    .select({
      step: metrics.step,
      name: metrics.name,
      value: metrics.value,
      at: sql<string>`coalesce(${steps.finishedAt}, ${steps.startedAt})`,
    })
    .from(metrics)
    .innerJoin(steps, and(eq(steps.runId, metrics.runId), eq(steps.number, metrics.step)))
    .where(and(eq(metrics.runId, runId), gte(metrics.step, from), lte(metrics.step, to)))
    .orderBy(asc(metrics.step), asc(metrics.name))
    .all();
}

/** Accuracy of a finished evaluation: of an arm, or over all completions (`arm` null). */
export interface ExportedAccuracy {
  readonly suite: string;
  readonly step: number;
  readonly arm: string | null;
  /** Null where no completion has a verdict. */
  readonly accuracy: number | null;
  /** When the evaluation was over. */
  readonly at: string;
}

/** The accuracies of a run's finished evaluations in a range of steps: over all arms first, then of each, by step. */
export function accuraciesInRange(db: Connection, runId: number, { from, to }: StepRange): ExportedAccuracy[] {
  const select = (arm: typeof evalArms.arm | null) =>
    db
      .select({
        suite: evals.suite,
        step: evals.step,
        arm: arm === null ? sql<string | null>`NULL` : sql<string | null>`${arm}`,
        accuracy: sql<number | null>`total(${evalArms.passed}) / nullif(sum(${evalArms.judged}), 0)`,
        at: sql<string>`${evals.finishedAt}`,
      })
      .from(evals)
      .innerJoin(evalArms, eq(evalArms.evalId, evals.id))
      .where(and(eq(evals.runId, runId), isNotNull(evals.finishedAt), gte(evals.step, from), lte(evals.step, to)))
      .groupBy(evals.id, ...(arm === null ? [] : [arm]))
      .orderBy(asc(evals.step), asc(evals.id))
      .all();
  return [...select(null), ...select(evalArms.arm)];
}
