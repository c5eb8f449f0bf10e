import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { problems } from "../../db/schema/problems.ts";
import { evalArms, evalResults, evals } from "../../db/schema/evals.ts";
import type { Connection } from "./database.ts";
import type { RunStretch } from "./lineage.ts";
import { now } from "./now.ts";
import { prepared } from "./prepared.ts";
import { transact } from "./transaction.ts";

/** A row of `evals`. */
export type EvalRow = typeof evals.$inferSelect;

/** Results of one arm in one evaluation. */
export interface ArmResult {
  readonly arm: string;
  /** The source that it is of; absent where the recipe has no sources. */
  readonly source?: string | undefined;
  /** Share of completions that passed, among those with a verdict. */
  readonly accuracy: number | null;
  readonly problems: number;
  readonly completions: number;
  /** Completions without a verdict. */
  readonly unjudged: number;
}

/** The evaluation of a natural key, written as unfinished when it is new. */
export function beginEval(db: Connection, key: Omit<EvalRow, "id" | "startedAt" | "finishedAt">): EvalRow {
  const known = findEval(db, key.runId, key.suite, key.step);
  return (
    known ??
    db
      .insert(evals)
      .values({ ...key, startedAt: now() })
      .returning()
      .get()
  );
}

/** The evaluation of a run on a suite after a step, finished or not. */
export function findEval(db: Connection, runId: number, suite: string, step: number): EvalRow | undefined {
  return db
    .select()
    .from(evals)
    .where(and(eq(evals.runId, runId), eq(evals.suite, suite), eq(evals.step, step)))
    .get();
}

/** The finished evaluation on a suite after one of the steps that a run goes on from. */
export function finishedEvalIn(
  db: Connection,
  history: readonly RunStretch[],
  suite: string,
  step: number,
): EvalRow | undefined {
  return history
    .filter(({ to }) => step <= to)
    .map(({ run }) => findEval(db, run.id, suite, step))
    .find((row) => row != null && row.finishedAt !== null);
}

/** The steps after which evaluations of a run are begun and not done. */
export function unfinishedEvals(db: Connection, runId: number): number[] {
  return db
    .select({ step: evals.step })
    .from(evals)
    .where(and(eq(evals.runId, runId), isNull(evals.finishedAt)))
    .all()
    .map(({ step }) => step);
}

/** The newest finished evaluation of a run on a suite. */
export function latestEval(db: Connection, runId: number, suite: string): EvalRow | undefined {
  return db
    .select()
    .from(evals)
    .where(and(eq(evals.runId, runId), eq(evals.suite, suite), isNotNull(evals.finishedAt)))
    .orderBy(desc(evals.step))
    .limit(1)
    .get();
}

/** What an evaluation gave on a problem. */
export interface EvaluatedProblem {
  readonly arm: string;
  readonly problem: string;
  readonly answer: string;
  /** Completions with a verdict, and those of them that passed. */
  readonly judged: number;
  readonly passed: number;
}

/** What an evaluation gave on each problem, in the order of the set. */
export function evalByProblem(db: Connection, evalId: number): EvaluatedProblem[] {
  return db
    .select({
      arm: problems.arm,
      problem: problems.problem,
      answer: problems.answer,
      judged: sql<number>`count(${evalResults.passed})`,
      passed: sql<number>`coalesce(sum(${evalResults.passed}), 0)`,
    })
    .from(evalResults)
    .innerJoin(problems, eq(problems.id, evalResults.problemId))
    .where(eq(evalResults.evalId, evalId))
    .groupBy(problems.id)
    .orderBy(problems.position)
    .all();
}

/** Ids of the problems whose results stand already. */
export function evaluatedProblems(db: Connection, evalId: number): Set<number> {
  const rows = db
    .selectDistinct({ id: evalResults.problemId })
    .from(evalResults)
    .where(eq(evalResults.evalId, evalId))
    .all();
  return new Set(rows.map((row) => row.id));
}

const insertResult = prepared((db) =>
  db
    .insert(evalResults)
    .values({
      evalId: sql.placeholder("evalId"),
      problemId: sql.placeholder("problemId"),
      number: sql.placeholder("number"),
      status: sql.placeholder("status"),
      // Past the column's own encoder, which would make something of a null.
      passed: sql`${sql.placeholder("passed")}`,
      score: sql.placeholder("score"),
      tokens: sql.placeholder("tokens"),
      text: sql.placeholder("text"),
    })
    .prepare(),
);

/** Writes all results of one problem, all or nothing. */
export function storeEvalResults(db: Connection, rows: readonly (typeof evalResults.$inferSelect)[]): void {
  transact(db, () => {
    for (const row of rows) insertResult(db).run({ ...row, passed: row.passed === null ? null : Number(row.passed) });
  });
}

