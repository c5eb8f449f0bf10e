import type { Connection } from "./database.ts";

/**
 * A query that is built and prepared once for each database, for operations that every rollout goes through. It runs
 * on the database's one connection, so inside a transaction it is part of it.
 */
export function prepared<Query>(build: (db: Connection) => Query): (db: Connection) => Query {
  const known = new WeakMap<Connection, Query>();
  return (db) => {
    let query = known.get(db);
    if (query === undefined) known.set(db, (query = build(db)));
    return query;
  };
}
