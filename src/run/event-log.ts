import type { Database } from "../tracking/database.ts";
import { storeEvent } from "../tracking/events.ts";
import { transact } from "../tracking/transaction.ts";
import { isStored, type RunEvent } from "./events.ts";

/** Where a run tells what it does. */
export interface EventLog {
  /** Stores an event, unless it only shows progress, and tells it. */
  emit(event: RunEvent): void;
  /**
   * Writes something and the events that tell of it, all or nothing, and then tells them: a kill can neither lose an event
   * of what is done nor have it told twice.
   */
  conclude(write: () => void, events: readonly RunEvent[]): void;
}

/** The log of a run. */
export function createEventLog(db: Database, runId: number, listen: (event: RunEvent) => void): EventLog {
  const store = (event: RunEvent): void => {
    if (isStored(event))
      storeEvent(db, { runId, step: "step" in event ? event.step : null, type: event.type, data: event });
  };
  return {
    emit(event) {
      store(event);
      listen(event);
    },
    conclude(write, events) {
      transact(db, () => {
        write();
        for (const event of events) store(event);
      });
      for (const event of events) listen(event);
    },
  };
}
