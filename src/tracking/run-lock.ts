import BetterSqlite3 from "better-sqlite3";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { makePrivateFile } from "../core/files/private-file.ts";
import { makePrivateFolder } from "../core/files/private-folder.ts";

/** Longest that a process waits for another that migrates the same database, in milliseconds. */
const MIGRATION_MS = 10 * 60_000;
const MOST_ATTEMPTS = 100;
/** How long a lock is waited for, in milliseconds: a reader that tests it ({@link isLocked}) holds it for microseconds. */
const TAKING_MS = 500;
/** Name of the lock's file in the folder that it guards. */
const LOCK_FILE = "lock.db";

/** Holds something for one process; see {@link lockRun} and {@link lockStudy}. */
export interface ProcessLock {
  release(): void;
}

/**
 * Takes a run for this process alone: an exclusive transaction on a small database of its own, which the operating
 * system frees when the process dies, however it dies.
 * @throws RlvrError `run_locked` when another process holds it; `unsafe_path` for a folder of another user's.
 */
export function lockRun(directory: string, runId: number): ProcessLock {
  return lock(directory, `run ${runId}`, "two orchestrators on one run would train it twice");
}

/** Takes the runs of a study for this process alone, in the same way. Throws like {@link lockRun}. */
export function lockStudy(directory: string, study: string): ProcessLock {
  return lock(directory, `study ${study}`, "two would make each of its runs twice");
}

function lock(directory: string, what: string, why: string): ProcessLock {
  makePrivateFolder(directory);
  const sqlite = new BetterSqlite3(makePrivateFile(join(directory, LOCK_FILE)), { timeout: TAKING_MS });
  try {
    sqlite.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    sqlite.close();
    if (!isBusy(error)) throw error;
    throw new RlvrError("run_locked", `another process is working on ${what}`, {
      advice: `Wait for it, or end it; ${why}.`,
      cause: error,
    });
  }
  return { release: () => sqlite.close() };
}

/**
 * Whether a process holds the lock of a folder ({@link lockRun}). Reading the lock's database takes a shared lock for an
 * instant, which is refused while another holds the exclusive one; nothing is written, and no process waits. Where
 * the file is there but cannot be read, such as another user's, the answer is yes: nothing shows that the lock is free.
 */
export function isLocked(directory: string): boolean {
  const path = join(directory, LOCK_FILE);
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    if (!isPresent(path)) return false;
    sqlite = new BetterSqlite3(path, { readonly: true, fileMustExist: true, timeout: 0 });
    sqlite.pragma("schema_version");
    return false;
  } catch {
    return mayBePresent(path);
  } finally {
    sqlite?.close();
  }
}

function mayBePresent(path: string): boolean {
  try {
    return isPresent(path);
  } catch {
    return true;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code === "SQLITE_BUSY";
}

/**
 * Does something while no other process does it to the same database, waiting for one that does. What is done must be
 * nothing where it was done before: who waited does it again.
 */
export function whileMigrationLocked(path: string, work: () => void): void {
  const file = `${path}-migration-lock`;
  for (let attempt = 1; ; attempt++) {
    const sqlite = new BetterSqlite3(makePrivateFile(file), { timeout: MIGRATION_MS });
    try {
      sqlite.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      sqlite.close();
      // Whoever was waited for has deleted the file meanwhile.
      if (attempt < MOST_ATTEMPTS && (error as { code?: string }).code?.startsWith("SQLITE_IOERR")) continue;
      throw error;
    }
    try {
      work();
      rmSync(file, { force: true });
    } finally {
      sqlite.close();
    }
    return;
  }
}
