/** What a run does for a while: a phase of a step, or an evaluation. `collect` is sampling and judging. */
export type PipelinePhase = "collect" | "credit" | "train" | "sync" | "observe" | "evaluate";

/** A stretch of time. Times are ISO 8601 in UTC. */
export interface Stretch {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** A stretch of a run's work. */
export interface PipelineSpan extends Stretch {
  readonly phase: PipelinePhase;
  /** Of an evaluation and of weights: the step that made their version; 0 is what the run began with. */
  readonly step: number;
  /** What an evaluation is on; null otherwise. */
  readonly suite: string | null;
  /** Whether it goes on: its end is now. */
  readonly isOpen: boolean;
}
