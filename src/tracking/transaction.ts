import type { Connection, Database } from "./database.ts";

/**
 * Does some operations all or nothing. The write lock is taken at once: a transaction that read first and wrote later
 * would fail, rather than wait, when another process wrote in between.
 */
export function transact<T>(db: Connection, work: (tx: Connection) => T): T {
  return db.transaction(work, { behavior: "immediate" });
}

/**
 * A transaction that also survives a power cut, and with it all that were committed before: for rows on whose strength
 * files are deleted or processes started.
 */
export function transactDurably<T>(db: Database, work: (tx: Connection) => T): T {
  db.$client.pragma("synchronous = FULL");
  try {
    return transact(db, work);
  } finally {
    db.$client.pragma("synchronous = NORMAL");
  }
}
