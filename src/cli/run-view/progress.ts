import type { RunEvent, RunResumed, RunStarted, StepFinished } from "../../run/events.ts";
import { leftOutText } from "../../run/start/left-out-text.ts";
import type { Alarm } from "../../monitors/watch.ts";
import { changeText, editedText, replicaText } from "./event-texts.ts";
import { cliffsOf } from "./cliffs.ts";
import { extend, NO_CURVE, type Curve } from "./curve.ts";
import { changedGeneratorText, changedVerifierText, fileText, missingText, secondsOf } from "./format.ts";
import { NOTHING_UNDERWAY, stepsAfter, type Done, type Underway } from "./underway.ts";

/** How an arm stands. */
export interface ArmProgress {
  /** Probability of being drawn in the newest step; null where it is not known. */
  readonly probability: number | null;
  /** Accuracy at the newest evaluation on the development set. */
  readonly heldOut: number | null;
  /** Pass rate in practice over the steps. */
  readonly passRates: Curve;
}

/** What the view of a run shows: everything it needs from the events so far, in bounded memory. */
export interface Progress {
  readonly name: string;
  readonly runId: number;
  readonly steps: number;
  /** Finished steps. */
  readonly step: number;
  /** The run that it was forked from, and the step after which; null for a run of its own. */
  readonly forkedFrom: NonNullable<RunStarted["forkedFrom"]> | null;
  /** Share of the run that is done. */
  readonly done: number;
  /** Share of the run whose steps told how long they took, and those seconds: what the time to go is reckoned from. */
  readonly timedDone: number;
  readonly timedSeconds: number;
  /** What is going on while no step and no evaluation does. */
  readonly activity: string;
  /** The steps that go on. */
  readonly underway: Underway;
  /** Log of the policy server that is being started; null while none is. */
  readonly serverLog: string | null;
  /** An evaluation that goes on, beside steps where sampling runs ahead; null while none does. */
  readonly evaluation: (Done & { readonly suite: string }) | null;
  readonly arms: ReadonlyMap<string, ArmProgress>;
  readonly rewards: Curve;
  readonly passRates: Curve;
  /** The newest finished step. */
  readonly last: StepFinished | null;
  readonly policyVersion: number;
  readonly trainer: { readonly state: string; readonly epoch: number } | null;
  /** Groups of the whole run that were at a cliff, and those that a hint got over it. */
  readonly cliffs: number;
  readonly hinted: number;
  /** How many alarms there were, and the newest. */
  readonly alarms: number;
  readonly alarm: Alarm | null;
  /** The last step's verdicts that are missing, as a sentence; null without any. */
  readonly missing: string | null;
  /** What else a person should know, newest last. */
  readonly notes: readonly string[];
}

const STARTING = "starting the policy server and the trainer";

/** The view before the first event. */
export const NO_PROGRESS: Progress = {
  name: "",
  runId: 0,
  steps: 0,
  step: 0,
  forkedFrom: null,
  done: 0,
  timedDone: 0,
  timedSeconds: 0,
  activity: STARTING,
  underway: NOTHING_UNDERWAY,
  serverLog: null,
  evaluation: null,
  arms: new Map(),
  rewards: NO_CURVE,
  passRates: NO_CURVE,
  last: null,
  policyVersion: 0,
  trainer: null,
  cliffs: 0,
  hinted: 0,
  alarms: 0,
  alarm: null,
  missing: null,
  notes: [],
};

/** Where a run starts: at its first step, or at the one after which it was forked. */
function startOf({ steps, forkedFrom }: RunStarted): Pick<RunResumed, "step" | "progress"> {
  const step = forkedFrom?.step ?? 0;
  return { step, progress: step / steps };
}

