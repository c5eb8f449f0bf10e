import type { Recipe } from "../config/recipe-schema.ts";
import { levelledOff } from "../monitors/agreeing-asymptotes.ts";
import type { CurvePoint } from "../monitors/learning-curve.ts";
import type { StepNumbers } from "../monitors/monitor.ts";
import { startWatch, watch, WATCHED } from "../monitors/watch.ts";
import type { Connection } from "../tracking/database.ts";
import { evalCourseOf, overallAccuracy, type ArmResult } from "../tracking/evals.ts";
import { metricsOfSteps } from "../tracking/metrics.ts";
import type { RunStretch } from "../tracking/lineage.ts";
import { finishedSteps } from "../tracking/steps.ts";
import type { AlarmRaised } from "./events.ts";

/** The monitors of a run at work. What they remember comes from the run's rows, so a resumed run goes on as if it had never ended. */
export interface RunWatch {
  /** Takes in the numbers of a finished step. Returns the alarms that begin with it. */
  step(step: number, numbers: Readonly<Record<string, number>>): AlarmRaised[];
  /** Takes in a finished evaluation on the development set. */
  evaluation(step: number, arms: readonly ArmResult[]): AlarmRaised[];
  /** Why the run ends after a step though it could go on; null where it does not. */
  reasonToStop(step: number): string | null;
}

/** The suite by which a run is judged while it goes. */
const SUITE = "development";
/** Steps read at once. */
const PAGE = 500;

/**
 * Starts the monitors of a run, and shows them what was done so far.
 * @param history the steps that it goes on from, newest first.
 */
export function watchRun(db: Connection, history: readonly RunStretch[], { evaluation: { stop } }: Recipe): RunWatch {
  let state = startWatch();
  const points: CurvePoint[] = [];
  const see = (row: StepNumbers): AlarmRaised[] => {
    const { state: next, alarms } = watch(state, row);
    state = next;
    return alarms.map((alarm) => ({ type: "alarm", ...alarm }));
  };
  const evaluation = (step: number, arms: readonly ArmResult[]): AlarmRaised[] => {
    const accuracy = overallAccuracy(arms);
    if (accuracy !== null) points.push({ step, accuracy });
    return see({ step, numbers: numbersOf(arms) });
  };
  for (const stretch of history.toReversed()) for (const row of pastSteps(db, stretch)) see(row);
  // No monitor reads both metrics and evaluations, so that each sees its own in order is enough.
  for (const { step, arms } of evalCourseOf(db, history, SUITE)) evaluation(step, arms);
  return {
    step: (step, numbers) => see({ step, numbers }),
    evaluation,
    reasonToStop(step) {
      if (stop === undefined || points.at(-1)?.step !== step) return null;
      return levelledOff(points, stop.agree) ?? null;
    },
  };
}

function* pastSteps(db: Connection, { run, to }: RunStretch): Generator<StepNumbers> {
  const last = Math.min(to, finishedSteps(db, run));
  for (let from = (run.parentStep ?? 0) + 1; from <= last; from += PAGE)
    yield* metricsOfSteps(db, run.id, { from, to: Math.min(last, from + PAGE - 1) }, WATCHED);
}

function numbersOf(arms: readonly ArmResult[]): Record<string, number> {
  const known = arms.flatMap(({ arm, accuracy, problems }) => (accuracy === null ? [] : [{ arm, accuracy, problems }]));
  return Object.fromEntries(
    known.flatMap(({ arm, accuracy, problems }) => [
      [`accuracy.${arm}`, accuracy],
      [`problems.${arm}`, problems],
    ]),
  );
}
