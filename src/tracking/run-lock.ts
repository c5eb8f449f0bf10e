import BetterSqlite3 from "better-sqlite3";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";

/** Holds something for one process; see {@link lockRun} and {@link lockStudy}. */
export interface ProcessLock {
  release(): void;
}

/**
 * Takes a run for this process alone: an exclusive transaction on a small database of its own, which the operating
 * system frees when the process dies, however it dies.
 * @throws RlvrError `run_locked` when another process holds it.
 */
export function lockRun(directory: string, runId: number): ProcessLock {
  return lock(directory, `run ${runId}`, "two orchestrators on one run would train it twice");
}

/** Takes the runs of a study for this process alone, in the same way. Throws like {@link lockRun}. */
export function lockStudy(directory: string, study: string): ProcessLock {
  return lock(directory, `study ${study}`, "two would make each of its runs twice");
}

function lock(directory: string, what: string, why: string): ProcessLock {
  mkdirSync(directory, { recursive: true });
  const sqlite = new BetterSqlite3(join(directory, "lock.db"), { timeout: 0 });
  try {
    sqlite.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    sqlite.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new RlvrError("run_locked", `another process is working on ${what}`, {
      advice: `Wait for it, or end it; ${why}.`,
      cause: error,
    });
  }
  return { release: () => sqlite.close() };
}
