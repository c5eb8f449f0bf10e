import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { evalResults, evals } from "../../db/schema/evals.ts";
import { problems, problemSets } from "../../db/schema/problems.ts";
import { metrics, runs } from "../../db/schema/runs.ts";
import { RlvrError } from "../core/errors.ts";
import type { Connection } from "./database.ts";
import { isWhole, withoutKeys, type RunRow } from "./runs.ts";

/** Names of an IN list at a time: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 1000;

/**
 * Runs by name, those of the given names that there are. Forks have their parent's name, and are no runs of a study.
 * @throws RlvrError `bad_database` when two runs have the same of these names.
 */
export function runsByName(db: Connection, names: readonly string[]): Map<string, RunRow> {
  const found = new Map<string, RunRow>();
  for (let at = 0; at < names.length; at += CHUNK) {
    const part = names.slice(at, at + CHUNK);
    for (const row of db.select().from(runs).where(inArray(runs.name, part)).orderBy(asc(runs.id)).all()) {
      if (!isWhole(row) || row.parentRun !== null) continue;
      const other = found.get(row.name);
      if (other !== undefined) {
        throw new RlvrError("bad_database", `runs ${other.id} and ${row.id} have the same name, ${row.name}`, {
          advice: "A study finds its runs by their names: give it a database of its own with --db FILE.",
        });
      }
      found.set(row.name, withoutKeys(row));
    }
  }
  return found;
}

/** Accuracy of an arm in a finished evaluation of a run. */
export interface ArmAccuracy {
  readonly suite: string;
  readonly step: number;
  readonly arm: string;
  readonly accuracy: number;
}

/**
 * The accuracies of all finished evaluations of a run, by suite, step, and the order of the arms in their set. An arm of
 * which no completion has a verdict is left out.
 */
export function runAccuracies(db: Connection, runId: number): ArmAccuracy[] {
  return db
    .select({
      suite: evals.suite,
      step: evals.step,
      arm: problems.arm,
      accuracy: sql<number>`avg(${evalResults.passed})`,
    })
    .from(evals)
    .innerJoin(evalResults, eq(evalResults.evalId, evals.id))
    .innerJoin(problems, eq(problems.id, evalResults.problemId))
    .where(and(eq(evals.runId, runId), isNotNull(evals.finishedAt)))
    .groupBy(evals.id, problems.arm)
    .having(sql`count(${evalResults.passed}) > 0`)
    .orderBy(evals.suite, evals.step, sql`min(${problems.position})`)
    .all();
}

/** Completion tokens that a step sampled, and those of them under hints. */
export interface StepTokens {
  readonly step: number;
  readonly sampled: number;
  readonly hints: number;
}

/** The tokens of each finished step of a run, in order. */
export function runTokens(db: Connection, runId: number): StepTokens[] {
  const named = (name: string) => sql<number>`total(CASE WHEN ${metrics.name} = ${name} THEN ${metrics.value} END)`;
  return db
    .select({ step: metrics.step, sampled: named("tokens.sampled"), hints: named("tokens.hints") })
    .from(metrics)
    .where(and(eq(metrics.runId, runId), inArray(metrics.name, ["tokens.sampled", "tokens.hints"])))
    .groupBy(metrics.step)
    .orderBy(metrics.step)
    .all();
}

/** Hashes of the files of a run's problem sets; null for a set that it has not. */
export interface RunProblemSets {
  readonly practice: string | null;
  readonly development: string | null;
  readonly test: string | null;
}

/** What a run's problem sets were read from. */
export function runProblemSets(db: Connection, run: RunRow): RunProblemSets {
  const hashOf = (setId: number | null): string | null => {
    if (setId === null) return null;
    const row = db.select({ sha256: problemSets.sha256 }).from(problemSets).where(eq(problemSets.id, setId)).get();
    return row?.sha256 ?? null;
  };
  return {
    practice: hashOf(run.practiceSetId),
    development: hashOf(run.developmentSetId),
    test: hashOf(run.testSetId),
  };
}
