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
