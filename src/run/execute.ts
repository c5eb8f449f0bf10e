import { sampledTokens } from "../tracking/metrics.ts";
import { latestStep, type StepPhase, type StepRow } from "../tracking/steps.ts";
import { beginNextStep } from "./dispatcher/choose-problems.ts";
import { collect } from "./dispatcher/collect.ts";
import { credit } from "./learner/credit.ts";
import { createEvaluationAside, type EvaluationAside } from "./evaluation/evaluation-aside.ts";
import { evaluateAsDue } from "./evaluation/evaluate.ts";
import { observe } from "./learner/observe.ts";
import { progressAfter } from "./progress.ts";
import type { RunContext } from "./run-context.ts";
import { saveLastVersion } from "./learner/save-last-version.ts";
import { requireVerdicts } from "./scoring/require-verdicts.ts";
import { sync } from "./learner/sync.ts";
import { train } from "./learner/train.ts";

type Phase = (context: RunContext, step: StepRow, evaluated: () => Promise<void>) => Promise<void>;

const PHASES: Readonly<Record<Exclude<StepPhase, "done">, Phase>> = { collect, credit, train, sync, observe };

/**
 * Works a run to its end from wherever its rows say it stands. There is no other state: a new run and one that was
 * killed anywhere go through the same lines.
 * @returns why the run ended before its last step, or null.
 */
export async function execute(context: RunContext): Promise<string | null> {
  const aside = createEvaluationAside(context);
  try {
    return await executeSteps(context, aside);
  } finally {
    await aside.stop();
  }
}

async function executeSteps(context: RunContext, aside: EvaluationAside): Promise<string | null> {
  const { db, run, recipe, watch, work, emit, signal } = context;
  const { overlap } = recipe.evaluation;
  for (;;) {
    signal.throwIfAborted();
    const step = latestStep(db, run.id);
    // Also those that a kill cut short, in a step that it may have cut short as well.
    if (overlap && step !== undefined) aside.begin(step.number - 1);
    if (step === undefined || step.phase === "done") {
      await aside.settled();
      const finished = step?.number ?? run.parentStep ?? 0;
      const isLast = finished > 0 && progressAfter(context, finished) >= 1;
      if (overlap && !isLast) aside.begin(finished);
      else await evaluateAsDue(context, finished, isLast);
      const reason = isLast ? null : watch.reasonToStop(finished);
      if (reason !== null) await evaluateAsDue(context, finished, true);
      if (isLast || reason !== null) {
        requireVerdicts(context);
        await saveLastVersion(context);
        return reason ?? spentBudget(context, finished);
      }
      beginNextStep(context, finished + 1);
    } else {
      emit({ type: "phase_started", step: step.number, phase: step.phase });
      const started = performance.now();
      const recipeThen = context.recipeAt(step.number);
      await PHASES[step.phase]({ ...context, recipe: recipeThen }, step, () => aside.settled());
      if (step.phase !== "observe") work.seconds[step.phase] = (performance.now() - started) / 1000;
    }
  }
}

/** That a run's tokens are spent, where they ended it before its last step; else null. */
function spentBudget(
  { db, run, recipe: { steps, token_budget: budget } }: RunContext,
  finished: number,
): string | null {
  if (budget === undefined || finished >= steps) return null;
  const [spent, given] = [sampledTokens(db, run.id), budget].map((tokens) => tokens.toLocaleString("en-US"));
  return `its tokens are spent after ${finished} of ${steps} steps: ${spent} of a token_budget of ${given}`;
}
