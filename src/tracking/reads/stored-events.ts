import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** An event as it is stored. */
export interface StoredEvent {
  readonly id: number;
  readonly runId: number;
  readonly step: number | null;
  readonly type: string;
  readonly at: string;
  readonly data: unknown;
}

/** The newest events of a type that a run told, oldest first. */
export function eventsOfType(db: Connection, runId: number, type: string, limit: number): StoredEvent[] {
  return parsed(
    db.all<StoredRow>(sql`
      SELECT id, run_id AS runId, step, type, at, data FROM events
      WHERE run_id = ${runId} AND type = ${type} ORDER BY id DESC LIMIT ${limit}`),
  ).reverse();
}

/** The newest events of all runs after one, oldest first. */
export function eventsAfter(db: Connection, id: number, limit: number): StoredEvent[] {
  return parsed(
    db.all<StoredRow>(
      sql`SELECT id, run_id AS runId, step, type, at, data FROM events WHERE id > ${id} ORDER BY id DESC LIMIT ${limit}`,
    ),
  ).reverse();
}

/** Id of the newest event of all runs; 0 before the first. */
export function newestEventId(db: Connection): number {
  return db.get<{ readonly id: number | null }>(sql`SELECT max(id) AS id FROM events`).id ?? 0;
}

/** A number that changes with every commit of another connection. */
export function dataVersion(db: Connection): number {
  return db.get<{ readonly data_version: number }>(sql`PRAGMA data_version`).data_version;
}

interface StoredRow extends Omit<StoredEvent, "data"> {
  readonly data: string;
}

function parsed(rows: readonly StoredRow[]): StoredEvent[] {
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }));
}
