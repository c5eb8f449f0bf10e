import { shareDone } from "../../run/progress.ts";
import type { StudyEvent } from "./events.ts";

/** A run that is being worked on. */
export interface JobProgress {
  readonly job: string;
  readonly step: number;
  readonly steps: number;
  readonly tokens: number;
  readonly tokenBudget: number | null;
  /** Share of it that was done when its process began. */
  readonly shareAtStart: number;
}

/** What the live view of a study shows: everything it needs from the events so far. */
export interface StudyProgress {
  readonly study: string;
  readonly jobs: number;
  /** Finished runs, those of earlier times included. */
  readonly done: number;
  readonly failed: number;
  /** In the order they began. */
  readonly running: readonly JobProgress[];
  /** How many runs' worth of work this process finished. */
  readonly workDone: number;
  /** Lines worth keeping above the view, newest last. */
  readonly notes: readonly string[];
}

/** The view before the first event. */
export const NO_STUDY_PROGRESS: StudyProgress = {
  study: "",
  jobs: 0,
  done: 0,
  failed: 0,
  running: [],
  workDone: 0,
  notes: [],
};

const NOTES = 3;

/** Runs' worth of work that this process did so far, and that is left. Failed runs are not waited for. */
export function workOf(progress: StudyProgress): { readonly done: number; readonly left: number } {
  const { jobs, done, failed, running, workDone } = progress;
  const here = running.reduce((sum, job) => sum + shareDone(job) - job.shareAtStart, 0);
  const begun = running.reduce((sum, job) => sum + shareDone(job), 0);
  return { done: workDone + here, left: jobs - done - failed - begun };
}

/** The view after one more event. Pure. */
export function advanceStudy(progress: StudyProgress, event: StudyEvent): StudyProgress {
  switch (event.type) {
    case "study_started":
      return { ...progress, study: event.study, jobs: event.jobs, done: event.done };
    case "job_started":
      return { ...progress, running: [...progress.running, { ...event, shareAtStart: shareDone(event) }] };
    case "job_step": {
      const { job, step, tokens } = event;
      return {
        ...progress,
        running: progress.running.map((row) => (row.job === job ? { ...row, step, tokens } : row)),
      };
    }
    case "job_finished": {
      const job = progress.running.find((row) => row.job === event.job);
      const workDone = progress.workDone + 1 - (job?.shareAtStart ?? 0);
      return { ...without(progress, event.job), done: progress.done + 1, workDone };
    }
    case "job_failed": {
      const note = `${event.job} failed: ${event.reason}; ${event.stderr.split("\n").at(-1) ?? ""}`;
      const notes = [...progress.notes, note].slice(-NOTES);
      return { ...without(progress, event.job), failed: progress.failed + 1, notes };
    }
    case "study_reported":
      return progress;
  }
}

function without(progress: StudyProgress, job: string): StudyProgress {
  return { ...progress, running: progress.running.filter((row) => row.job !== job) };
}
