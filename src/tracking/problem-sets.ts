import { asc, eq } from "drizzle-orm";
import { problems, problemSets } from "../../db/schema/problems.ts";
import { sha256 } from "../core/files.ts";
import type { Connection } from "./database.ts";
import { transact } from "./transaction.ts";

/** A row of `problems`. */
export type ProblemRow = typeof problems.$inferSelect;

/** A problem as it is stored: what its line held beyond the named fields is in `extra`. */
export interface StoredProblem {
  readonly id?: string | undefined;
  readonly problem: string;
  readonly answer: string;
  readonly arm: string;
  readonly hints?: unknown;
}

/** Rows of one INSERT: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 1000;

/** Stores a problem set and returns its id. A set with the same hash is stored once. */
export function storeProblemSet(
  db: Connection,
  set: { readonly path: string; readonly sha256: string; readonly problems: readonly StoredProblem[] },
): number {
  return transact(db, (tx) => {
    const known = tx.select({ id: problemSets.id }).from(problemSets).where(eq(problemSets.sha256, set.sha256)).get();
    if (known !== undefined) return known.id;
    const { id: setId } = tx
      .insert(problemSets)
      .values({ path: set.path, sha256: set.sha256 })
      .returning({ id: problemSets.id })
      .get();
    const rows = set.problems.map((entry, position) => {
      const { id, problem, answer, arm, hints, ...extra } = entry;
      return { setId, position, key: id ?? sha256(problem).slice(0, 16), arm, problem, answer, hints, extra };
    });
    for (let at = 0; at < rows.length; at += CHUNK)
      tx.insert(problems)
        .values(rows.slice(at, at + CHUNK))
        .run();
    return setId;
  });
}

/** Ids of the problems of each arm in order of their positions; arms in order of their first problems. */
export function problemIdsByArm(db: Connection, setId: number): Map<string, number[]> {
  const rows = db
    .select({ id: problems.id, arm: problems.arm })
    .from(problems)
    .where(eq(problems.setId, setId))
    .orderBy(asc(problems.position))
    .all();
  const arms = new Map<string, number[]>();
  for (const { id, arm } of rows) {
    const ids = arms.get(arm);
    if (ids === undefined) arms.set(arm, [id]);
    else ids.push(id);
  }
  return arms;
}

/** All problems of a set in order of their positions. */
export function problemsOfSet(db: Connection, setId: number): ProblemRow[] {
  return db.select().from(problems).where(eq(problems.setId, setId)).orderBy(asc(problems.position)).all();
}
