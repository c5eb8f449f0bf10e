import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import { events } from "../../db/schema/runs.ts";
import { hideStoredValue } from "../core/secrets/hide-stored-keys.ts";
import { maskUrlsIn } from "../core/secrets/mask-urls.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";

/** What SQLite takes as no limit. */
const NO_LIMIT = -1;

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
export function eventsOfRunAfter(db: Connection, runId: number, id: number, limit: number): EventRow[] {
  return db
    .select()
    .from(events)
    .where(and(eq(events.runId, runId), gt(events.id, id)))
    .orderBy(asc(events.id))
    .limit(limit)
    .all()
    .map(withoutKeys);
}

/** Events of a type of a run, oldest first: all, for types that are few, or the newest so many. */
export function eventsOfType(db: Connection, runId: number, type: string, limit?: number): EventRow[] {
  return db
    .select()
    .from(events)
    .where(and(eq(events.runId, runId), eq(events.type, type)))
    .orderBy(desc(events.id))
    .limit(limit ?? NO_LIMIT)
    .all()
    .reverse()
    .map(withoutKeys);
}

/** The newest events of all runs after one, oldest first. */
export function newestEventsAfter(db: Connection, id: number, limit: number): EventRow[] {
  const rows = db.select().from(events).where(gt(events.id, id)).orderBy(desc(events.id)).limit(limit).all();
  return rows.reverse().map(withoutKeys);
}

/** A row as it may be shown: older versions had keys in the URLs of changes and servers. */
function withoutKeys(row: EventRow): EventRow {
  const data = maskUrlsIn(row.data);
  if (row.type !== "recipe_changed") return { ...row, data };
  const change = data as { readonly path: string; readonly before: unknown; readonly after: unknown };
  const shown = (value: unknown): unknown => hideStoredValue(change.path, value);
  return { ...row, data: { ...change, before: shown(change.before), after: shown(change.after) } };
}

/** Id of the newest event of all runs; 0 before the first. */
export function newestEventId(db: Connection): number {
  return db.get<{ readonly id: number | null }>(sql`SELECT max(id) AS id FROM events`).id ?? 0;
}
