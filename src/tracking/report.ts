import { and, eq, like, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { evalResults } from "../../db/schema/evals.ts";
import { problems } from "../../db/schema/problems.ts";
import { metrics } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";

/** One held-out problem with a completion of the policy before and after training. */
export interface BeforeAndAfter {
  readonly arm: string;
  readonly problem: string;
  readonly answer: string;
  readonly before: string;
  readonly beforePassed: boolean | null;
  readonly after: string;
  readonly afterPassed: boolean | null;
}

/**
 * First completions of held-out problems in two evaluations of the same set, one problem an arm: what was learned comes
 * first, then what is still wrong, then what was right before.
 */
export function beforeAndAfter(
  db: Connection,
  beforeEvalId: number,
  afterEvalId: number,
  limit: number,
): BeforeAndAfter[] {
  const before = alias(evalResults, "before");
  const after = alias(evalResults, "after");
  const rank = sql<number>`CASE WHEN ${before.passed} = 0 AND ${after.passed} = 1 THEN 0 WHEN ${after.passed} = 0 THEN 1 ELSE 2 END`;
  const rows = db
    .select({
      arm: problems.arm,
      problem: problems.problem,
      answer: problems.answer,
      before: before.text,
      beforePassed: before.passed,
      after: after.text,
      afterPassed: after.passed,
      rank,
    })
    .from(before)
    .innerJoin(after, and(eq(after.problemId, before.problemId), eq(after.number, 0), eq(after.evalId, afterEvalId)))
    .innerJoin(problems, eq(problems.id, before.problemId))
    .where(and(eq(before.evalId, beforeEvalId), eq(before.number, 0)))
    .orderBy(rank, problems.position)
    .all();
  const arms = new Set<string>();
  return rows.filter((row) => arms.size < limit && !arms.has(row.arm) && arms.add(row.arm));
}

/** Seconds that a run's steps spent in each phase, summed. */
export function secondsByPhase(db: Connection, runId: number): Map<string, number> {
  const rows = db
    .select({ name: metrics.name, seconds: sql<number>`sum(${metrics.value})` })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), like(metrics.name, "seconds.%")))
    .groupBy(metrics.name)
    .orderBy(sql`sum(${metrics.value}) DESC`)
    .all();
  return new Map(rows.map((row) => [row.name.slice("seconds.".length), row.seconds]));
}

/** One step of a run in one row, newest steps last. */
export interface StepSummary {
  readonly step: number;
  readonly reward: number | null;
  readonly loss: number | null;
  readonly rollouts: number | null;
  readonly trained: number | null;
}

/** The reward, loss and counts of each finished step of a run. */
export function stepSummaries(db: Connection, runId: number): StepSummary[] {
  const named = (name: string) =>
    sql<number | null>`max(CASE WHEN ${metrics.name} = ${name} THEN ${metrics.value} END)`;
  return db
    .select({
      step: metrics.step,
      reward: named("reward.mean"),
      loss: named("train.loss"),
      rollouts: named("rollouts"),
      trained: named("rollouts.trained"),
    })
    .from(metrics)
    .where(eq(metrics.runId, runId))
    .groupBy(metrics.step)
    .orderBy(metrics.step)
    .all();
}

/**
 * Rollouts of a run that were not trained (`dropped`), or groups that were dropped as a whole (`dropped_groups`), by reason,
 * most first. From the steps' numbers: no rollout is read.
 */
export function droppedByReason(
  db: Connection,
  runId: number,
  what: "dropped" | "dropped_groups",
): Record<string, number> {
  const rows = db
    .select({ name: metrics.name, count: sql<number>`sum(${metrics.value})` })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), sql`${metrics.name} GLOB ${`${what}.*`}`))
    .groupBy(metrics.name)
    .orderBy(sql`sum(${metrics.value}) DESC`)
    .all();
  return Object.fromEntries(rows.map(({ name, count }) => [name.slice(what.length + 1), count]));
}

/** The step at which each arm was first practised. */
export function firstPractice(db: Connection, runId: number): Record<string, number> {
  const rows = db
    .select({ name: metrics.name, step: sql<number>`min(${metrics.step})` })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), sql`${metrics.name} GLOB 'pass_rate.*'`))
    .groupBy(metrics.name)
    .all();
  return Object.fromEntries(rows.map(({ name, step }) => [name.slice("pass_rate.".length), step]));
}
