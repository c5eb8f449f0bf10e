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
 * @returns why the run ended before its last step, or null.
 */
export async function execute(context: RunContext): Promise<string | null> {
  const { db, run, watch, work, emit, signal } = context;
  for (;;) {
    signal.throwIfAborted();
    const step = latestStep(db, run.id);
    if (step === undefined || step.phase === "done") {
      const finished = step?.number ?? 0;
      const isLast = finished > 0 && progressAfter(context, finished) >= 1;
      await evaluateAsDue(context, finished, isLast);
      const reason = isLast ? null : watch.reasonToStop(finished);
      if (reason !== null) await evaluateAsDue(context, finished, true);
      if (isLast || reason !== null) {
        await saveLastVersion(context);
        return reason;
      }
      beginNextStep(context, finished + 1);
    } else {
      emit({ type: "phase_started", step: step.number, phase: step.phase });
      const started = performance.now();
      await PHASES[step.phase](context, step);
      if (step.phase !== "observe") work.seconds[step.phase] = (performance.now() - started) / 1000;
    }
  }
}
