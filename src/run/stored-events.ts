import type { Connection } from "../tracking/database.ts";
import { eventsOfRunAfter } from "../tracking/events.ts";
import type { RunEvent, StepFinished, StepStarted } from "./events.ts";

/** Rows read at once. */
const PAGE = 500;

/** What events of older versions lack. */
const LATER: {
  readonly step_started: Partial<StepStarted>;
  readonly step_finished: Partial<StepFinished>;
} = {
  step_started: { probabilities: {} },
  step_finished: {
    passRate: null,
    draws: {},
    zeroVariance: null,
    cliffs: null,
    length: null,
    staleness: null,
    tokensPerSecond: null,
    teacherKl: null,
    missing: null,
    droppedGroups: {},
    wallSeconds: null,
  },
};

/** The stored events of a run in order, also those that an older version wrote. Read in pages, so no reader stays open. */
export function* storedEvents(db: Connection, runId: number): Generator<RunEvent> {
  let last = 0;
  for (;;) {
    const rows = eventsOfRunAfter(db, runId, last, PAGE);
    for (const { type, data } of rows) {
      const later = type === "step_started" || type === "step_finished" ? LATER[type] : {};
      yield { ...later, ...(data as object) } as RunEvent;
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < PAGE) return;
  }
}