/** Marks an evaluation as complete, and writes what its results come to by arm; all or nothing. */
export function finishEval(db: Connection, evalId: number): void {
  transact(db, (tx) => {
    tx.insert(evalArms)
      .select(
        tx
          .select({
            evalId: evalResults.evalId,
            arm: problems.arm,
            problems: sql<number>`count(DISTINCT ${evalResults.problemId})`.as("problems"),
            completions: sql<number>`count(*)`.as("completions"),
            judged: sql<number>`count(${evalResults.passed})`.as("judged"),
            passed: sql<number>`total(${evalResults.passed})`.as("passed"),
          })
          .from(evalResults)
          .innerJoin(problems, eq(problems.id, evalResults.problemId))
          .where(eq(evalResults.evalId, evalId))
          .groupBy(problems.arm),
      )
      .run();
    tx.update(evals).set({ finishedAt: now() }).where(eq(evals.id, evalId)).run();
  });
}

/** Results by arm, in order of the arms' first problems. */
export function armResults(db: Connection, evalId: number): ArmResult[] {
  const rows = db
    .select({
      arm: problems.arm,
      source: problems.source,
      accuracy: sql<number | null>`avg(${evalResults.passed})`,
      problems: sql<number>`count(DISTINCT ${evalResults.problemId})`,
      completions: sql<number>`count(*)`,
      unjudged: sql<number>`sum(${evalResults.status} <> 'ok')`,
    })
    .from(evalResults)
    .innerJoin(problems, eq(problems.id, evalResults.problemId))
    .where(eq(evalResults.evalId, evalId))
    .groupBy(problems.arm)
    .orderBy(sql`min(${problems.position})`)
    .all();
  return rows.map(({ source, ...row }) => (source === null ? row : { ...row, source }));
}

/** What sources of several arms came to, in the order of their first arms. */
export function sourceResults(
  arms: readonly ArmResult[],
): (Omit<ArmResult, "arm" | "source"> & { readonly source: string })[] {
  const bySource = Map.groupBy(arms, ({ source }) => source);
  const total = (all: readonly ArmResult[], of: (arm: ArmResult) => number): number =>
    all.reduce((sum, arm) => sum + of(arm), 0);
  return [...bySource].flatMap(([source, all]) =>
    source === undefined || all.length === 1
      ? []
      : [
          {
            source,
            accuracy: overallAccuracy(all),
            problems: total(all, (arm) => arm.problems),
            completions: total(all, (arm) => arm.completions),
            unjudged: total(all, (arm) => arm.unjudged),
          },
        ],
  );
}

/** The finished evaluations of a run, by suite and step. */
export function finishedEvals(db: Connection, runId: number): EvalRow[] {
  return db
    .select()
    .from(evals)
    .where(and(eq(evals.runId, runId), isNotNull(evals.finishedAt)))
    .orderBy(evals.suite, evals.step)
    .all();
}

/** One evaluation of a course. */
export interface CourseEval {
  readonly step: number;
  /** In order of the arms' first problems. */
  readonly arms: readonly ArmResult[];
}

/** All finished evaluations on a suite after the steps that a run goes on from, by step; see {@link evalCourse}. */
export function evalCourseOf(db: Connection, history: readonly RunStretch[], suite: string): CourseEval[] {
  const course = history
    .toReversed()
    .flatMap(({ run, to }) => evalCourse(db, run.id, suite).filter(({ step }) => step <= to));
  // Where two have one after the step between them, the run's own.
  return [...new Map(course.map((each) => [each.step, each])).values()];
}

/**
 * All finished evaluations of a run on a suite, by step. From what each came to by arm when it was finished: no completion
 * is read, however many evaluations there were.
 */
export function evalCourse(db: Connection, runId: number, suite: string): CourseEval[] {
  const rows = db.all<ArmResult & { readonly step: number }>(sql`
    WITH course AS (SELECT id, step, set_id FROM evals WHERE run_id = ${runId} AND suite = ${suite} AND finished_at IS NOT NULL),
         places AS (SELECT set_id, arm, min(position) AS place FROM problems
                    WHERE set_id IN (SELECT set_id FROM course) GROUP BY set_id, arm)
    SELECT e.step, x.arm, CASE WHEN x.judged > 0 THEN 1.0 * x.passed / x.judged END AS accuracy, x.problems, x.completions,
           x.completions - x.judged AS unjudged
    FROM course e JOIN eval_arms x ON x.eval_id = e.id JOIN places p ON p.set_id = e.set_id AND p.arm = x.arm
    ORDER BY e.step, p.place`);
  return [...Map.groupBy(rows, ({ step }) => step)].map(([step, arms]) => ({
    step,
    arms: arms.map(({ arm, accuracy, problems: asked, completions, unjudged }) => ({
      arm,
      accuracy,
      problems: asked,
      completions,
      unjudged,
    })),
  }));
}

/** Share of all judged completions of an evaluation that passed; null when none is judged. */
export function overallAccuracy(arms: readonly ArmResult[]): number | null {
  let [passed, judged] = [0, 0];
  for (const { accuracy, completions, unjudged } of arms) {
    passed += (accuracy ?? 0) * (completions - unjudged);
    judged += completions - unjudged;
  }
  return judged === 0 ? null : passed / judged;
}
