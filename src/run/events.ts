import type { ArmResult } from "../tracking/evals.ts";

/**
 * What a run tells while it works. Each event is also a row; the live view, the plain lines and `--json` render these
 * same objects.
 */
export type RunEvent =
  | RunStarted
  | RunResumed
  | EvalProgress
  | EvalFinished
  | StepStarted
  | GroupFinished
  | StepFinished
  | TrainerState
  | PolicyRestarted
  | RunEnded;

/** A new run begins. */
export interface RunStarted {
  readonly type: "run_started";
  readonly runId: number;
  readonly name: string;
  readonly steps: number;
  readonly seed: number;
  readonly database: string;
}

/** An unfinished run goes on after `step`. */
export interface RunResumed {
  readonly type: "run_resumed";
  readonly runId: number;
  readonly name: string;
  readonly steps: number;
  readonly step: number;
  /** Share of the run that is done, 0 to 1. */
  readonly progress: number;
  readonly database: string;
}

/** One more problem of an evaluation has its results. Shown, not stored. */
export interface EvalProgress {
  readonly type: "eval_progress";
  readonly suite: string;
  readonly step: number;
  readonly done: number;
  readonly total: number;
}

/** An evaluation is complete. */
export interface EvalFinished {
  readonly type: "eval_finished";
  readonly suite: string;
  readonly step: number;
  readonly policyVersion: number;
  readonly arms: readonly ArmResult[];
}

/** Problems are chosen for a step. */
export interface StepStarted {
  readonly type: "step_started";
  readonly step: number;
  readonly groups: number;
  readonly policyVersion: number;
}

/** One more group of a step is sampled and judged. Shown, not stored. */
export interface GroupFinished {
  readonly type: "group_finished";
  readonly step: number;
  readonly done: number;
  readonly total: number;
}

/** A step is over. */
export interface StepFinished {
  readonly type: "step_finished";
  readonly step: number;
  /** Share of the run that is done, 0 to 1. */
  readonly progress: number;
  readonly policyVersion: number;
  /** Mean reward over the step's rollouts without a hint that have a verdict, null when there are none. */
  readonly reward: number | null;
  /** Pass rate by arm, over those rollouts. */
  readonly passRateByArm: Readonly<Record<string, number>>;
  /** Rollouts of the step, those trained, and those dropped by reason. */
  readonly rollouts: number;
  readonly trained: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Verdicts for want of which there is no reward: how many, and what went wrong with the first; null without any. */
  readonly missing: { readonly verdicts: number; readonly verifier: string; readonly error: string } | null;
  /** How many groups the scaffold left as they were, for which reason, and how many it gave a hint (`hinted`). */
  readonly scaffold: Readonly<Record<string, number>>;
  /** Completion tokens sampled, and those of them under hints. */
  readonly tokens: { readonly sampled: number; readonly hints: number };
  /** Estimate of the reverse KL to the teacher before the step's training, in nats a token; null without a teacher. */
  readonly teacherKl: number | null;
  /** What the trainer reported, such as `loss` and `gradient_norm`; empty when nothing was trained. */
  readonly train: Readonly<Record<string, number>>;
  /** Seconds of each phase, as far as this process did it. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** A trainer job changed its state. */
export interface TrainerState {
  readonly type: "trainer_state";
  readonly epoch: number;
  readonly state: string;
  readonly detail: string;
}

/** The policy server died and was started again. */
export interface PolicyRestarted {
  readonly type: "policy_restarted";
  readonly reason: string;
  readonly policyVersion: number;
}

/** The run is over, or interrupted. */
export interface RunEnded {
  readonly type: "run_ended";
  readonly state: "succeeded" | "failed" | "interrupted";
  readonly step: number;
  readonly reason: string | null;
}

/** Events that only show progress and make no row. */
const UNSTORED: ReadonlySet<RunEvent["type"]> = new Set(["eval_progress", "group_finished"]);

/** Whether an event is also a row. */
export function isStored(event: RunEvent): boolean {
  return !UNSTORED.has(event.type);
}
