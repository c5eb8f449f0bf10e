import { storedEvents } from "../../run/stored-events.ts";
import type { Connection } from "../../tracking/database.ts";
import { advance, NO_PROGRESS, type Progress } from "./progress.ts";

/** The view of a run as its stored events have it: what a resumed run goes on from, and what a report shows. */
export function progressOf(db: Connection, runId: number): Progress {
  let progress = NO_PROGRESS;
  for (const event of storedEvents(db, runId)) progress = advance(progress, event);
  return progress;
}
