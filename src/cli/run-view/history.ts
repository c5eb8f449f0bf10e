import { storedEvents } from "../../run/stored-events.ts";
import type { Connection } from "../../tracking/database.ts";
import { lineageOf } from "../../tracking/lineage.ts";
import { advance, NO_PROGRESS, type Progress } from "./progress.ts";

/**
 * The view of a run as its stored events have it: what a resumed run goes on from, and what a report shows. The curves of a
 * fork begin with the steps of the runs that it goes on from.
 */
export function progressOf(db: Connection, runId: number): Progress {
  let progress = NO_PROGRESS;
  for (const { run, to } of lineageOf(db, runId).reverse()) {
    progress = { ...NO_PROGRESS, arms: progress.arms, rewards: progress.rewards, passRates: progress.passRates };
    for (const event of storedEvents(db, run.id))
      if (!("step" in event) || event.step === null || event.step <= to) progress = advance(progress, event);
  }
  return progress;
}
