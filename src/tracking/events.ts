import { and, asc, eq, gt } from "drizzle-orm";
import { events } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";

/** Writes an event of a run. */
export function storeEvent(
  db: Connection,
  event: { readonly runId: number; readonly step: number | null; readonly type: string; readonly data: unknown },
): void {
  db.insert(events)
    .values({ ...event, at: now() })
    .run();
}

/** A row of `events`. */
export type EventRow = typeof events.$inferSelect;

/** Events of a run in order, a page at a time: those after an id. */
export function eventsAfter(db: Connection, runId: number, id: number, limit: number): EventRow[] {
  return db
    .select()
    .from(events)
    .where(and(eq(events.runId, runId), gt(events.id, id)))
    .orderBy(asc(events.id))
    .limit(limit)
    .all();
}

/** All events of a type of a run, in order: for types that are few, such as alarms. */
export function eventsOfType(db: Connection, runId: number, type: string): EventRow[] {
  return db
    .select()
    .from(events)
    .where(and(eq(events.runId, runId), eq(events.type, type)))
    .orderBy(asc(events.id))
    .all();
}
