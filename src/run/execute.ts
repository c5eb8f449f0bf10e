import { latestStep, type StepPhase, type StepRow } from "../tracking/steps.ts";
import { beginNextStep } from "./choose-problems.ts";
import { collect } from "./collect.ts";
import { credit } from "./credit.ts";
import { evaluateAsDue } from "./evaluate.ts";
import { observe } from "./observe.ts";
import { progressAfter } from "./progress.ts";
import type { RunContext } from "./run-context.ts";
import { saveLastVersion } from "./save-last-version.ts";
import { sync } from "./sync.ts";
import { train } from "./train.ts";

const PHASES: Readonly<Record<Exclude<StepPhase, "done">, (context: RunContext, step: StepRow) => Promise<void>>> = {
  collect,
  credit,
  train,
  sync,
  observe,
};

/**
 * Works a run to its end from wherever its rows say it stands. There is no other state: a new run and one that was
 * killed anywhere go through the same lines.
 */
export async function execute(context: RunContext): Promise<void> {
  const { db, run, signal } = context;
  for (;;) {
    signal.throwIfAborted();
    const step = latestStep(db, run.id);
    if (step === undefined || step.phase === "done") {
      const finished = step?.number ?? 0;
      const isLast = finished > 0 && progressAfter(context, finished) >= 1;
      await evaluateAsDue(context, finished, isLast);
      if (isLast) return saveLastVersion(context);
      beginNextStep(context, finished + 1);
    } else {
      const started = performance.now();
      await PHASES[step.phase](context, step);
      if (step.phase !== "observe") context.seconds[step.phase] = (performance.now() - started) / 1000;
    }
  }
}
