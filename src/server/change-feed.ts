import { dataVersion, type Database } from "../tracking/database.ts";
import { newestEventId, newestEventsAfter } from "../tracking/events.ts";
import { runsAtWork } from "../tracking/run-state.ts";
import type { Change } from "./answers.ts";

/** How often the database is asked whether it has changed, in milliseconds. */
const POLL_MS = 500;
/** Events that a change tells at the most: its newest. */
const MOST_EVENTS = 100;

/** What is told of the database; `lastEvent` is the id of its newest event. */
export type ChangeListener = (change: Change & { readonly lastEvent: number }) => void;

/** The data version of a database whose file is gone: a change of its own, so that whoever shows the database asks again. */
const GONE = -1;

/** Tells of the database's changes, and asks it only while somebody listens. */
export interface ChangeFeed {
  /**
   * Listens from now on, or from after an event that was told before.
   * @returns ends it.
   */
  listen(listener: ChangeListener, afterEvent: number | undefined): () => void;
}

/**
 * The changes of a database: what was written to it, and runs whose process is gone, which writes nothing. All listeners share one poll, of a number that SQLite holds in memory.
 * @param isSameDatabase whether its file still stands where it was opened.
 * @param onFault told when the database cannot be read, once; polls go on trying.
 */
export function createChangeFeed(
  db: Database,
  isSameDatabase: () => boolean,
  onFault: (error: unknown) => void,
): ChangeFeed {
  const listeners = new Set<ChangeListener>();
  let timer: NodeJS.Timeout | undefined;
  let version = 0;
  let lastEvent = 0;
  let isFaulty = false;
  let working: readonly number[] = [];

  const poll = (): void => {
    try {
      const found = isSameDatabase() ? dataVersion(db) : GONE;
      const isChanged = found !== version;
      const atWork = runsAtWork(db, isChanged ? undefined : working);
      // A killed run writes nothing; its lock tells.
      const hasStopped = atWork.length < working.length;
      working = atWork;
      if (!isChanged && !hasStopped) return;
      const events = newestEventsAfter(db, lastEvent, MOST_EVENTS);
      version = found;
      lastEvent = events.at(-1)?.id ?? lastEvent;
      for (const listener of listeners) listener({ dataVersion: version, events, lastEvent });
      isFaulty = false;
    } catch (error) {
      if (!isFaulty) onFault(error);
      isFaulty = true;
    }
  };

  return {
    listen(listener, afterEvent) {
      if (listeners.size === 0) {
        version = dataVersion(db);
        lastEvent = newestEventId(db);
        working = runsAtWork(db);
        timer = setInterval(poll, POLL_MS);
      }
      listeners.add(listener);
      // Whoever comes back may have missed a change, also one without an event. What is newer is told by the next poll.
      if (afterEvent !== undefined) {
        const missed = newestEventsAfter(db, afterEvent, MOST_EVENTS).filter(({ id }) => id <= lastEvent);
        listener({ dataVersion: version, events: missed, lastEvent });
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}