/** The view after one more event. Pure. */
export function advance(progress: Progress, event: RunEvent): Progress {
  switch (event.type) {
    case "run_started":
    case "run_resumed": {
      const { name, runId, steps } = event;
      const { step, progress: done } = event.type === "run_resumed" ? event : startOf(event);
      const begun = { activity: STARTING, underway: NOTHING_UNDERWAY, evaluation: null, trainer: null };
      const forkedFrom = (event.type === "run_started" ? event.forkedFrom : undefined) ?? progress.forkedFrom;
      return { ...progress, name, runId, steps, step, done, forkedFrom, ...begun };
    }
    case "problems_left_out":
      return event.ids.length === 0 ? progress : withNote(progress, leftOutText(event));
    case "recipe_changed":
      return withNote(progress, changeText(event));
    case "sources_edited":
      return withNote(progress, editedText(event));
    case "policy_starting":
      return { ...progress, serverLog: event.log };
    case "eval_progress": {
      const { suite, done, total } = event;
      return { ...progress, serverLog: null, evaluation: { suite, done, total, unit: "problems" } };
    }
    case "eval_finished": {
      if (event.suite !== "development") return { ...progress, evaluation: null };
      const changes = event.arms.map(({ arm, accuracy }) => [arm, { heldOut: accuracy }] as const);
      return { ...progress, arms: withArms(progress.arms, changes), evaluation: null };
    }
    case "step_started": {
      const changes = Object.entries(event.probabilities).map(([arm, probability]) => [arm, { probability }] as const);
      return {
        ...progress,
        arms: withArms(progress.arms, changes),
        policyVersion: event.policyVersion,
        serverLog: null,
        underway: stepsAfter(progress.underway, event),
      };
    }
    case "phase_started":
      return { ...progress, serverLog: null, underway: stepsAfter(progress.underway, event) };
    case "phase_finished":
    case "group_finished":
      return { ...progress, underway: stepsAfter(progress.underway, event) };
    case "group_dropped":
      return withNote(
        progress,
        `a group of step ${event.step} was dropped, ${event.reason.replaceAll("_", " ")}: ${event.detail}`,
      );
    case "batch_quarantined":
      return withNote(progress, `the batch of step ${event.step} is quarantined: ${event.reason}`);
    case "step_finished":
      return afterStep(progress, event);
    case "alarm":
      return { ...progress, alarms: progress.alarms + 1, alarm: event };
    case "checkpoint_passed_over":
    case "export_lost":
      return withNote(progress, fileText(event));
    case "policy_restarted":
      return withNote(progress, `the policy server ended and was started again (${event.reason})`);
    case "verifier_changed":
      return withNote(progress, changedVerifierText(event));
    case "generators_configured":
      return event.changed.length === 0 ? progress : withNote(progress, changedGeneratorText(event));
    case "software_used":
    case "verifiers_configured":
    case "weights_loaded":
      return progress;
    case "replica_state":
      return withNote(progress, replicaText(event));
    case "trainer_state": {
      const { state, epoch } = event;
      const next = { ...progress, trainer: { state, epoch } };
      return state === "lost" || state === "failed"
        ? withNote(next, `trainer epoch ${epoch} ${state}: ${event.detail}`)
        : next;
    }
    case "run_ended":
      return {
        ...progress,
        activity: `${event.state}${event.reason === null ? "" : `: ${event.reason}`}`,
        serverLog: null,
        underway: NOTHING_UNDERWAY,
        evaluation: null,
      };
  }
}

/** The view of a run whose process is gone: nothing goes on in it, though no event says so. */
export function asStopped(progress: Progress): Progress {
  return {
    ...progress,
    activity: "stopped",
    serverLog: null,
    underway: NOTHING_UNDERWAY,
    evaluation: null,
    trainer: null,
  };
}

function afterStep(progress: Progress, event: StepFinished): Progress {
  const seconds = secondsOf(event);
  const { cliffs, hinted } = cliffsOf(event);
  const changes = Object.entries(event.passRateByArm).map(([arm, rate]) => {
    const passRates = extend(progress.arms.get(arm)?.passRates ?? NO_CURVE, rate);
    return [arm, { passRates }] as const;
  });
  return {
    ...progress,
    step: event.step,
    underway: stepsAfter(progress.underway, event),
    done: event.progress,
    timedDone: progress.timedDone + (seconds > 0 ? event.progress - progress.done : 0),
    timedSeconds: progress.timedSeconds + seconds,
    arms: withArms(progress.arms, changes),
    rewards: event.reward === null ? progress.rewards : extend(progress.rewards, event.reward),
    passRates: event.passRate === null ? progress.passRates : extend(progress.passRates, event.passRate),
    last: event,
    policyVersion: event.policyVersion,
    cliffs: progress.cliffs + cliffs,
    hinted: progress.hinted + hinted,
    missing: event.missing === null ? null : missingText(event.missing),
  };
}

function withArms(
  arms: ReadonlyMap<string, ArmProgress>,
  changes: readonly (readonly [string, Partial<ArmProgress>])[],
): ReadonlyMap<string, ArmProgress> {
  const next = new Map(arms);
  for (const [arm, change] of changes)
    next.set(arm, { probability: null, heldOut: null, passRates: NO_CURVE, ...next.get(arm), ...change });
  return next;
}

/** The view with one more line for a person below it; the last two stay. */
export function withNote(progress: Progress, note: string): Progress {
  return { ...progress, notes: [...progress.notes, note].slice(-2) };
}
