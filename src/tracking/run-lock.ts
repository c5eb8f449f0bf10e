import BetterSqlite3 from "better-sqlite3";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";

/** Holds a run for one orchestrator; see {@link lockRun}. */
export interface RunLock {
  release(): void;
}

/**
 * Takes a run for this process alone: an exclusive transaction on a small database of its own, which the operating
 * system frees when the process dies, however it dies.
 * @throws RlvrError `run_locked` when another process holds it.
 */
export function lockRun(directory: string, runId: number): RunLock {
  mkdirSync(directory, { recursive: true });
  const sqlite = new BetterSqlite3(join(directory, "lock.db"), { timeout: 0 });
  try {
    sqlite.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    sqlite.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new RlvrError("run_locked", `another process is working on run ${runId}`, {
      advice: "Wait for it, or end it; two orchestrators on one run would train it twice.",
      cause: error,
    });
  }
  return { release: () => sqlite.close() };
}
