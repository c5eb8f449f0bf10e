import { asc, count, eq, inArray, min, sql } from "drizzle-orm";
import { problems, problemSets } from "../../db/schema/problems.ts";
import { RlvrError } from "../core/errors.ts";
import { sha256 } from "../core/files/files.ts";
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

/** A problem set to store. */
export interface NewProblemSet {
  /** Where it is from. */
  readonly path: string;
  /** Its identity. */
  readonly sha256: string;
  /** Its problems by their sources; null where the recipe has no sources. */
  readonly parts: readonly { readonly source: string | null; readonly problems: readonly StoredProblem[] }[];
}

/** Rows of one INSERT: SQLite takes at most 32,766 parameters a statement. */
const CHUNK = 1000;

/** Stores a problem set and returns its id. A set with the same hash is stored once. */
export function storeProblemSet(db: Connection, { path, sha256: hash, parts }: NewProblemSet): number {
  return transact(db, (tx) => {
    const known = tx.select({ id: problemSets.id }).from(problemSets).where(eq(problemSets.sha256, hash)).get();
    if (known !== undefined) return known.id;
    const { id: setId } = tx.insert(problemSets).values({ path, sha256: hash }).returning({ id: problemSets.id }).get();
    const all = parts.flatMap(({ source, problems: own }) => own.map((entry) => ({ source, entry })));
    const rows = all.map(({ source, entry }, position) => ({ setId, position, ...problemRow(source, entry) }));
    for (let at = 0; at < rows.length; at += CHUNK)
      tx.insert(problems)
        .values(rows.slice(at, at + CHUNK))
        .run();
    return setId;
  });
}

/** The columns of a problem that do not depend on its set. */
export function problemRow(source: string | null, { id, problem, answer, arm, hints, ...extra }: StoredProblem) {
  return { key: id ?? sha256(problem).slice(0, 16), arm, source, problem, answer, hints, extra };
}

/**
 * Ids of the problems of each arm in order of their positions; arms in order of their first problems.
 * @param fields of a problem whose values make its arm, joined by a slash: `arm`, `source` of a problem that has one, or
 * names of further fields.
 * @throws RlvrError `bad_problems` when a problem lacks such a field.
 */
export function problemIdsByArm(db: Connection, setId: number, fields: readonly string[]): Map<string, number[]> {
  const arms = new Map<string, number[]>();
  for (const { id, key, arm, source, extra } of problemArms(db, setId)) {
    const named: Readonly<Record<string, unknown>> = { ...(extra as object), arm, ...(source !== null && { source }) };
    const values = fields.map((field) => named[field]);
    const missing = fields[values.findIndex((value) => value === undefined || value === null)];
    if (missing !== undefined) throw lacksField(key, missing);
    const name = values.map(String).join("/");
    const ids = arms.get(name);
    if (ids === undefined) arms.set(name, [id]);
    else ids.push(id);
  }
  return arms;
}

function problemArms(db: Connection, setId: number) {
  return db
    .select({
      id: problems.id,
      key: problems.key,
      arm: problems.arm,
      source: problems.source,
      extra: problems.extra,
    })
    .from(problems)
    .where(eq(problems.setId, setId))
    .orderBy(asc(problems.position))
    .all();
}

function lacksField(key: string, field: string): RlvrError {
  return new RlvrError("bad_problems", `problem ${key} has no field "${field}", which problems.arms names`, {
    advice: "Give every problem of the practice set that field, or leave it out of problems.arms.",
  });
}

/** A set as it was read from its files. */
export function storedProblemSet(db: Connection, setId: number) {
  const set = db.select().from(problemSets).where(eq(problemSets.id, setId)).get();
  if (set === undefined) throw new Error(`there is no problem set ${setId}`);
  const bySource = Map.groupBy(problemsOfSet(db, setId), ({ source }) => source);
  return {
    path: set.path,
    sha256: set.sha256,
    parts: [...bySource].map(([source, rows]) => ({
      source,
      problems: rows.map((row) => ({ ...storedProblem(row), ...(row.hints !== null && { hints: row.hints }) })),
    })),
  };
}

/** A problem as it was read from its file, without its hints. */
export function storedProblem({
  key,
  problem,
  answer,
  arm,
  extra,
}: ProblemRow): StoredProblem & { readonly id: string } {
  return { ...(extra as Readonly<Record<string, unknown>>), id: key, problem, answer, arm };
}

/** All problems of a set in order of their positions. */
export function problemsOfSet(db: Connection, setId: number): ProblemRow[] {
  return db.select().from(problems).where(eq(problems.setId, setId)).orderBy(asc(problems.position)).all();
}

/** The problems of ids, in the order of these. */
export function problemsOfIds(db: Connection, ids: readonly number[]): ProblemRow[] {
  const rows = db
    .select()
    .from(problems)
    .where(inArray(problems.id, [...ids]))
    .all();
  return rows.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

/** A stored problem set and what it holds. */
export interface StoredProblemSet {
  readonly id: number;
  readonly path: string;
  readonly sha256: string;
  readonly problems: number;
  /** Problems with hints. */
  readonly hinted: number;
  /** Problems by arm, in order of their first. */
  readonly arms: ReadonlyMap<string, number>;
}

/** All problem sets, in the order in which they were stored. */
export function listProblemSets(db: Connection): StoredProblemSet[] {
  const counts = db
    .select({ setId: problems.setId, arm: problems.arm, problems: count(), hinted: count(problems.hints) })
    .from(problems)
    .groupBy(problems.setId, problems.arm)
    .orderBy(min(problems.position))
    .all();
  const bySet = Map.groupBy(counts, ({ setId }) => setId);
  const sets = db.select().from(problemSets).orderBy(asc(problemSets.id)).all();
  return sets.map((set) => {
    const arms = bySet.get(set.id) ?? [];
    return {
      ...set,
      problems: arms.reduce((sum, arm) => sum + arm.problems, 0),
      hinted: arms.reduce((sum, arm) => sum + arm.hinted, 0),
      arms: new Map(arms.map((arm) => [arm.arm, arm.problems])),
    };
  });
}

/** The sources that a set of a run has problems of, in their order, where it lacks others of the run; empty where it has all. */
export function someSourcesOf(db: Connection, recipe: unknown, setId: number | null): string[] {
  const { problems: part } = recipe as { readonly problems?: { readonly sources?: readonly unknown[] } };
  const found = db
    .all<{ readonly source: string }>(sql`
      SELECT source FROM problems WHERE set_id = ${setId} AND source IS NOT NULL GROUP BY source ORDER BY min(position)`)
    .map(({ source }) => source);
  return found.length < (part?.sources?.length ?? 0) ? found : [];
}
