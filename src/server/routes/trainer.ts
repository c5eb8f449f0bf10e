import { join } from "node:path";
import { Hono } from "hono";
import { z } from "zod";
import { eventsOfType } from "../../tracking/events.ts";
import { standingVersions } from "../../tracking/reads/standing-versions.ts";
import { jobsOfRun } from "../../tracking/reads/trainer-jobs.ts";
import type { TrainerAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, runParameter } from "../requests.ts";

/** The newest jobs and changes of state that are shown. */
const MOST_JOBS = 50;
const MOST_CHANGES = 1000;
const MOST_VERSIONS = 100;

/** What a `trainer_state` event holds; see src/run/events.ts. */
const stateData = z.object({ epoch: z.number(), state: z.string(), detail: z.string() });

/** The trainer's jobs: states, heartbeats, logs; the log of the policy server beside them, and the versions that stand. */
export function trainerRoutes({ db, trainerFiles, runFiles }: DashboardParts) {
  return new Hono().get("/runs/:run/trainer", checked("param", runParameter), (context) => {
    const { run } = context.req.valid("param");
    const { folder, serverLog } = runFiles(run);
    const within = (directory: string): string => join(folder, directory);
    return context.json<TrainerAnswer>({
      jobs: jobsOfRun(db, run, MOST_JOBS).map((job) => ({ ...job, ...trainerFiles(run, job.epoch) })),
      history: eventsOfType(db, run, "trainer_state", MOST_CHANGES)
        .map(({ at, data }) => ({ at, ...stateData.parse(data) }))
        .toReversed(),
      versions: standingVersions(db, run, MOST_VERSIONS).map(({ exportDirectory, directory, ...version }) => ({
        ...version,
        export: within(exportDirectory),
        checkpoint: directory === null ? null : within(directory),
      })),
      serverLog,
    });
  });
}
