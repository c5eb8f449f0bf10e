import { sql } from "drizzle-orm";
import type { ArmChange, EvaluationFacts, FateFacts, PracticeFacts, StoryFacts } from "../core/story-facts.ts";
import type { Connection, Database } from "./database.ts";
import { runStateNow } from "./run-state.ts";
import { someSourcesOf } from "./problem-sets.ts";
import { findRun, type RunRow } from "./runs.ts";

/** Parts that the finished steps are cut into. */
const PARTS = 10;

/**
 * What a run's story is told from. Reads groups, metrics and two evaluations, never all rollouts.
 * @throws RlvrError `unknown_name` when there is no such run.
 */
export function storyFacts(db: Database, runId: number): StoryFacts {
  const run = findRun(db, runId);
  const recipe = run.recipe as { readonly steps: number; readonly scaffold?: { readonly name: string } };
  const { steps } = db.get<{ steps: number }>(
    sql`SELECT count(*) AS steps FROM steps WHERE run_id = ${runId} AND phase = 'done'`,
  );
  return {
    runId,
    state: runStateNow(db, run),
    steps,
    plannedSteps: recipe.steps - stepBefore(run),
    scaffold: recipe.scaffold?.name ?? "none",
    evaluation: evaluationFacts(db, run),
    practice: practiceFacts(db, run, steps),
    fates: fateFacts(db, runId),
    teacherKl: teacherKl(db, run, steps),
  };
}

interface SuiteRow {
  readonly suite: string;
  readonly setId: number;
  readonly beforeId: number;
  readonly beforeStep: number;
  readonly nowId: number;
  readonly nowStep: number;
}

/** The suite that tells most: one with two evaluations before one with one, the test set before others. */
function evaluationFacts(db: Connection, { id: runId, practiceSetId, recipe }: RunRow): EvaluationFacts | null {
  const suite = db.get<SuiteRow | undefined>(sql`
    SELECT a.suite, a.set_id AS setId, a.id AS beforeId, a.step AS beforeStep, b.id AS nowId, b.step AS nowStep
    FROM (SELECT suite, min(step) AS first, max(step) AS last FROM evals
           WHERE run_id = ${runId} AND finished_at IS NOT NULL GROUP BY suite) x
    JOIN evals a ON a.run_id = ${runId} AND a.suite = x.suite AND a.step = x.first
    JOIN evals b ON b.run_id = ${runId} AND b.suite = x.suite AND b.step = x.last
    ORDER BY x.first = x.last, x.suite <> 'test', x.suite <> 'development', x.suite
    LIMIT 1`);
  if (suite === undefined) return null;
  const { setId, beforeId, nowId, ...rest } = suite;
  return {
    ...rest,
    isHeldOut: setId !== practiceSetId,
    sources: someSourcesOf(db, recipe, setId),
    arms: armChanges(db, beforeId, nowId),
  };
}

function armChanges(db: Connection, beforeId: number, nowId: number): ArmChange[] {
  const byProblem = (evalId: number) => sql`
    SELECT problem_id, sum(passed) AS passed, count(passed) AS judged, avg(passed) AS rate, sum(status <> 'ok') AS unjudged
    FROM eval_results WHERE eval_id = ${evalId} GROUP BY problem_id`;
  return db.all<ArmChange>(sql`
    WITH before AS (${byProblem(beforeId)}), now AS (${byProblem(nowId)})
    SELECT p.arm, coalesce(sum(b.passed), 0) AS beforePassed, sum(b.judged) AS beforeJudged,
           coalesce(sum(n.passed), 0) AS nowPassed, sum(n.judged) AS nowJudged, sum(b.unjudged + n.unjudged) AS unjudged,
           count(n.rate - b.rate) AS problems, total(n.rate - b.rate) AS changes,
           total((n.rate - b.rate) * (n.rate - b.rate)) AS squaredChanges
    FROM before b JOIN now n ON n.problem_id = b.problem_id JOIN problems p ON p.id = b.problem_id
    GROUP BY p.arm ORDER BY min(p.position)`);
}

/** The step before the first of a run. */
function stepBefore({ parentStep }: RunRow): number {
  return parentStep ?? 0;
}

function practiceFacts(db: Connection, run: RunRow, steps: number): PracticeFacts[] {
  // CROSS JOIN keeps SQLite to this order: the run's steps, then the groups of each.
  return db.all<PracticeFacts>(sql`
    WITH visits AS (
      SELECT g.arm, s.number AS step, CAST((s.number - ${stepBefore(run) + 1}) * ${Math.min(PARTS, steps)} / ${steps} AS INTEGER) AS part, g.scaffold, g.state, g.judged,
             g.passed
      FROM steps s CROSS JOIN groups g ON g.step_id = s.id
      WHERE s.run_id = ${run.id} AND s.phase = 'done'
    )
    SELECT arm, part, min(step) AS fromStep, max(step) AS toStep, sum(judged > 0) AS visits,
           total(1.0 * passed / judged) AS passRates, total(1.0 * passed * passed / judged / judged) AS squaredPassRates,
           sum(judged >= 2 AND passed = 0) AS cliffs,
           sum(judged >= 2 AND passed = 0 AND scaffold IS 'hinted') AS rescued,
           sum(judged >= 2 AND passed = 0 AND scaffold IS 'unrescued') AS unrescued,
           sum(judged >= 2 AND passed = 0 AND scaffold IS 'exempt') AS exempt,
           sum(state = 'dropped') AS dropped, sum(state = 'dropped' AND passed = judged AND judged > 0) AS droppedSolved
    FROM visits GROUP BY part, arm ORDER BY part, arm`);
}

function fateFacts(db: Connection, runId: number): FateFacts {
  // Two ranges of the index on names, so that no other metric is read.
  const sums = (from: string, to: string) => sql`
    SELECT name, CAST(sum(value) AS INTEGER) AS rollouts FROM metrics
    WHERE run_id = ${runId} AND name BETWEEN ${from} AND ${to} GROUP BY name`;
  const rows = db.all<{ name: string; rollouts: number }>(sql`
    ${sums("rollouts", "rollouts.trained")} UNION ALL ${sums("dropped.", "dropped/")} ORDER BY rollouts DESC, name`);
  const count = (name: string): number => rows.find((row) => row.name === name)?.rollouts ?? 0;
  const dropped = rows.filter(({ name, rollouts }) => name.startsWith("dropped.") && rollouts > 0);
  return {
    rollouts: count("rollouts"),
    trained: count("rollouts.trained"),
    dropped: dropped.map(({ name, rollouts }) => ({ reason: name.slice("dropped.".length), rollouts })),
  };
}

function teacherKl(db: Connection, run: RunRow, steps: number): StoryFacts["teacherKl"] {
  const part = Math.ceil(steps / PARTS);
  const from = stepBefore(run);
  const { before, now } = db.get<{ before: number | null; now: number | null }>(sql`
    SELECT avg(CASE WHEN step <= ${from + part} THEN value END) AS before,
           avg(CASE WHEN step > ${from + steps - part} THEN value END) AS now
    FROM metrics WHERE run_id = ${run.id} AND name = 'teacher.kl' AND step <= ${from + steps}`);
  return before === null || now === null ? null : { before, now };
}
