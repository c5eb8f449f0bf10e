import { asc, desc, eq, ne } from "drizzle-orm";
import { runs, type RUN_STATES } from "../../db/schema/runs.ts";
import { RlvrError } from "../core/errors.ts";
import { hideStoredKeys } from "../core/secrets/hide-stored-keys.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";

/** A row of `runs`, whatever state it is in. */
type AnyRow = typeof runs.$inferSelect;

/** States of a run; one whose removal has begun is none for anybody. */
export type RunState = Exclude<(typeof RUN_STATES)[number], "removing">;

/** A row of `runs`. */
export type RunRow = Omit<AnyRow, "state"> & { readonly state: RunState };

/** What a new run is made of. */
export type NewRun = Omit<typeof runs.$inferInsert, "id" | "state" | "createdAt" | "finishedAt">;

/** Writes a new run and returns its id. */
export function createRun(db: Connection, run: NewRun): number {
  return db
    .insert(runs)
    .values({ ...run, state: "running", createdAt: now() })
    .returning({ id: runs.id })
    .get().id;
}

/** Sets the state of a run; any state but `running` also notes when. */
export function setRunState(db: Connection, runId: number, state: RunState): void {
  db.update(runs)
    .set({ state, finishedAt: state === "running" ? null : now() })
    .where(eq(runs.id, runId))
    .run();
}

/** Whether a row is not a half that a removal left. */
export function isWhole(row: AnyRow): row is RunRow {
  return row.state !== "removing";
}

/**
 * The run of an id, or the newest one.
 * @throws RlvrError `unknown_name` when there is none, or its removal has begun.
 */
export function findRun(db: Connection, runId?: number): RunRow {
  const query = db.select().from(runs);
  const row =
    runId === undefined
      ? query.where(ne(runs.state, "removing")).orderBy(desc(runs.id)).limit(1).get()
      : query.where(eq(runs.id, runId)).get();
  if (row !== undefined && isWhole(row)) return withoutKeys(row);
  if (row !== undefined) {
    throw new RlvrError("unknown_name", `run ${row.id} is being removed`, {
      advice: `If nothing removes it any more, go on with: rlvr runs rm ${row.id}`,
    });
  }
  throw new RlvrError("unknown_name", runId === undefined ? "there are no runs yet" : `there is no run ${runId}`, {
    advice: runId === undefined ? "Start one with: rlvr run" : "See what there is with: rlvr runs",
  });
}

/** All runs, newest first, but for those whose removal has begun. */
export function listRuns(db: Connection): RunRow[] {
  return db.select().from(runs).orderBy(desc(runs.id)).all().filter(isWhole).map(withoutKeys);
}

/** Gives a run another name. */
export function renameRun(db: Connection, runId: number, name: string): void {
  db.update(runs).set({ name }).where(eq(runs.id, runId)).run();
}

/** Writes what a person notes about a run, in place of what was noted before; null takes it away. */
export function setRunNote(db: Connection, runId: number, note: string | null): void {
  db.update(runs).set({ note }).where(eq(runs.id, runId)).run();
}

/** Ids of the runs that were forked from a run, oldest first. */
export function forksOf(db: Connection, runId: number): number[] {
  const rows = db.select({ id: runs.id }).from(runs).where(eq(runs.parentRun, runId)).orderBy(asc(runs.id)).all();
  return rows.map(({ id }) => id);
}

/** A row as it may be shown: an older version may have stored a key in its recipe. */
export function withoutKeys(row: RunRow): RunRow {
  const command = row.command === null ? null : maskUrls(row.command);
  return { ...row, command, recipe: hideStoredKeys(row.recipe) };
}
