import type BetterSqlite3 from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { packagePath } from "../core/package-files.ts";
import { makePrivateFile } from "../core/files/private-file.ts";
import { refuseUnsafe } from "../core/files/private-folder.ts";
import { whileMigrationLocked } from "./run-lock.ts";

/** "rlvr" in ASCII: SQLite's application_id tells our databases from others. */
const APPLICATION_ID = 0x726c7672;

/**
 * Brings a database to this version's schema and views, one process at a time. An older one is copied first, beside itself.
 * @throws RlvrError `bad_database` when it belongs to another program or to a newer version of rlvr.
 */
export function migrateDatabase(sqlite: BetterSqlite3.Database, path: string): void {
  if (isMigrated(sqlite, path)) return;
  whileMigrationLocked(path, () => {
    if (!isMigrated(sqlite, path)) bringUp(sqlite, path);
  });
}

/** Whether nothing is to be done. The version is set last of all: a migration that a kill cut short is taken up again. */
function isMigrated(sqlite: BetterSqlite3.Database, path: string): boolean {
  const known = knownMigrations(packagePath("db/migrations"));
  if (appliedMigration(sqlite, path) > (known.at(-1) ?? 0)) throw newer(path);
  return sqlite.pragma("user_version", { simple: true }) === known.length;
}

function bringUp(sqlite: BetterSqlite3.Database, path: string): void {
  const folder = packagePath("db/migrations");
  const known = knownMigrations(folder);
  const newest = known.at(-1) ?? 0;
  // Here, since a second process that asks for it meanwhile is refused rather than made to wait.
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma(`application_id = ${APPLICATION_ID}`);
  if (appliedMigration(sqlite, path) > 0) backUp(sqlite, `${path}.before-${newest}`);
  // Rebuilding a table inside a transaction deletes child rows while foreign keys are on, and a view breaks a rename.
  sqlite.pragma("foreign_keys = OFF");
  dropViews(sqlite);
  migrate(drizzle({ client: sqlite }), { migrationsFolder: folder });
  sqlite.exec(readFileSync(packagePath("db/views.sql"), "utf8"));
  const broken = sqlite.pragma("foreign_key_check") as unknown[];
  if (broken.length > 0) {
    throw new RlvrError("bad_database", `${path}: ${broken.length} rows lost what they refer to in the migration`, {
      advice: `Go back to the copy ${path}.before-${newest} and report this.`,
    });
  }
  sqlite.pragma(`user_version = ${known.length}`);
}

/**
 * Refuses a database whose schema is not this version's, for those that only read and so must not migrate it.
 * @throws RlvrError `bad_database` when it is older, newer, another program's or none.
 */
export function requireCurrentSchema(sqlite: BetterSqlite3.Database, path: string): void {
  const known = knownMigrations(packagePath("db/migrations"));
  const applied = appliedMigration(sqlite, path);
  if (applied > (known.at(-1) ?? 0)) throw newer(path);
  if (applied === known.at(-1) && sqlite.pragma("user_version", { simple: true }) === known.length) return;
  throw new RlvrError("bad_database", `${path} was written by an older version of rlvr`, {
    advice: `Bring it up to date with: rlvr resume --db ${path} (a copy of it is kept; an unfinished run goes on).`,
  });
}

function newer(path: string): RlvrError {
  return new RlvrError("bad_database", `${path} was written by a newer version of rlvr`, {
    advice: "Upgrade rlvr, or start a new database with --db FILE.",
  });
}

function knownMigrations(folder: string): number[] {
  const journal = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as {
    entries: { when: number }[];
  };
  return journal.entries.map((entry) => entry.when);
}

/** When the newest migration that the database has was made; 0 for an empty database. */
function appliedMigration(sqlite: BetterSqlite3.Database, path: string): number {
  let tables: number;
  try {
    tables = sqlite.prepare("SELECT count(*) FROM sqlite_master").pluck().get() as number;
  } catch (error) {
    throw new RlvrError("bad_database", `${path} is not a database: ${(error as Error).message}`, {
      advice: "Choose another file with --db FILE.",
      cause: error,
    });
  }
  if (tables === 0) return 0;
  if (sqlite.pragma("application_id", { simple: true }) !== APPLICATION_ID) {
    throw new RlvrError("bad_database", `${path} is a database of another program`, {
      advice: "Choose another file with --db FILE.",
    });
  }
  const journal = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (journal === undefined) return 0;
  return (sqlite.prepare("SELECT max(created_at) FROM __drizzle_migrations").pluck().get() as number | null) ?? 0;
}

/** Copies the database, whole or not at all. The copy that an earlier try made, before it changed anything, stays. */
function backUp(sqlite: BetterSqlite3.Database, copy: string): void {
  refuseUnsafe(copy);
  if (isPresent(copy)) return;
  rmSync(`${copy}.tmp`, { force: true });
  makePrivateFile(`${copy}.tmp`);
  sqlite.prepare("VACUUM INTO ?").run(`${copy}.tmp`);
  renameSync(`${copy}.tmp`, copy);
}

function dropViews(sqlite: BetterSqlite3.Database): void {
  const names = sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'view'").pluck().all() as string[];
  for (const name of names) sqlite.exec(`DROP VIEW "${name}"`);
}
