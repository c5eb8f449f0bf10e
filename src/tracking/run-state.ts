import { eq } from "drizzle-orm";
import { runs } from "../../db/schema/runs.ts";
import { isRlvrError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { checkedRunFolder } from "./run-folder.ts";
import { isLocked } from "./run-lock.ts";
import { listRuns, type RunRow, type RunState } from "./runs.ts";

/** A run's state as it is shown: `stopped` says `running` in its row, but its process is gone (killed, or power lost). */
export type RunStateNow = RunState | "stopped";

/**
 * The state of a run at this moment. A row that says `running` is believed only while a process holds the run's lock;
 * any other row costs nothing.
 */
export function runStateNow(
  db: Database,
  { id, state }: { readonly id: number; readonly state: RunState },
): RunStateNow {
  return state !== "running" || isAtWork(db, id) ? state : "stopped";
}

/** The newest run that is not finished, not given up for a fork, and that no process works on; undefined where there is none. */
export function unfinishedRun(db: Database): RunRow | undefined {
  return listRuns(db).find(
    (run) => run.state !== "succeeded" && run.supersededBy === null && runStateNow(db, run) !== "running",
  );
}

/**
 * Ids of the runs that a process works on.
 * @param among only these are looked at, without a query.
 */
export function runsAtWork(db: Database, among?: readonly number[]): number[] {
  const ids =
    among ??
    db
      .select({ id: runs.id })
      .from(runs)
      .where(eq(runs.state, "running"))
      .all()
      .map(({ id }) => id);
  return ids.filter((id) => isAtWork(db, id));
}

/** A lock that cannot be looked at may be held; one in a folder that another user made says nothing. */
function isAtWork(db: Database, id: number): boolean {
  try {
    return isLocked(checkedRunFolder(db.$client.name, id));
  } catch (error) {
    return !isRlvrError(error);
  }
}
