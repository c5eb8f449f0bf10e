import type { RunEvent } from "../../run/events.ts";
import { cliffsOf } from "./cliffs.ts";
import { missingText } from "./format.ts";

/** What the live view shows: everything it needs from the events so far. */
export interface Progress {
  readonly name: string;
  readonly runId: number;
  readonly steps: number;
  /** Finished steps. */
  readonly step: number;
  /** Share of the run that is done, and of it what this process did, which took so many seconds. */
  readonly done: number;
  readonly doneHere: number;
  readonly stepSeconds: number;
  /** What is going on at this moment. */
  readonly activity: string;
  /** Share of that which is done, or null when it cannot be told. */
  readonly activityShare: number | null;
  /** Pass rate by arm over the steps so far. */
  readonly passRates: ReadonlyMap<string, readonly number[]>;
  /** Latest evaluation on each suite by arm. */
  readonly accuracy: ReadonlyMap<string, ReadonlyMap<string, number | null>>;
  /** Share of the last step's rollouts that were trained. */
  readonly trainedShare: number | null;
  readonly train: Readonly<Record<string, number>>;
  /** The last step's verdicts that are missing, as a sentence; null without any. */
  readonly missing: string | null;
  /** Groups of the last step that were at a cliff, and those that a hint got over it. */
  readonly cliffs: number;
  readonly hinted: number;
  /** Lines worth keeping above the view, newest last. */
  readonly notes: readonly string[];
}

/** The view before the first event. */
export const NO_PROGRESS: Progress = {
  name: "",
  runId: 0,
  steps: 0,
  step: 0,
  done: 0,
  doneHere: 0,
  stepSeconds: 0,
  activity: "starting the policy server and the trainer",
  activityShare: null,
  passRates: new Map(),
  accuracy: new Map(),
  trainedShare: null,
  train: {},
  missing: null,
  cliffs: 0,
  hinted: 0,
  notes: [],
};

/** The view after one more event. Pure. */
export function advance(progress: Progress, event: RunEvent): Progress {
  switch (event.type) {
    case "run_started":
    case "run_resumed": {
      const { name, runId, steps } = event;
      const { step, progress: done } = event.type === "run_resumed" ? event : { step: 0, progress: 0 };
      return { ...progress, name, runId, steps, step, done };
    }
    case "eval_progress":
      return { ...progress, activity: `evaluating on ${event.suite}`, activityShare: event.done / event.total };
    case "eval_finished": {
      const arms = new Map(event.arms.map(({ arm, accuracy }) => [arm, accuracy]));
      return { ...progress, accuracy: new Map(progress.accuracy).set(event.suite, arms), activityShare: null };
    }
    case "step_started":
      return { ...progress, activity: `step ${event.step}: sampling and judging`, activityShare: 0 };
    case "group_finished": {
      const done = event.done === event.total;
      const activity = `step ${event.step}: ${done ? "training" : "sampling and judging"}`;
      return { ...progress, activity, activityShare: done ? null : event.done / event.total };
    }
    case "step_finished": {
      const passRates = new Map(progress.passRates);
      for (const [arm, rate] of Object.entries(event.passRateByArm))
        passRates.set(arm, [...(passRates.get(arm) ?? []), rate]);
      return {
        ...progress,
        passRates,
        step: event.step,
        done: event.progress,
        doneHere: progress.doneHere + event.progress - progress.done,
        stepSeconds: progress.stepSeconds + Object.values(event.seconds).reduce((sum, value) => sum + value, 0),
        trainedShare: event.trained / event.rollouts,
        train: event.train,
        missing: event.missing === null ? null : missingText(event.missing),
        ...cliffsOf(event),
      };
    }
    case "policy_restarted":
      return withNote(progress, `the policy server ended and was started again (${event.reason})`);
    case "trainer_state":
      return event.state === "lost" || event.state === "failed"
        ? withNote(progress, `trainer epoch ${event.epoch} ${event.state}: ${event.detail}`)
        : progress;
    case "run_ended":
      return { ...progress, activity: event.state, activityShare: null };
  }
}

function withNote(progress: Progress, note: string): Progress {
  return { ...progress, notes: [...progress.notes, note].slice(-3) };
}
