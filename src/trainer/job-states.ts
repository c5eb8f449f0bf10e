import { RlvrError } from "../core/errors.ts";

/**
 * Which states a trainer job can go to from each, within one epoch. What is over stays over: another attempt is
 * another epoch, which begins as `queued`.
 */
const TRANSITIONS = {
  /** Written down, not yet handed to a driver. */
  queued: ["submitted", "failed", "cancelled"],
  /** The driver has it; its process is not known to be there. */
  submitted: ["running", "failed", "lost", "cancelled"],
  /** The process is starting or working. */
  running: ["idle", "failed", "lost", "cancelled"],
  /** The process waits for a request. */
  idle: ["running", "succeeded", "failed", "lost", "cancelled"],
  /** It ended because it was asked to. */
  succeeded: [],
  /** It ended with an error that doing the same again would not mend. */
  failed: [],
  /** It is gone or no longer answers. */
  lost: [],
  /** It was stopped before its work was done. */
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

/** A state of a trainer job. */
export type JobState = keyof typeof TRANSITIONS;

/** Every state. */
export const JOB_STATES = Object.keys(TRANSITIONS) as readonly JobState[];

/** The states that can follow one. */
export function nextJobStates(state: JobState): readonly JobState[] {
  return TRANSITIONS[state];
}

/** Whether no process belongs to a job in this state. */
export function isOver(state: JobState): boolean {
  return state === "succeeded" || state === "failed" || state === "lost" || state === "cancelled";
}

/**
 * Refuses a change of state that the table does not have.
 * @throws RlvrError `trainer_failed`.
 */
export function assertTransition(from: JobState, to: JobState): void {
  if (nextJobStates(from).includes(to)) return;
  throw new RlvrError("trainer_failed", `a trainer job cannot go from ${from} to ${to}`, {
    advice: "This is a bug in what drives the job; please report it.",
  });
}
