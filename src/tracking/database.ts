import BetterSqlite3 from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { mkdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isRlvrError, RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { makePrivateFile } from "../core/files/private-file.ts";
import { refuseUnsafe } from "../core/files/private-folder.ts";
import { networkFileSystemName } from "./file-system.ts";
import { migrateDatabase, requireCurrentSchema } from "./migrate.ts";

/** What a tracking operation takes first: an open database, or a transaction on it. */
export type Connection = BaseSQLiteDatabase<"sync", BetterSqlite3.RunResult>;

/** An open database. */
export type Database = BetterSQLite3Database & { readonly $client: BetterSqlite3.Database };

/** What SQLite keeps beside a database, and trusts as it does the database. */
const SIDECARS = ["-wal", "-shm", "-journal"];

/**
 * Opens a database for reading and writing, making it when there is none, and brings it to this version's schema. A new
 * one is this user's alone, as are the folders that are made for it; the modes of others stay.
 * @throws RlvrError `bad_database` on a network file system, a file that is no rlvr database, or one of a newer version;
 * `unsafe_path` for one that another user made or may write to.
 */
export function openDatabase(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const network = networkFileSystemName(dirname(path));
  if (network !== undefined) {
    throw new RlvrError("bad_database", `${path} lies on ${network}, a network file system`, {
      advice: "SQLite's write-ahead log needs a local disk: choose a local path with --db FILE.",
    });
  }
  const sqlite = open(path, () => {
    const file = makePrivateFile(path);
    for (const suffix of SIDECARS) refuseUnsafe(`${file}${suffix}`);
    return new BetterSqlite3(path);
  });
  try {
    sqlite.pragma("busy_timeout = 5000");
    migrateDatabase(sqlite, path);
    sqlite.pragma("journal_mode = WAL");
    // A kill loses nothing in this mode. A power cut can take back the last commits, but none before a durable one.
    sqlite.pragma("synchronous = NORMAL");
    sqlite.pragma("foreign_keys = ON");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return drizzle({ client: sqlite });
}

/**
 * Opens an existing database for reading.
 * @throws RlvrError `missing_file` when there is none.
 */
export function openDatabaseReadOnly(path: string): Database {
  requireDatabase(path);
  const sqlite = open(path, () => new BetterSqlite3(path, { readonly: true }));
  sqlite.pragma("busy_timeout = 5000");
  return drizzle({ client: sqlite });
}

/**
 * Opens an existing database for reading by what is new in this version's schema; it is not migrated.
 * @throws RlvrError `missing_file` when there is none, `bad_database` when its schema is another version's.
 */
export function openCurrentDatabaseReadOnly(path: string): Database {
  const db = openDatabaseReadOnly(path);
  try {
    requireCurrentSchema(db.$client, path);
  } catch (error) {
    db.$client.close();
    throw error;
  }
  return db;
}

/** A number that changes with every commit of another connection. */
export function dataVersion(db: Database): number {
  return db.$client.pragma("data_version", { simple: true }) as number;
}

/** Throws `missing_file` when no database stands at a path. */
export function requireDatabase(path: string): void {
  if (isPresent(path)) return;
  throw new RlvrError("missing_file", `there is no database at ${path}`, {
    advice: "Start a run first (rlvr run), or name the database with --db FILE.",
  });
}

/** The folder beside a database that holds a run's files: its lock, trainer job, batches and checkpoints. */
export function runDirectory(databasePath: string, runId: number): string {
  const absolute = resolve(databasePath);
  return join(dirname(absolute), `${basename(absolute, extname(absolute))}-runs`, String(runId));
}

function open(path: string, how: () => BetterSqlite3.Database): BetterSqlite3.Database {
  try {
    // SQLite would wait for the writer of a pipe.
    if (isPresent(path) && !statSync(path).isFile()) throw new Error("it is not a regular file");
    return how();
  } catch (error) {
    if (isRlvrError(error)) throw error;
    throw new RlvrError("bad_database", `cannot open the database ${path}: ${(error as Error).message}`, {
      advice: "Check that the path is a file you may write, or choose another with --db FILE.",
      cause: error,
    });
  }
}
