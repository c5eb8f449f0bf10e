/** What a study tells while it works: `--json` prints these objects, the other views draw them. */
export type StudyEvent = StudyStarted | JobStarted | JobStep | JobFinished | JobFailed | StudyReported;

/** The study begins, or goes on. */
export interface StudyStarted {
  readonly type: "study_started";
  readonly study: string;
  /** Runs of the study, and how many of them were finished before. */
  readonly jobs: number;
  readonly done: number;
  /** Runs at a time. */
  readonly parallel: number;
  readonly database: string;
}

/** A run begins, or goes on after `step`. */
export interface JobStarted {
  readonly type: "job_started";
  readonly job: string;
  /** Null for a run that is new. */
  readonly runId: number | null;
  readonly step: number;
  readonly tokens: number;
  /** Where it ends: its last step, or its budget of tokens if it has one. */
  readonly steps: number;
  readonly tokenBudget: number | null;
}

/** A run finished a step. */
export interface JobStep {
  readonly type: "job_step";
  readonly job: string;
  readonly step: number;
  /** Sampled so far. */
  readonly tokens: number;
}

/** A run is finished. */
export interface JobFinished {
  readonly type: "job_finished";
  readonly job: string;
  readonly runId: number;
  readonly step: number;
  readonly tokens: number;
  /** Seconds that its process ran. */
  readonly seconds: number;
}

/** A run ended before it was finished. */
export interface JobFailed {
  readonly type: "job_failed";
  readonly job: string;
  /** Null when it ended before it was written. */
  readonly runId: number | null;
  readonly reason: string;
  /** The last lines that it wrote to stderr. */
  readonly stderr: string;
}

/** The report is written. */
export interface StudyReported {
  readonly type: "study_reported";
  readonly report: string;
  readonly plots: readonly string[];
  /** Runs that are not in it. */
  readonly missing: number;
}
