import { isDeepStrictEqual } from "node:util";
import { and, desc, eq, inArray } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { problems, problemSets } from "../../db/schema/problems.ts";
import { steps } from "../../db/schema/runs.ts";
import { sha256 } from "../core/files/files.ts";
import type { Connection } from "./database.ts";
import { inStretches, type RunStretch } from "./lineage.ts";
import { problemRow, type ProblemRow, type StoredProblem } from "./problem-sets.ts";
import { transact } from "./transaction.ts";

/** A generated problem to store. */
export interface DrawnProblem {
  readonly source: string;
  readonly problem: StoredProblem & { readonly id: string };
}

/**
 * Stores problems that a run's generators made and returns their ids, in their order. What is stored already has its row: the
 * first problems of each arm are of the run's practice set, the others of a set beside that one.
 */
export function storeGenerated(db: Connection, practiceSetId: number, drawn: readonly DrawnProblem[]): number[] {
  return transact(db, (tx) => {
    const setId = generatedSet(tx, practiceSetId);
    let position = freePosition(tx, setId);
    return drawn.map(({ source, problem }) => {
      const row = problemRow(source, problem);
      const known = findRow(tx, [practiceSetId, setId], row);
      if (known !== undefined) return known.id;
      const stored = { setId, position: position++, ...row };
      return tx.insert(problems).values(stored).returning({ id: problems.id }).get().id;
    });
  });
}

/** The set of the problems that were generated for the runs of a practice set. */
function generatedSet(tx: Connection, practiceSetId: number): number {
  const practice = tx.select().from(problemSets).where(eq(problemSets.id, practiceSetId)).get();
  if (practice === undefined) throw new Error(`there is no problem set ${practiceSetId}`);
  const set = { path: `${practice.path}, as practised`, sha256: sha256(`generated for ${practice.sha256}`) };
  const known = tx.select({ id: problemSets.id }).from(problemSets).where(eq(problemSets.sha256, set.sha256)).get();
  return known?.id ?? tx.insert(problemSets).values(set).returning({ id: problemSets.id }).get().id;
}

/** The first position of a set that is free. */
function freePosition(tx: Connection, setId: number): number {
  const set = eq(problems.setId, setId);
  const last = tx.select().from(problems).where(set).orderBy(desc(problems.position)).limit(1).get();
  return last === undefined ? 0 : last.position + 1;
}

/** The row of a very problem. One of the same key that differs is of a generator that was changed since. */
function findRow(tx: Connection, sets: readonly number[], row: ReturnType<typeof problemRow>): ProblemRow | undefined {
  const columns = Object.entries({ ...row, hints: row.hints ?? null }) as [keyof ProblemRow, unknown][];
  return tx
    .select()
    .from(problems)
    .where(and(eq(problems.key, row.key), inArray(problems.setId, [...sets])))
    .all()
    .find((stored) => columns.every(([column, value]) => isDeepStrictEqual(stored[column], value)));
}

/** A problem that a group was given, with the step and round that it was chosen in. */
export interface GivenProblem extends Pick<ProblemRow, "key" | "arm" | "problem"> {
  readonly step: number;
  readonly round: number;
}

/** The problems of sources that groups of these steps were given. */
export function givenProblems(
  db: Connection,
  stretches: readonly RunStretch[],
  sources: readonly string[],
): GivenProblem[] {
  return db
    .select({
      key: problems.key,
      arm: problems.arm,
      problem: problems.problem,
      step: steps.number,
      round: groups.round,
    })
    .from(groups)
    .innerJoin(steps, eq(steps.id, groups.stepId))
    .innerJoin(problems, eq(problems.id, groups.problemId))
    .where(and(inStretches(stretches, steps.runId, steps.number), inArray(problems.source, [...sources])))
    .orderBy(groups.id)
    .all();
}
